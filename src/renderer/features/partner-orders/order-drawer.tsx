/** One order beside its list: the photo, who it is for, where it was made, and what to say of its paper. */
import { useQuery } from '@tanstack/react-query';
import type { PartnerOrder } from '#shared/partner/partner.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { usePartner } from '../../app/partner.tsx';
import { DetailsDrawer } from '../../ui/details-drawer.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { FactList } from '../../ui/facts.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { type Mark, MarkButtons } from './mark-buttons.tsx';
import classes from './order-drawer.module.css';
import { OrderStatusTag } from './order-status.tsx';
import { orderQuery, useMark } from './orders.queries.ts';
import { Photo } from './photo.tsx';

export function OrderDrawer({
  id,
  refetchInterval,
  onClose,
}: {
  readonly id: string;
  readonly refetchInterval: number | false;
  readonly onClose: () => void;
}) {
  const t = useText();
  const order = useQuery({ ...orderQuery(usePartner(), id), refetchInterval });
  const reread = () => void order.refetch();
  return (
    <DetailsDrawer
      title={order.data === undefined ? '' : t('partner:order.number', { number: order.data.number })}
      onClose={onClose}
    >
      {order.data !== undefined ? (
        <Card order={order.data} onOver={reread} />
      ) : order.isError ? (
        <ErrorState error={order.error} onRetry={reread} />
      ) : (
        <LoadingState />
      )}
    </DetailsDrawer>
  );
}

function Card({ order, onOver }: { readonly order: PartnerOrder; readonly onOver: () => void }) {
  const t = useText();
  const { acts, timeZone } = usePartner();
  const format = useFormat(timeZone);
  const mark = useMark();
  const say = (status: Mark) => {
    if (!mark.isPending && order.status !== status) mark.mutate({ id: order.id, status });
  };
  useKeys({ '1': () => say('printed'), '0': () => say('not_printed') }, acts !== undefined);
  const when = (iso: string | null) => (iso === null ? undefined : format.dateTime(Date.parse(iso)));
  return (
    <>
      <Photo order={order} onOver={onOver} />
      <div className={classes.state}>
        <OrderStatusTag status={order.status} />
        {acts === undefined ? null : (
          <div className={classes.acts}>
            <MarkButtons order={order} pending={mark.isPending ? mark.variables.status : undefined} both onMark={say} />
          </div>
        )}
      </div>
      {mark.isError ? <ErrorLine error={mark.error} /> : null}
      <FactList
        facts={[
          [t('partner:order.customer'), order.customerName ?? t('partner:order.nameless')],
          [t('partner:order.email'), order.customerEmail ?? undefined],
          [t('partner:order.phone'), order.customerPhone ?? undefined],
          [t('partner:order.kiosk'), order.kiosk.name],
          [t('partner:order.made'), when(order.createdAt)],
          [t('partner:order.printed_at'), when(order.printedAt)],
        ]}
      />
    </>
  );
}
