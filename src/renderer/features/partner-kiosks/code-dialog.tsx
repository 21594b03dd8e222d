/** Four digits, large enough to be read across a hall, and shown once. */
import { Button, CopyButton, Group, Modal } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { IssuedRoundCode, PartnerKiosk } from '#shared/partner/partner.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import classes from './dialogs.module.css';
import { useIssueCode } from './kiosks.queries.ts';

export function CodeDialog({ kiosk, onClose }: { readonly kiosk: PartnerKiosk; readonly onClose: () => void }) {
  const t = useText();
  const issue = useIssueCode();
  const { mutate } = issue;
  // Each asking is another code and another line in the account: once, also when effects run twice.
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate(kiosk.id);
  }, [kiosk.id, mutate]);
  return (
    <Modal
      opened
      onClose={onClose}
      // A stray press must not take away what cannot be seen again.
      closeOnClickOutside={issue.data === undefined}
      closeOnEscape={issue.data === undefined}
      size={460}
      title={t('partner:code.title', { name: kiosk.name })}
      closeButtonProps={{ 'aria-label': t('partner:close') }}
    >
      {issue.data !== undefined ? (
        <Code issued={issue.data} onClose={onClose} />
      ) : issue.isError ? (
        <ErrorState error={issue.error} onRetry={() => mutate(kiosk.id)} />
      ) : (
        <LoadingState />
      )}
    </Modal>
  );
}

function Code({ issued, onClose }: { readonly issued: IssuedRoundCode; readonly onClose: () => void }) {
  const t = useText();
  const format = useFormat(usePartner().timeZone);
  return (
    <div className={classes.form}>
      <output className={classes.code}>{issued.code}</output>
      <p className={classes.kind}>
        {t(`partner:code.type.${issued.type}`)}
        <small>{t('partner:code.issued', { time: format.time(Date.parse(issued.issuedAt)) })}</small>
      </p>
      <p className={classes.text}>{t('partner:code.once')}</p>
      <Group justify="flex-end" gap="sm">
        <CopyButton value={issued.code}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
              onClick={copy}
            >
              {copied ? t('partner:code.copied') : t('partner:code.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose} data-autofocus>
          {t('partner:code.done')}
        </Button>
      </Group>
    </div>
  );
}
