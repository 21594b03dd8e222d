import { infiniteQueryOptions } from '@tanstack/react-query';
import { HqReceipts } from '#shared/hq/hq.api.ts';
import { type Hq, hqKeys } from '../../app/hq.tsx';

export type HqReceipt = HqReceipts['receipts'][number];

export const receiptsQuery = (hq: Hq) =>
  infiniteQueryOptions({
    queryKey: hqKeys.receipts,
    queryFn: ({ pageParam, signal }) => hq.get('/hq/receipts', HqReceipts, { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

/** What a person has to deal with, apart from the rest; each part keeps its order. */
export function splitByTrouble(receipts: readonly HqReceipt[]): {
  readonly trouble: readonly HqReceipt[];
  readonly rest: readonly HqReceipt[];
} {
  const unknown = receipts.filter(({ record }) => record.status === 'unknown');
  const failed = receipts.filter(({ record }) => record.status === 'error');
  return {
    trouble: [...unknown, ...failed],
    rest: receipts.filter(({ record }) => record.status !== 'unknown' && record.status !== 'error'),
  };
}
