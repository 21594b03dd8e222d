/** What waits for paper now, and what was printed a moment ago. Worked with by mouse, by finger, or by four keys. */
import { IconPhotoCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useClock } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { usePartner } from '../../app/partner.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { ListFrame } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { MarkButtons } from './mark-buttons.tsx';
import classes from './new-orders.module.css';
import { arrivals, stepTo } from './new-orders.rules.ts';
import { listClass, OrderHead, OrderRow } from './order-row.tsx';
import { newOrdersQuery, useMark } from './orders.queries.ts';
import { chime, useSound } from './sound.ts';

export function NewOrders({
  refetchInterval,
  openId,
  onOpen,
}: {
  readonly refetchInterval: number | false;
  readonly openId: string | undefined;
  readonly onOpen: (id: string) => void;
}) {
  const t = useText();
  const source = usePartner();
  const orders = useQuery({ ...newOrdersQuery(source), refetchInterval });
  const mark = useMark();
  const [openedAt] = useState(useClock());
  const list = useRef<HTMLDivElement>(null);
  useArrivalSound(orders.data);
  const rows = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[data-order]') ?? [])];
  const step = (by: 1 | -1) => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    all[stepTo(at, by, all.length)]?.querySelector('button')?.focus();
  };
  const markFocused = (status: 'printed' | 'not_printed') => {
    const id = rows().find((row) => row.contains(document.activeElement))?.dataset['order'];
    const order = orders.data?.find((one) => one.id === id);
    if (order !== undefined && order.status !== status && !mark.isPending) mark.mutate({ id: order.id, status });
  };
  const canMark = source.acts !== undefined;
  // The card has keys of its own.
  useKeys(
    {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      ...(canMark ? { '1': () => markFocused('printed'), '0': () => markFocused('not_printed') } : {}),
    },
    openId === undefined,
  );
  if (orders.isPending) return <LoadingState />;
  if (orders.isError && !orders.data) return <ErrorState error={orders.error} onRetry={() => void orders.refetch()} />;
  if (orders.data.length === 0) {
    return <EmptyState icon={IconPhotoCheck} title={t('partner:new.empty')} text={t('partner:new.empty_text')} />;
  }
  return (
    <div ref={list} className={classes.orders}>
      {mark.isError ? <ErrorLine error={mark.error} /> : null}
      <ListFrame className={listClass} head={<OrderHead />}>
        {orders.data.map((order) => (
          <OrderRow
            key={order.id}
            order={order}
            isFresh={Date.parse(order.createdAt) > openedAt}
            isOpen={order.id === openId}
            onOpen={() => onOpen(order.id)}
          >
            {canMark ? (
              <MarkButtons
                order={order}
                pending={mark.isPending && mark.variables.id === order.id ? mark.variables.status : undefined}
                onMark={(status) => mark.mutate({ id: order.id, status })}
              />
            ) : null}
          </OrderRow>
        ))}
      </ListFrame>
      <Keys canMark={canMark} />
    </div>
  );
}

function Keys({ canMark }: { readonly canMark: boolean }) {
  const t = useText();
  return (
    <p className={classes.keys} aria-label={t('partner:new.keys')}>
      <span>
        <KeyHint keys="↑ ↓" /> {t('partner:new.key_move')}
      </span>
      <span>
        <KeyHint keys="Enter" /> {t('partner:new.key_open')}
      </span>
      {canMark ? (
        <>
          <span>
            <KeyHint keys="1" /> {t('partner:new.key_printed')}
          </span>
          <span>
            <KeyHint keys="0" /> {t('partner:new.key_not_printed')}
          </span>
        </>
      ) : null}
    </p>
  );
}

function useArrivalSound(orders: Parameters<typeof arrivals>[1] | undefined): void {
  const known = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    if (orders === undefined) return;
    if (arrivals(known.current, orders).length > 0 && useSound.getState().isOn) chime();
    known.current = new Set([...(known.current ?? []), ...orders.map(({ id }) => id)]);
  }, [orders]);
}
