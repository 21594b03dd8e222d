import { queryOptions } from '@tanstack/react-query';
import { HqReconciliation } from '#shared/hq/reconciliation.api.ts';
import { type Hq, hqKeys } from '../../app/hq.tsx';

export const reconciliationQuery = (hq: Hq, day: string | undefined) =>
  queryOptions({
    queryKey: [...hqKeys.reconciliation, day ?? 'today'],
    queryFn: ({ signal }) => hq.get('/hq/reconciliation', HqReconciliation, { day }, signal),
  });

/** `2026-11-21` so many days on. */
export function moveDay(day: string, by: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
}
