/** The manager has the money in hand. Another sum than is due is taken with a reason only. */
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { type InvoiceView, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { readFee } from './appliance-form.rules.ts';
import { useFileAct } from './client-file.queries.ts';
import classes from './wizard.module.css';

export function PayDialog({
  clientId,
  invoice,
  onClose,
}: {
  readonly clientId: string;
  readonly invoice: InvoiceView;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useManagerFormat();
  const [sum, setSum] = useState(String(invoice.amountMinor / 100));
  const [reason, setReason] = useState('');
  const amountMinor = readFee(sum);
  const isOther = amountMinor !== undefined && amountMinor !== invoice.amountMinor;
  const isReady = amountMinor !== undefined && amountMinor > 0 && (!isOther || reason.trim().length >= 3);
  const pay = useFileAct(clientId, (source, payment: { amountMinor: number; reason?: string }) =>
    source.confirmPayment(clientId, payment),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || pay.isPending) return;
    pay.mutate({ amountMinor, ...(isOther ? { reason: reason.trim() } : {}) }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('wizard:pay.title', { sum: format.money(invoice.amountMinor) })}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form className={classes.paper} onSubmit={submit} noValidate>
        <TextInput
          data-autofocus
          label={t('wizard:pay.sum')}
          inputMode="decimal"
          maxLength={16}
          value={sum}
          error={amountMinor === undefined ? t('wizard:appliance.wrong.fee') : undefined}
          onChange={(event) => setSum(event.currentTarget.value)}
        />
        {isOther ? (
          <TextInput
            label={t('wizard:pay.reason')}
            description={t('wizard:pay.reason_text')}
            maxLength={256}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        ) : null}
        {pay.isError ? <ErrorLine error={pay.error} /> : null}
        <Button type="submit" loading={pay.isPending} disabled={!isReady}>
          {t('wizard:pay.confirm')}
        </Button>
      </form>
    </Modal>
  );
}
