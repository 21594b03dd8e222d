import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import {
  HqFieldConflicts,
  HqSyncCases,
  type HqSyncCasesQuery,
  HqSyncDevices,
  type SettleSyncCase,
} from '#shared/hq/sync.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const syncDevicesQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.sync, 'devices'],
    queryFn: ({ signal }) => hq.get('/hq/sync/devices', HqSyncDevices, {}, signal),
  });

export const CASE_KINDS = ['refused', 'parked', 'anomaly'] as const;
export const CASE_STATES = ['open', 'settled'] as const;

export interface CasesFilter {
  readonly state?: HqSyncCasesQuery['state'];
  readonly kind?: NonNullable<HqSyncCasesQuery['kind']>;
  readonly deviceId?: string;
}

/** The filter is in the address, so it outlives a reload and can be sent to a colleague. */
export function readCasesFilter(search: URLSearchParams): CasesFilter {
  const state = CASE_STATES.find((one) => one === search.get('state'));
  const kind = CASE_KINDS.find((one) => one === search.get('kind'));
  const deviceId = search.get('device');
  return { ...(state ? { state } : {}), ...(kind ? { kind } : {}), ...(deviceId ? { deviceId } : {}) };
}

export const writeCasesFilter = ({ state, kind, deviceId }: CasesFilter): Record<string, string> => ({
  ...(state ? { state } : {}),
  ...(kind ? { kind } : {}),
  ...(deviceId ? { device: deviceId } : {}),
});

export const casesQuery = (hq: Hq, filter: CasesFilter) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.sync, 'cases', filter],
    queryFn: ({ pageParam, signal }) => hq.get('/hq/sync/cases', HqSyncCases, { ...filter, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export const conflictsQuery = (hq: Hq, state: 'open' | 'settled') =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.sync, 'conflicts', state],
    queryFn: ({ pageParam, signal }) =>
      hq.get('/hq/sync/conflicts', HqFieldConflicts, { state, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export function useSettle() {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { readonly id: string } & z.input<typeof SettleSyncCase>) =>
      hq.post(`/hq/sync/cases/${id}/settle`, z.undefined(), body),
    onSuccess: () =>
      Promise.all([hqKeys.sync, hqKeys.summary].map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}
