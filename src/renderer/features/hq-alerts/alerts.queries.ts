import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { ALERT_KINDS, HqAlertGroups, HqAlerts, type HqAlertsQuery, HqRegisters } from '#shared/hq/fiscal.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export type AlertsFilter = Pick<HqAlertsQuery, 'state' | 'kind'>;

export const ALERT_STATES = ['open', 'closed', 'all'] as const;

/** The filter is in the address, so it outlives a reload and can be sent to a colleague. */
export function readAlertsFilter(search: URLSearchParams): AlertsFilter {
  const state = ALERT_STATES.find((one) => one === search.get('state')) ?? 'open';
  const kind = ALERT_KINDS.find((one) => one === search.get('kind'));
  return { state, ...(kind ? { kind } : {}) };
}

export const writeAlertsFilter = ({ state, kind }: AlertsFilter): Record<string, string> => ({
  ...(state === 'open' ? {} : { state }),
  ...(kind ? { kind } : {}),
});

export const alertsQuery = (hq: Hq, filter: AlertsFilter, limit = 10) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.alerts, filter, limit],
    queryFn: ({ pageParam, signal }) =>
      hq.get('/hq/alerts', HqAlerts, { ...filter, limit: String(limit), cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export const alertGroupsQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.alerts, 'groups'],
    queryFn: ({ signal }) => hq.get('/hq/alerts/groups', HqAlertGroups, {}, signal),
  });

/** For the names of registers. */
export const registersQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.registers, 'list'],
    queryFn: ({ signal }) => hq.get('/fiscal-devices', HqRegisters, {}, signal),
  });

export function useAcknowledge() {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => hq.post(`/hq/alerts/${id}/acknowledge`, z.undefined()),
    onSuccess: () =>
      Promise.all([hqKeys.alerts, hqKeys.summary].map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}
