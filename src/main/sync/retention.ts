/**
 * What leaves a device for its age. Every age is measured in counted time. X-15: a row that a device need not have for
 * ever leaves it some time after the server has acknowledged it; it is not deleted: the server keeps it, and a change of
 * it brings it back. Its hash stays here, so that the digest of the scope says what it said.
 */

import { setImmediate } from 'node:timers/promises';
import type { Logger } from '#main/core.ts';
import { sha256 } from '#node/sha256.ts';
import { rowDigest } from '#shared/sync/digest.ts';
import { ENTITY_TYPES, entityKind } from '#shared/sync/entities.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { COUNTED_FROM, countOn, MAX_STEP_MS } from './counted-time.ts';
import type { SyncStore } from './store.ts';

const DAY_MS = 24 * 3_600_000;
/** Answered mutations are kept for a server that comes back from an older backup. */
export const OUTBOX_RETENTION_MS = 14 * DAY_MS;
/** Less than this is counted with what follows. */
const WORTH_COUNTING_MS = 3_600_000;
/** Rows in one transaction: a few milliseconds. */
const ROWS_AT_ONCE = 200;

/**
 * Counts time on, and forgets what was answered, and read, long enough ago. Inside a transaction.
 *
 * @param serverNow what the server last said, Unix ms.
 * @returns the counted time, or `undefined` on a device that has no history yet.
 */
export function forgetAnswered(store: SyncStore, serverNow: number): number | undefined {
  const before = store.state.find();
  if (before === undefined) return undefined;
  // A device that has no news writes nothing.
  const isWorth = before.heardAt === null || Math.abs(serverNow - before.heardAt) >= WORTH_COUNTING_MS;
  const state = isWorth ? { ...before, ...countOn(before, serverNow) } : before;
  if (isWorth) store.state.save(state);
  // What was answered since time was last counted was stamped too early, by a step at most.
  const until = state.countedMs - OUTBOX_RETENTION_MS - MAX_STEP_MS;
  store.outbox.prune(Math.min(state.durableMid, state.reflectedMid), until);
  store.former.prune(until);
  store.letters.prune(until);
  return state.countedMs;
}

/**
 * One transaction's worth. Call again while it answers any.
 *
 * @param countedMs the device's clocks and the server's may be a year off, and would empty it.
 */
export function evictOld(store: SyncStore, countedMs: number): RefKey[] {
  const evicted: RefKey[] = [];
  for (const type of ENTITY_TYPES) {
    const days = entityKind(type).retention.deviceDays;
    const room = ROWS_AT_ONCE - evicted.length;
    if (days === null || room <= 0) continue;
    for (const { id, scope, fields } of store.replica.listOld(type, countedMs - days * DAY_MS, room)) {
      const ref = { type, id };
      const digest = rowDigest(sha256, { ...ref, fields: JSON.parse(fields) as Record<string, unknown> });
      store.remnants.putEvicted(refKey(ref), { scope, digest });
      store.replica.remove(ref);
      evicted.push(refKey(ref));
    }
  }
  return evicted;
}

/**
 * Once a day of counted time: what a device need not have for ever. A history that came on one day is too old on one day, too: it
 * leaves in pieces, and a till goes on selling between them.
 */
export function createEviction(deps: {
  readonly store: SyncStore;
  readonly onEvicted: (gone: readonly RefKey[]) => void;
  /** The device stops: the rest leaves in its next life. */
  readonly isOver: () => boolean;
  readonly log: Logger;
}): (countedMs: number) => Promise<void> {
  const { store, log } = deps;
  let evictedAt: number | undefined;
  return async (countedMs) => {
    if (evictedAt !== undefined && countedMs - evictedAt < DAY_MS) return;
    evictedAt = countedMs;
    let rows = 0;
    while (!deps.isOver()) {
      // Read anew each time: who this device may have become meanwhile has counted from its own beginning.
      const gone = store.transaction(() => evictOld(store, store.state.find()?.countedMs ?? COUNTED_FROM));
      if (gone.length === 0) break;
      rows += gone.length;
      deps.onEvicted(gone);
      await setImmediate();
    }
    if (rows > 0) log.info('rows that were kept here long enough left the device', { rows });
  };
}
