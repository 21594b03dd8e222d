/** Orders of the last 30 days, newest first, live, page after page. */
import { IconInbox } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useText } from '../../app/i18n/i18n.ts';
import { type PartnerOrdersFilter, usePartner } from '../../app/partner.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { listClass, OrderHead, OrderRow } from './order-row.tsx';
import { ordersQuery } from './orders.queries.ts';

export function OrdersList({
  filter,
  refetchInterval,
  openId,
  onOpen,
  onClearFilter,
}: {
  readonly filter: PartnerOrdersFilter;
  readonly refetchInterval: number | false;
  readonly openId: string | undefined;
  readonly onOpen: (id: string) => void;
  readonly onClearFilter: () => void;
}) {
  const t = useText();
  const orders = useInfiniteQuery({ ...ordersQuery(usePartner(), filter), refetchInterval });
  const rows = orders.data?.pages.flatMap((page) => page.orders) ?? [];
  return (
    <PagedList
      pages={orders}
      className={listClass}
      head={<OrderHead />}
      more={t('partner:orders.more')}
      last={t('partner:orders.last')}
      empty={
        Object.keys(filter).length > 0 ? (
          <NothingFound title={t('partner:orders.nothing')} clear={t('partner:orders.clear')} onClear={onClearFilter} />
        ) : (
          <EmptyState icon={IconInbox} title={t('partner:orders.empty')} text={t('partner:orders.empty_text')} />
        )
      }
    >
      {rows.map((order) => (
        <OrderRow key={order.id} order={order} isOpen={order.id === openId} onOpen={() => onOpen(order.id)} />
      ))}
    </PagedList>
  );
}
