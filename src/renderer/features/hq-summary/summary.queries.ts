import { queryOptions } from '@tanstack/react-query';
import { HqSummary } from '#shared/hq/hq.api.ts';
import { type Hq, hqKeys } from '../../app/hq.tsx';

export const summaryQuery = (hq: Hq) =>
  queryOptions({
    queryKey: hqKeys.summary,
    queryFn: ({ signal }) => hq.get('/hq/summary', HqSummary, {}, signal),
  });
