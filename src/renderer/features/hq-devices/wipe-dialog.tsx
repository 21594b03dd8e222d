import { Button, Group, Modal } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { HqDevice } from '#shared/hq/hq.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { newPageId } from '../../app/page-id.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useSendCommand } from './commands.queries.ts';
import classes from './dialogs.module.css';

/** As long as a command may wait: a device that was taken away may be off for days. */
const LIFE_MIN = 10_080;

/** Erasing a device cannot be taken back, so it says what is lost, and since when that is known. */
export function WipeDialog({
  device,
  serverNow,
  onClose,
}: {
  readonly device: HqDevice;
  readonly serverNow: number;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useFormat();
  const send = useSendCommand(device.id);
  const [id] = useState(newPageId);
  const { backlog } = device;
  const ago = backlog === undefined ? '' : format.ago(backlog.reportedAt, Math.max(serverNow, backlog.reportedAt));
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('console:wipe.title', { name: device.name })}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <div className={classes.form}>
        <p className={classes.text}>{t('console:wipe.text')}</p>
        <Notice tone={backlog?.pending === 0 ? 'info' : 'warn'} icon={IconAlertTriangle}>
          {backlog === undefined
            ? t('console:wipe.unknown')
            : t('console:wipe.unsent', { count: backlog.pending, n: format.number(backlog.pending), ago })}
        </Notice>
        {send.isError ? <ErrorLine error={send.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('hq:revoke.back')}
          </Button>
          <Button
            color="red"
            loading={send.isPending}
            onClick={() => send.mutate({ id, order: { kind: 'wipe' }, lifeMin: LIFE_MIN }, { onSuccess: onClose })}
          >
            {t('console:command.kind.wipe')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
