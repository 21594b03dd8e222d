/** Where a client stands on the way from an application to a paid contract. */
import { type Icon, IconCheck, IconCreditCard, IconFileText, IconShieldCheck, IconSparkles } from '@tabler/icons-react';
import type { ClientStatus } from '#shared/clients/clients.schema.ts';
import { useText } from '../app/i18n/i18n.ts';
import { StatusTag, type Tone } from './status-tag.tsx';

const LOOK: Readonly<Record<ClientStatus, readonly [Tone, Icon]>> = {
  new: ['info', IconSparkles],
  in_verification: ['warn', IconShieldCheck],
  awaiting_contract: ['warn', IconFileText],
  awaiting_payment: ['warn', IconCreditCard],
  processed: ['good', IconCheck],
};

export function ClientStatusTag({ status }: { readonly status: ClientStatus }) {
  const t = useText();
  const [tone, icon] = LOOK[status];
  return (
    <StatusTag tone={tone} icon={icon}>
      {t(`manager:status.${status}`)}
    </StatusTag>
  );
}
