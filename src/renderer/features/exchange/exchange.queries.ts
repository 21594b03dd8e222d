/**
 * What the server says of the wallet. It is asked for by time and after sales, not at each change of the desk: a desk that listens
 * changes with every poll.
 */
import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DeskState } from '#shared/rpc/exchange.contract.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';

export const MONEY: QueryKey = ['currency'];
/** Prices move; a sale is made at the price of its own preview. */
const EVERY_MS = 5000;

export const useDeskState = () => useQuery(useApi().exchange.state.queryOptions());

/** `user`: nothing that was another's is shown while the new is on its way. */
export function useMoney(desk: DeskState, what: { readonly history: boolean }) {
  const client = useDeviceClient();
  const queryClient = useQueryClient();
  const user = desk.user?.email;
  const lastHandled = desk.handled[0]?.id;
  useEffect(() => {
    // A command may have sold.
    if (lastHandled !== undefined) void queryClient.invalidateQueries({ queryKey: MONEY });
  }, [queryClient, lastHandled]);
  const base = { enabled: user !== undefined, refetchInterval: EVERY_MS, retry: false } as const;
  return {
    dashboard: useQuery({
      ...base,
      queryKey: [...MONEY, user, 'dashboard'],
      queryFn: ({ signal }) => client.exchange.dashboard(undefined, { signal }),
    }),
    overview: useQuery({
      ...base,
      queryKey: [...MONEY, user, 'overview'],
      queryFn: ({ signal }) => client.exchange.overview(undefined, { signal }),
    }),
    history: useQuery({
      ...base,
      enabled: user !== undefined && what.history,
      queryKey: [...MONEY, user, 'transactions'],
      queryFn: ({ signal }) => client.exchange.transactions(undefined, { signal }),
    }),
  };
}
