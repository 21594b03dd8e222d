import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query';
import { ActorKind, HqAudit, HqAuditEvents, HqAuditVerdict } from '#shared/hq/audit.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export type AuditFilter = {
  readonly [K in 'event' | 'actor' | 'q' | 'from' | 'to']?: string;
};
const NAMES = ['event', 'actor', 'q', 'from', 'to'] as const;

export function readAuditFilter(search: URLSearchParams): AuditFilter {
  const given = NAMES.flatMap((name) => {
    const value = search.get(name);
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}
export const writeAuditFilter = (filter: AuditFilter): Record<string, string> => ({ ...filter });

export const ACTORS = ActorKind.options;

export const auditQuery = (hq: Hq, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.audit, 'rows', filter],
    queryFn: ({ pageParam, signal }) =>
      hq.get('/hq/audit', HqAudit, { ...filter, cursor: pageParam?.toString() }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next,
  });

export const auditEventsQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.audit, 'events'],
    queryFn: ({ signal }) => hq.get('/hq/audit/events', HqAuditEvents, {}, signal),
  });

export function useVerifyAudit() {
  const hq = useHq();
  return useMutation({ mutationFn: () => hq.post('/hq/audit/verify', HqAuditVerdict) });
}
