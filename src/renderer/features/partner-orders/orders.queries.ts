import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  type MarkOrderRequest,
  PARTNER_ORDER_STATUSES,
  type PartnerOrder,
  type PartnerOrderStatus,
} from '#shared/partner/partner.api.ts';
import { type PartnerOrdersFilter, type PartnerSource, partnerKeys, usePartner } from '../../app/partner.tsx';

const oneKey = (id: string) => [...partnerKeys.orders, 'one', id] as const;

export const newOrdersQuery = (source: PartnerSource) =>
  queryOptions({ queryKey: partnerKeys.newOrders, queryFn: ({ signal }) => source.newOrders(signal) });

export const ordersQuery = (source: PartnerSource, filter: PartnerOrdersFilter) =>
  infiniteQueryOptions({
    queryKey: [...partnerKeys.orders, 'all', filter],
    queryFn: ({ pageParam, signal }) => source.orders(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export const orderQuery = (source: PartnerSource, id: string) =>
  queryOptions({ queryKey: oneKey(id), queryFn: ({ signal }) => source.order(id, signal) });

/** Kiosks to choose among, found by what is typed; `isWhole` when there are no more. */
export const kioskNamesQuery = (source: PartnerSource, q: string) =>
  queryOptions({
    queryKey: [...partnerKeys.kiosks, 'names', q],
    queryFn: async ({ signal }) => {
      const { kiosks, next } = await source.kiosks(q === '' ? {} : { q }, undefined, signal);
      return { kiosks: kiosks.map(({ id, name }) => ({ id, name })), isWhole: next === undefined };
    },
    placeholderData: (before) => before,
  });

/** The name of one that is chosen and may not be among those found. */
export const kioskNameQuery = (source: PartnerSource, id: string) =>
  queryOptions({
    queryKey: [...partnerKeys.kiosks, 'one', id],
    queryFn: ({ signal }) => source.kiosk(id, signal),
    select: ({ name }) => ({ id, name }),
  });

/** The answer is on the screen at once; the rest of what it touches (counters, other lists) is read again. */
export function useMark() {
  const { acts } = usePartner();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, status }: { readonly id: string; readonly status: MarkOrderRequest['status'] }) => {
      if (acts === undefined) throw new Error('nothing can be marked where one may only look');
      return acts.mark(id, status);
    },
    onSuccess: (marked) => {
      queryClient.setQueryData<readonly PartnerOrder[]>(partnerKeys.newOrders, (orders) =>
        orders?.map((order) => (order.id === marked.id ? marked : order)),
      );
      queryClient.setQueryData(oneKey(marked.id), marked);
      return queryClient.invalidateQueries({ queryKey: partnerKeys.orders });
    },
  });
}

const isStatus = (text: string | null): text is PartnerOrderStatus =>
  PARTNER_ORDER_STATUSES.some((status) => status === text);
const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text);

/** The filter is in the address, so it outlives a reload, a session and a message to a colleague. */
export function readFilter(search: URLSearchParams): PartnerOrdersFilter {
  const status = search.get('status');
  const [from, to] = [search.get('from'), search.get('to')];
  const kioskId = search.get('kiosk');
  const q = search.get('q')?.trim();
  return {
    ...(isStatus(status) ? { status } : {}),
    ...(isDay(from) ? { from } : {}),
    ...(isDay(to) ? { to } : {}),
    ...(kioskId ? { kioskId } : {}),
    ...(q ? { q } : {}),
  };
}

export const writeFilter = ({ kioskId, ...rest }: PartnerOrdersFilter): Record<string, string> => ({
  ...rest,
  ...(kioskId === undefined ? {} : { kiosk: kioskId }),
});
