import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { HqReports } from '#shared/hq/reports.api.ts';
import type { DeliveryAddress } from '#shared/reports/delivery.schema.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const reportsQuery = (hq: Hq) =>
  infiniteQueryOptions({
    queryKey: hqKeys.reports,
    queryFn: ({ pageParam, signal }) => hq.get('/hq/reports', HqReports, { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export function useResend(reportId: string) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (to: DeliveryAddress) => hq.post(`/hq/reports/${reportId}/deliveries`, z.undefined(), to),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: hqKeys.reports }),
  });
}
