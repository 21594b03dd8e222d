import { Button, CopyButton, Modal } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { InvitationReply } from '#shared/hq/users.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './users.module.css';
import { invitationLink } from './users.queries.ts';

/** The link, shown once: the server keeps only its hash. */
export function InvitationDialog({
  name,
  invitation,
  timeZone,
  onClose,
}: {
  readonly name: string;
  readonly invitation: InvitationReply;
  readonly timeZone: string;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const link = invitationLink(location.origin, invitation.secret);
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('console:users.link_title', { name })}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <div className={classes.form}>
        <p className={classes.text}>{t('console:users.link_text', { time: format.dateTime(invitation.expiresAt) })}</p>
        <output className={classes.link} dir="ltr">
          {link}
        </output>
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button
              leftSection={copied ? <IconCheck size={20} aria-hidden /> : <IconCopy size={20} aria-hidden />}
              onClick={copy}
              data-autofocus
            >
              {copied ? t('hq:code.copied') : t('console:users.copy_link')}
            </Button>
          )}
        </CopyButton>
      </div>
    </Modal>
  );
}
