import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { CleanupDryRun, HqJobs } from '#shared/hq/jobs.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

/** While a run is under way its end is awaited sooner. */
const RUNNING_MS = 2000;

export const jobsQuery = (hq: Hq, refetchInterval: number | false) =>
  queryOptions({
    queryKey: hqKeys.jobs,
    queryFn: ({ signal }) => hq.get('/hq/jobs', HqJobs, {}, signal),
    refetchInterval: ({ state }) =>
      state.data?.runs.some(({ isRunning }) => isRunning) ? RUNNING_MS : refetchInterval,
  });

/** What the next cleanup would let go. Asked anew each time. */
export const dryRunQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.jobs, 'dry-run'],
    queryFn: () => hq.post('/hq/jobs/cleanup/dry-run', CleanupDryRun),
    gcTime: 0,
    staleTime: 0,
  });

export function useRunNow() {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => hq.post('/hq/jobs/cleanup/run', z.undefined()),
    onSettled: () => queryClient.invalidateQueries({ queryKey: hqKeys.jobs }),
  });
}
