/** Where the electronic copy of the receipt goes: an e-mail address or a phone. */
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useCheckoutStore } from './checkout.store.ts';
import { readContact } from './contact.ts';

export function ContactDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const { contact, setContact } = useCheckoutStore();
  const [text, setText] = useState(contact?.email ?? contact?.phone ?? '');
  const [touched, setTouched] = useState(false);
  const found = readContact(text);
  const save = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (!found) return;
    setContact(found);
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('cashier:contact.title')}
      size={440}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <form onSubmit={save} noValidate>
        <TextInput
          label={t('cashier:contact.label')}
          description={t('cashier:contact.hint')}
          error={touched && !found ? t('cashier:contact.wrong') : undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end" mt="lg" gap="sm">
          {contact ? (
            <Button
              variant="subtle"
              color="red"
              onClick={() => {
                setContact(undefined);
                onClose();
              }}
            >
              {t('cashier:contact.remove')}
            </Button>
          ) : null}
          <Button type="submit">{t('cashier:contact.save')}</Button>
        </Group>
      </form>
    </Modal>
  );
}
