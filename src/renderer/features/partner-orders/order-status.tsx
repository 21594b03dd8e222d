import { type Icon, IconAlertTriangle, IconCheck, IconPrinter } from '@tabler/icons-react';
import type { PartnerOrderStatus } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';

const LOOKS: Readonly<Record<PartnerOrderStatus, readonly [Tone, Icon]>> = {
  new: ['info', IconPrinter],
  not_printed: ['bad', IconAlertTriangle],
  printed: ['good', IconCheck],
};

export function OrderStatusTag({ status }: { readonly status: PartnerOrderStatus }) {
  const t = useText();
  const [tone, icon] = LOOKS[status];
  return (
    <StatusTag tone={tone} icon={icon}>
      {t(`partner:order.status.${status}`)}
    </StatusTag>
  );
}
