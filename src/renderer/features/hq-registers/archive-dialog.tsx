import { Button, Group, Modal } from '@mantine/core';
import type { HqRegister } from '#shared/hq/fiscal.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './dialogs.module.css';
import { useArchiveRegister } from './registers.queries.ts';

/** A register that left service does not come back, so it says what stays and what ends. */
export function ArchiveDialog({ register, onClose }: { readonly register: HqRegister; readonly onClose: () => void }) {
  const t = useText();
  const archive = useArchiveRegister();
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={t('monitor:archive.title', { name: register.name })}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <div className={classes.form}>
        <p className={classes.text}>{t('monitor:archive.text')}</p>
        {archive.isError ? <ErrorLine error={archive.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('monitor:archive.back')}
          </Button>
          <Button
            color="red"
            loading={archive.isPending}
            onClick={() => archive.mutate(register.id, { onSuccess: onClose })}
          >
            {t('monitor:archive.confirm')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
