/** What a screen uses to speak with its device core. */
import { createORPCClient } from '@orpc/client';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { managerKeys } from './manager.tsx';
import { partnerKeys } from './partner.tsx';

export const createApi = (client: DeviceClient) => createTanstackQueryUtils(client);
/** `api.orders.get.queryOptions({ input })`, `api.payments.checkout.mutationOptions()`, `api.orders.key()`, … */
export type Api = ReturnType<typeof createApi>;

interface Rpc {
  readonly api: Api;
  readonly client: DeviceClient;
  readonly connection: Connection;
}

const RpcContext = createContext<Rpc | undefined>(undefined);

export function RpcProvider({
  connection,
  children,
}: {
  readonly connection: Connection;
  readonly children: ReactNode;
}) {
  const rpc = useMemo(() => {
    const client: DeviceClient = createORPCClient(connection.link);
    return { connection, client, api: createApi(client) };
  }, [connection]);
  return <RpcContext value={rpc}>{children}</RpcContext>;
}

function useRpc(): Rpc {
  const rpc = use(RpcContext);
  if (!rpc) throw new Error('RpcProvider is missing');
  return rpc;
}

export const useApi = (): Api => useRpc().api;
/** The bare client: for calls outside a query, such as reporting a fault. */
export const useDeviceClient = (): DeviceClient => useRpc().client;

/** For what is shown without a device too: a page of the server has none. */
export const useDeviceClientIfAny = (): DeviceClient | undefined => use(RpcContext)?.client;

export function useConnectionState(): ConnectionState {
  const { connection } = useRpc();
  return useSyncExternalStore(connection.subscribe, connection.state);
}

/**
 * Calls whose answers also change with a collection. What asks the register itself (`shift.reconcile`) is not among them: a
 * screen asks it when a person looks.
 */
const derived = (api: Api): Partial<Record<Change['collection'], readonly QueryKey[]>> => ({
  fiscal: [api.orders.key(), api.shift.reports.key(), api.registers.list.key()],
  payments: [api.orders.key(), api.photos.key()],
  orders: [api.photos.key(), api.partner.asOf.key(), partnerKeys.orders],
  device: [api.catalogue.key(), api.staff.key(), api.attendant.off.key(), managerKeys.members, managerKeys.tariffs],
  clients: [api.contracts.key(), managerKeys.all],
  contracts: [managerKeys.all],
  blobs: [managerKeys.files],
  // Whether there is a line is part of what a file shows.
  sync: [managerKeys.files],
});

/** Re-reads what the change may have touched. */
export function applyChange(queryClient: QueryClient, api: Api, change: Change): void {
  for (const queryKey of [api[change.collection].key(), ...(derived(api)[change.collection] ?? [])]) {
    void queryClient.invalidateQueries({ queryKey });
  }
}

/**
 * Follows `device.changes` for as long as the line is open. What changed while it was not open is unknown, so a new
 * line re-reads everything on the screen.
 */
export function useChanges(): void {
  const { api, client, connection } = useRpc();
  const queryClient = useQueryClient();
  const state = useConnectionState();
  useEffect(() => {
    if (state !== 'open') return;
    const stopping = new AbortController();
    const follow = async () => {
      const changes = await client.device.changes(undefined, { signal: stopping.signal });
      void queryClient.invalidateQueries();
      for await (const change of changes) applyChange(queryClient, api, change);
    };
    // The stream ends with the line; the connection says so itself and this effect runs again with the next one.
    follow().catch(() => undefined);
    return () => {
      // A line that is gone takes its streams with it; telling it so would only fail.
      if (connection.state() === 'open') stopping.abort();
    };
  }, [state, api, client, connection, queryClient]);
}
