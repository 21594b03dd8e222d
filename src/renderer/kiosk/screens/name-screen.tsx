import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { readName } from '../../features/visits/name.rules.ts';
import { NameForm } from '../../features/visits/name-form.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';

/** Whose the photo will be: it is handed over by the name. */
export function NameScreen({ guest }: { readonly guest: Guest }) {
  const t = useText();
  const api = useApi();
  const move = useKiosk((state) => state.move);
  const [typed, setTyped] = useState(guest.contact.name ?? '');
  const [asked, setAsked] = useState(false);
  const save = useMutation(api.visits.setContact.mutationOptions());
  const expire = useMutation(api.visits.expire.mutationOptions());
  const name = readName(typed);
  /** Another service is another visit. One that could not be ended now is ended when that begins. */
  const back = () => {
    expire.mutate({ id: guest.visitId });
    move({ kind: 'back' });
  };
  const next = () => {
    setAsked(true);
    if (name === undefined) return;
    save.mutate({ id: guest.visitId, contact: { name } }, { onSuccess: () => move({ kind: 'name_given', name }) });
  };
  return (
    <Frame
      step="name"
      onBack={back}
      title={t('photo:name.title')}
      lead={t('photo:name.lead')}
      actions={
        <Button loading={save.isPending} onClick={next}>
          {t('kiosk:action.next')}
        </Button>
      }
    >
      {save.isError ? <GuestFault error={save.error} /> : null}
      <NameForm
        name={typed}
        wrong={asked && name === undefined}
        onChange={(value) => {
          setAsked(false);
          setTyped(value);
        }}
        onEnter={next}
      />
    </Frame>
  );
}
