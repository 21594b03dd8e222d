/** A file begins with a name; the wizard asks the rest. */
import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ClientEdit } from '#shared/clients/clients.mutators.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type NewFile, useManager } from '../../app/manager.tsx';
import { newPageId } from '../../app/page-id.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { readNewPhone } from './clients.rules.ts';
import classes from './new-client-dialog.module.css';

export function NewClientDialog({
  onCreated,
  onClose,
}: {
  readonly onCreated: (id: string) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const source = useManager();
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [isTried, setTried] = useState(false);
  const [id] = useState(newPageId);
  const create = useMutation({
    mutationFn: (file: NewFile) => source.create(file),
    onSuccess: (made) => onCreated(made.id),
  });
  const goodName = ClientEdit.shape.name.safeParse(name).data;
  const goodPhone = readNewPhone(phone, source.kind);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (goodName === undefined || goodPhone === undefined || create.isPending) return;
    create.mutate({ id, name: goodName, ...(goodPhone === '' ? {} : { phone: goodPhone }) });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('manager:file.new')}
      closeButtonProps={{ 'aria-label': t('manager:file.close') }}
    >
      <form className={classes.form} onSubmit={submit} noValidate>
        <TextInput
          data-autofocus
          label={t('manager:field.name')}
          value={name}
          maxLength={128}
          autoComplete="off"
          error={isTried && goodName === undefined ? t('manager:file.wrong.name') : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('manager:field.phone')}
          value={phone}
          maxLength={32}
          inputMode="tel"
          autoComplete="off"
          error={isTried && goodPhone === undefined ? t('manager:file.wrong.phone') : undefined}
          onChange={(event) => setPhone(event.currentTarget.value)}
        />
        {create.isError ? <ErrorLine error={create.error} /> : null}
        <Button type="submit" loading={create.isPending}>
          {t('manager:file.begin')}
        </Button>
      </form>
    </Modal>
  );
}
