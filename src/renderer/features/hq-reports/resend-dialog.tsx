import { Button, Group, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { readAddress } from './address.rules.ts';
import { useResend } from './reports.queries.ts';
import classes from './reports-list.module.css';

/** Once more, to a corrected address: the guest says it on the phone, and nobody keeps it. */
export function ResendDialog({ reportId, onClose }: { readonly reportId: string; readonly onClose: () => void }) {
  const t = useText();
  const resend = useResend(reportId);
  const [text, setText] = useState('');
  const [asked, setAsked] = useState(false);
  const to = readAddress(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (to !== undefined) resend.mutate(to, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={460}
      title={t('reports:resend.title')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          data-autofocus
          label={t('reports:resend.label')}
          value={text}
          autoComplete="off"
          error={asked && to === undefined ? t('reports:resend.wrong') : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {resend.isError ? <ErrorLine error={resend.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('reports:resend.back')}
          </Button>
          <Button type="submit" loading={resend.isPending}>
            {t('reports:resend.send')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
