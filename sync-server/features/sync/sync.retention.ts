/** What headquarters need not keep of sync for ever. Open cases stay however old they are. */
import type { Db } from '../../db/db.ts';
import { deleteHistoryBefore } from '../../sync/history.repo.ts';
import { deleteSettledBefore } from './sync.repo.ts';

const DAY = 24 * 3_600_000;
/** Rows in one statement: whoever writes beside it waits for no more than that. */
const AT_ONCE = 1000;

/** @param days how long a settled case and a value that lost are kept; no number for the latter: as long as its row. */
export function createSyncRetention(
  { db, now }: { readonly db: Db; readonly now: () => number },
  days: { readonly cases: number; readonly history?: number | undefined },
) {
  const all = async (some: () => Promise<number>): Promise<void> => {
    while ((await some()) >= AT_ONCE);
  };
  return {
    /** Several instances may do it at once. */
    prune: async (): Promise<void> => {
      await all(() => deleteSettledBefore(db, now() - days.cases * DAY, AT_ONCE));
      const { history } = days;
      if (history !== undefined) await all(() => deleteHistoryBefore(db, now() - history * DAY, AT_ONCE));
    },
  };
}
