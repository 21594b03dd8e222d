import { type Icon, IconArrowBackUp, IconCheck, IconChecks, IconClock, IconPencil, IconX } from '@tabler/icons-react';
import type { OrderStatus } from '#shared/orders/orders.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';

const LOOKS: Readonly<Record<OrderStatus, readonly [Tone, Icon]>> = {
  draft: ['plain', IconPencil],
  awaiting_payment: ['info', IconClock],
  paid: ['good', IconCheck],
  fulfilled: ['good', IconChecks],
  cancelled: ['plain', IconX],
  refunded: ['warn', IconArrowBackUp],
};

export function OrderStatusTag({ status }: { readonly status: OrderStatus }) {
  const t = useText();
  const [tone, icon] = LOOKS[status];
  return (
    <StatusTag tone={tone} icon={icon}>
      {t(`hq:orders.status.${status}`)}
    </StatusTag>
  );
}
