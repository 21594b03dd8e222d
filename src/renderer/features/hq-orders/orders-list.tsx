/** Orders of the organisation, newest first, live. A row opens in place: lines, money, fiscal documents. */
import { IconChevronDown, IconInbox } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqOrder } from '#shared/hq/hq.api.ts';
import { useClock } from '../../app/clock.tsx';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FiscalRecordTag } from '../../ui/fiscal-record.tsx';
import { ListEnd, ListFrame, ListRow } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import { tellingReceipt } from './order.rules.ts';
import { OrderDetails } from './order-details.tsx';
import { OrderStatusTag } from './order-status.tsx';
import { type OrdersFilter, ordersQuery } from './orders.queries.ts';
import classes from './orders-list.module.css';

export function OrdersList({
  filter,
  timeZone,
  refetchInterval,
  onClearFilter,
  most,
}: {
  readonly filter: OrdersFilter;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onClearFilter: () => void;
  /** Only so many, and no more after them: for a glance. */
  readonly most?: number;
}) {
  const t = useText();
  const hq = useHq();
  const orders = useInfiniteQuery({ ...ordersQuery(hq, filter), refetchInterval });
  const [openId, setOpenId] = useState<string>();
  const now = useClock();
  const [openedAt] = useState(now);
  const isFiltered = Object.keys(filter).length > 0;
  if (orders.isPending) return <LoadingState />;
  if (orders.isError && !orders.data) return <ErrorState error={orders.error} onRetry={() => void orders.refetch()} />;
  const rows = orders.data.pages.flatMap((page) => page.orders).slice(0, most);
  if (rows.length === 0) {
    return isFiltered ? (
      <NothingFound title={t('hq:orders.nothing')} clear={t('hq:orders.clear')} onClear={onClearFilter} />
    ) : (
      <EmptyState icon={IconInbox} title={t('hq:orders.empty')} text={t('hq:orders.empty_text')} />
    );
  }
  return (
    <ListFrame
      className={classes.list}
      head={
        <>
          <span>{t('hq:orders.time')}</span>
          <span>{t('hq:orders.number')}</span>
          <span>{t('hq:orders.what')}</span>
          <span>{t('hq:orders.where')}</span>
          <span>{t('hq:orders.state')}</span>
          <span>{t('hq:orders.receipt')}</span>
          <span data-end>{t('hq:orders.sum')}</span>
          <span />
        </>
      }
      end={
        most === undefined ? (
          <ListEnd pages={orders} more={t('hq:orders.load_more')} last={t('hq:orders.last')} />
        ) : undefined
      }
    >
      {rows.map((row) => (
        <li key={row.order.id} className={classes.item} data-fresh={row.receivedAt > openedAt || undefined}>
          <OrderRow
            row={row}
            timeZone={timeZone}
            isOpen={openId === row.order.id}
            onToggle={() => setOpenId(openId === row.order.id ? undefined : row.order.id)}
          />
          {openId === row.order.id ? <OrderDetails row={row} timeZone={timeZone} /> : null}
        </li>
      ))}
    </ListFrame>
  );
}

function OrderRow({
  row,
  timeZone,
  isOpen,
  onToggle,
}: {
  readonly row: HqOrder;
  readonly timeZone: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const { order, shopName, deviceName } = row;
  const [first] = order.lines;
  const receipt = tellingReceipt(row.receipts);
  return (
    <ListRow aria-expanded={isOpen} onClick={onToggle}>
      <WhenCell className={classes.when} at={order.createdAt} timeZone={timeZone} />
      <bdi className={classes.number}>{order.number}</bdi>
      <span className={classes.what}>
        <bdi>{first?.name}</bdi>
        {order.lines.length > 1 ? <small>{t('hq:orders.more', { count: order.lines.length - 1 })}</small> : null}
      </span>
      <span className={classes.where}>
        <bdi>{deviceName}</bdi>
        <small>
          <bdi>{shopName}</bdi>
        </small>
      </span>
      <span className={classes.state}>
        <OrderStatusTag status={order.status} />
      </span>
      <span className={classes.receipt}>
        {receipt ? <FiscalRecordTag status={receipt.status} /> : <small>{t('hq:orders.no_receipt')}</small>}
      </span>
      <bdi className={classes.sum} data-refunded={order.status === 'refunded' || undefined}>
        {format.money(order.totalMinor, { currency: order.currency })}
      </bdi>
      <IconChevronDown size={20} aria-hidden />
    </ListRow>
  );
}
