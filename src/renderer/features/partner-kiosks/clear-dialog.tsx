import { Button, Group, Modal } from '@mantine/core';
import type { PartnerKiosk } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './dialogs.module.css';
import { useClearErrors } from './kiosks.queries.ts';

/** Cleared, the kiosk takes guests at once: it says what must be true before. */
export function ClearDialog({ kiosk, onClose }: { readonly kiosk: PartnerKiosk; readonly onClose: () => void }) {
  const t = useText();
  const clear = useClearErrors();
  return (
    <Modal
      opened
      onClose={onClose}
      size={460}
      title={t('partner:clear.title', { name: kiosk.name })}
      closeButtonProps={{ 'aria-label': t('partner:close') }}
    >
      <div className={classes.form}>
        <p className={classes.text}>{t('partner:clear.text')}</p>
        {clear.isError ? <ErrorLine error={clear.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('partner:clear.back')}
          </Button>
          <Button loading={clear.isPending} onClick={() => clear.mutate(kiosk.id, { onSuccess: onClose })}>
            {t('partner:clear.confirm')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
