import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { HqOrders, HqShops } from '#shared/hq/hq.api.ts';
import { ORDER_STATUSES, type OrderStatus } from '#shared/orders/orders.schema.ts';
import { type Hq, hqKeys } from '../../app/hq.tsx';

export interface OrdersFilter {
  readonly status?: OrderStatus;
  readonly shopId?: string;
  readonly q?: string;
}

const isStatus = (text: string | null): text is OrderStatus => ORDER_STATUSES.some((status) => status === text);

/** The filter is in the address, so it outlives a reload, a session and a message to a colleague. */
export function readFilter(search: URLSearchParams): OrdersFilter {
  const status = search.get('status');
  const shopId = search.get('shop');
  const q = search.get('q')?.trim();
  return { ...(isStatus(status) ? { status } : {}), ...(shopId ? { shopId } : {}), ...(q ? { q } : {}) };
}

export function writeFilter({ status, shopId, q }: OrdersFilter): Record<string, string> {
  return { ...(status ? { status } : {}), ...(shopId ? { shop: shopId } : {}), ...(q ? { q } : {}) };
}

export const ordersQuery = (hq: Hq, filter: OrdersFilter) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.orders, filter],
    queryFn: ({ pageParam, signal }) => hq.get('/hq/orders', HqOrders, { ...filter, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export const shopsQuery = (hq: Hq) =>
  queryOptions({ queryKey: hqKeys.shops, queryFn: ({ signal }) => hq.get('/hq/shops', HqShops, {}, signal) });
