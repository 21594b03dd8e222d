/** A bill for something more: it goes to the client's support chat. */
import { Button, Modal, TextInput } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Day } from '#shared/contracts/contracts.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import type { ClientFile, ContractView } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { readFee } from './appliance-form.rules.ts';
import { useFileAct } from './client-file.queries.ts';
import classes from './wizard.module.css';

export function BillDialogButton({ file, contract }: { readonly file: ClientFile; readonly contract: ContractView }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconReceipt size={18} aria-hidden />}
        disabled={!file.contract.isOnline}
        onClick={() => setOpen(true)}
      >
        {t('wizard:bill.open')}
      </Button>
      {isOpen ? <BillDialog clientId={file.client.id} contract={contract} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function BillDialog({
  clientId,
  contract,
  onClose,
}: {
  readonly clientId: string;
  readonly contract: ContractView;
  readonly onClose: () => void;
}) {
  const t = useText();
  const [sum, setSum] = useState('');
  const [description, setDescription] = useState('');
  const [day, setDay] = useState('');
  const amountMinor = readFee(sum) ?? 0;
  const dueDate = Day.safeParse(day).data;
  const isReady = amountMinor > 0 && description.trim() !== '' && dueDate !== undefined;
  const send = useFileAct(clientId, (source, bill: { amountMinor: number; description: string; dueDate: string }) =>
    source.notifyBilling(clientId, { ...bill, contractNumber: contract.number }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || send.isPending) return;
    send.mutate({ amountMinor, description: description.trim(), dueDate }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('wizard:bill.title', { number: contract.number })}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form className={classes.paper} onSubmit={submit} noValidate>
        <TextInput
          data-autofocus
          label={t('wizard:bill.description')}
          placeholder={t('wizard:bill.description_hint')}
          maxLength={128}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <TextInput
          label={t('wizard:pay.sum')}
          inputMode="decimal"
          maxLength={16}
          value={sum}
          onChange={(event) => setSum(event.currentTarget.value)}
        />
        <TextInput
          label={t('wizard:bill.due')}
          type="date"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        {send.isError ? <ErrorLine error={send.error} /> : null}
        <Button type="submit" loading={send.isPending} disabled={!isReady}>
          {t('wizard:bill.send')}
        </Button>
      </form>
    </Modal>
  );
}
