/** The client reads a code from the support chat and says it: six boxes, what is left of its time and of the tries. */
import { Button } from '@mantine/core';
import { IconClock, IconLock, IconMessage, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useNow } from '../../app/clock.tsx';
import { toFault } from '../../app/error-text.ts';
import { countdown } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type ContractView, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useFileAct } from './client-file.queries.ts';
import { OtpEntry } from './otp-entry.tsx';
import { codeState } from './sign.rules.ts';
import classes from './wizard.module.css';

export function SignPanel({
  clientId,
  contract,
  isOnline,
}: {
  readonly clientId: string;
  readonly contract: ContractView;
  readonly isOnline: boolean;
}) {
  const t = useText();
  const now = useNow();
  const format = useManagerFormat();
  const confirm = useFileAct(clientId, (source, code: string) => source.confirm(clientId, code));
  const resend = useFileAct(clientId, (source) => source.requestOtp(clientId));
  // Each refusal empties the boxes.
  const [wrongTries, setWrongTries] = useState(0);
  const { code } = contract;
  const state = codeState(contract, now);
  const waitMs = code === undefined ? 0 : code.nextAt - now;
  const isWrong = confirm.isError && toFault(confirm.error).code === 'contracts.otp_invalid';
  return (
    <section className={classes.panel} aria-labelledby="sign">
      <h3 id="sign" className={classes.panelTitle}>
        <IconMessage size={22} aria-hidden />
        {t('wizard:otp.title')}
      </h3>
      {state === 'sending' ? (
        <Notice tone="info" icon={IconSend}>
          {t('wizard:otp.sending')}
        </Notice>
      ) : state === 'locked' ? (
        <Notice tone="bad" icon={IconLock}>
          {waitMs > 0
            ? t('wizard:otp.locked_until', { at: format.dateTime(code?.nextAt ?? now) })
            : t('wizard:otp.locked')}
        </Notice>
      ) : state === 'expired' ? (
        <Notice tone="warn" icon={IconClock}>
          {t('wizard:otp.expired')}
        </Notice>
      ) : (
        <p className={classes.note}>
          {t('wizard:otp.sent', { left: countdown((code?.expiresAt ?? now) - now) })}
          {' • '}
          {t('wizard:otp.attempts', { count: code?.attemptsLeft ?? 0 })}
        </p>
      )}
      {state === 'locked' ? null : (
        <>
          <OtpEntry
            key={wrongTries}
            disabled={state !== 'open' || !isOnline || confirm.isPending}
            isWrong={isWrong}
            onCode={(value) => confirm.mutate(value, { onError: () => setWrongTries((count) => count + 1) })}
          />
          {confirm.isError ? <ErrorLine error={confirm.error} /> : null}
        </>
      )}
      {resend.isError ? <ErrorLine error={resend.error} /> : null}
      <div className={classes.row}>
        <Button
          // A lock leaves one thing to do.
          variant={state === 'locked' ? 'filled' : 'default'}
          disabled={waitMs > 0 || !isOnline}
          loading={resend.isPending}
          onClick={() => resend.mutate(undefined, { onSuccess: () => confirm.reset() })}
        >
          {waitMs > 0 ? t('wizard:otp.resend_in', { left: countdown(waitMs) }) : t('wizard:otp.resend')}
        </Button>
        <span className={classes.note}>{t(state === 'locked' ? 'wizard:otp.locked_next' : 'wizard:otp.secret')}</span>
      </div>
    </section>
  );
}
