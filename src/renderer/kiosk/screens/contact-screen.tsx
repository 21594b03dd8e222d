import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { VisitContact } from '#shared/visits/visits.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { emptyDraft, readContact } from '../../features/visits/contact.rules.ts';
import { ContactForm } from '../../features/visits/contact-form.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';

export function ContactScreen({ guest }: { readonly guest: Guest }) {
  const t = useText();
  const api = useApi();
  const move = useKiosk((state) => state.move);
  const [draft, setDraft] = useState(() => emptyDraft(guest.contact));
  const [asked, setAsked] = useState(false);
  const save = useMutation(api.visits.setContact.mutationOptions());
  const expire = useMutation(api.visits.expire.mutationOptions());
  const contact = readContact(draft);
  /** Another service is another visit. One that could not be ended now is ended when that begins. */
  const back = () => {
    if (guest.kind !== 'photo') expire.mutate({ id: guest.visitId });
    move({ kind: 'back' });
  };
  const give = (given: VisitContact) => {
    const onSuccess = () => move({ kind: 'contact_given', contact: given });
    const { name, ...known } = guest.contact;
    // Nothing was said, and nothing is: the core has nothing to hear.
    if (save.isIdle && isNothing(known) && isNothing(given)) return onSuccess();
    save.mutate({ id: guest.visitId, contact: { ...(name === undefined ? {} : { name }), ...given } }, { onSuccess });
  };
  const next = () => {
    setAsked(true);
    if (contact) give(contact);
  };
  return (
    <Frame
      step="contact"
      onBack={back}
      title={t('kiosk:contact.title')}
      lead={t('kiosk:contact.lead')}
      actions={
        <>
          <Button variant="default" disabled={save.isPending} onClick={() => give({})}>
            {t('kiosk:contact.skip')}
          </Button>
          <Button loading={save.isPending} onClick={next}>
            {t('kiosk:action.next')}
          </Button>
        </>
      }
    >
      {save.isError ? <GuestFault error={save.error} /> : null}
      <ContactForm
        draft={draft}
        wrong={asked && contact === undefined}
        onChange={(next) => {
          setAsked(false);
          setDraft(next);
        }}
        onEnter={next}
      />
    </Frame>
  );
}

const isNothing = (contact: VisitContact): boolean => Object.keys(contact).length === 0;
