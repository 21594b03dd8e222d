/** The one-time code, large enough to be read from across a counter, and how long it lasts. */
import { Button, CopyButton, Modal } from '@mantine/core';
import { IconCheck, IconClockX, IconCopy, IconRefresh } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { EnrolmentCodeReply } from '#shared/hq/hq.api.ts';
import { useNow } from '../../app/clock.tsx';
import { countdown } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useIssueCode } from './devices.queries.ts';
import classes from './dialogs.module.css';

/** `ABCDEFGH` → `ABCD-EFGH`, the way it is typed. */
export const spell = (code: string): string => (code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);

export function CodeDialog({
  name,
  deviceId,
  issued,
  onClose,
}: {
  readonly name: string;
  readonly deviceId: string;
  /** The code that came with a new device; without it one is asked for. */
  readonly issued: EnrolmentCodeReply | undefined;
  readonly onClose: () => void;
}) {
  const t = useText();
  const issue = useIssueCode();
  const { mutate } = issue;
  const code = issue.data ?? issued;
  // Each code ends the one before it, so it is asked for once, also when effects run twice.
  const asked = useRef(false);
  useEffect(() => {
    if (issued !== undefined || asked.current) return;
    asked.current = true;
    mutate(deviceId);
  }, [issued, deviceId, mutate]);
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={t('hq:code.title', { name })}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      {code && !issue.isPending ? (
        <Code code={code} onAgain={() => mutate(deviceId)} />
      ) : issue.isError ? (
        <ErrorState error={issue.error} onRetry={() => mutate(deviceId)} />
      ) : (
        <LoadingState />
      )}
    </Modal>
  );
}

function Code({ code, onAgain }: { readonly code: EnrolmentCodeReply; readonly onAgain: () => void }) {
  const t = useText();
  const now = useNow();
  const left = code.expiresAt - now;
  if (left <= 0) {
    return (
      <div className={classes.form}>
        <Notice tone="warn" icon={IconClockX}>
          {t('hq:code.expired')}
        </Notice>
        <Button leftSection={<IconRefresh size={20} aria-hidden />} onClick={onAgain} data-autofocus>
          {t('hq:code.again')}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t('hq:code.text')}</p>
      <output className={classes.code}>{spell(code.code)}</output>
      <p className={classes.left}>{t('hq:code.left', { time: countdown(left) })}</p>
      <CopyButton value={spell(code.code)}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            leftSection={copied ? <IconCheck size={20} aria-hidden /> : <IconCopy size={20} aria-hidden />}
            onClick={copy}
            data-autofocus
          >
            {copied ? t('hq:code.copied') : t('hq:code.copy')}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
