/**
 * Rows of kinds that an older version of this program had no table for. They were kept, and counted, so the version that
 * has one need not ask the server for them again.
 */
import type { Logger } from '#main/core.ts';
import { parseRefKey } from '#shared/sync/refs.ts';
import type { SyncStore } from './store.ts';

/** At start. Writes nothing when there is nothing to be moved. */
export function settleForeign(store: SyncStore, log: Logger): void {
  const known = store.remnants.listForeign().flatMap((row) => {
    const ref = parseRefKey(row.key);
    return ref === undefined ? [] : [{ ...row, ref }];
  });
  if (known.length === 0) return;
  store.transaction(() => {
    for (const { key, ref, scope, ver, fields } of known) {
      store.replica.put(ref, { scope, ver, fields }, 0);
      store.remnants.removeForeign(key);
    }
  });
  log.info('rows of kinds that this version knows were put into their tables', { rows: known.length });
}
