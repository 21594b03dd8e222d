/**
 * what a device need not have for ever leaves it some time after the server has acknowledged it. The row is not
 * deleted: the server keeps it, and a change of it brings it back. Its hash stays here, so that the digest of the scope
 * says what it said.
 */

import { sha256 } from '#node/sha256.ts';
import { rowDigest } from '#shared/sync/digest.ts';
import { ENTITY_TYPES, entityKind } from '#shared/sync/entities.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import type { SyncStore } from './store.ts';

const DAY_MS = 24 * 3_600_000;
/** Rows in one transaction: a few milliseconds. */
const ROWS_AT_ONCE = 200;

/**
 * One transaction's worth. Call again while it answers any.
 *
 * @param serverNow Unix ms by the server: this device's own clock may be a year off, and would empty it.
 */
export function evictOld(store: SyncStore, serverNow: number): RefKey[] {
  const evicted: RefKey[] = [];
  for (const type of ENTITY_TYPES) {
    const days = entityKind(type).retention.deviceDays;
    const room = ROWS_AT_ONCE - evicted.length;
    if (days === null || room <= 0) continue;
    for (const { id, scope, fields } of store.replica.listOld(type, serverNow - days * DAY_MS, room)) {
      const ref = { type, id };
      const digest = rowDigest(sha256, { ...ref, fields: JSON.parse(fields) as Record<string, unknown> });
      store.remnants.putEvicted(refKey(ref), { scope, digest });
      store.replica.remove(ref);
      evicted.push(refKey(ref));
    }
  }
  return evicted;
}
