import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { HqAlerts } from '#shared/hq/fiscal.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const alertsQuery = (hq: Hq) =>
  infiniteQueryOptions({
    queryKey: hqKeys.alerts,
    queryFn: ({ pageParam, signal }) => hq.get('/hq/alerts', HqAlerts, { limit: '10', cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
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
