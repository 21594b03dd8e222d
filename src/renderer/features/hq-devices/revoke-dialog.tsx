import { Button, Group, Modal } from '@mantine/core';
import type { HqDevice } from '#shared/hq/hq.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useRevoke } from './devices.queries.ts';
import classes from './dialogs.module.css';

/** Shutting a device out cannot be taken back, so it says what is lost. */
export function RevokeDialog({ device, onClose }: { readonly device: HqDevice; readonly onClose: () => void }) {
  const t = useText();
  const revoke = useRevoke();
  return (
    <Modal
      opened
      onClose={onClose}
      size={460}
      title={t('hq:revoke.title', { name: device.name })}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <div className={classes.form}>
        <p className={classes.text}>{t('hq:revoke.text')}</p>
        {revoke.isError ? <ErrorLine error={revoke.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('hq:revoke.back')}
          </Button>
          <Button
            color="red"
            loading={revoke.isPending}
            onClick={() => revoke.mutate(device.id, { onSuccess: onClose })}
          >
            {t('hq:revoke.confirm')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
