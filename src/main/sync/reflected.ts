/** How much of what this device has made a pull knows of: of a copied disk the server may know what the copy sent. */
import type { PullReply } from '#shared/sync/protocol.ts';
import type { SyncState } from './state.repo.ts';
import type { SyncStore } from './store.ts';

type Told = Pick<PullReply, 'lastMid' | 'sharedH'>;

/**
 * Is what the server has under this device's name that of a copy of it? Their newest common number tells: two histories
 * that have parted do not meet again.
 *
 * @param madeMid what the request said
 */
export function isOfCopy({ outbox }: SyncStore, madeMid: number, { lastMid, sharedH }: Told): boolean {
  const own = outbox.findHash(Math.min(lastMid, madeMid));
  return own !== undefined && sharedH !== undefined && own !== sharedH;
}

/**
 * The number of the last change of this device that a reply's rows contain: what comes after it is shown over them. What
 * a copy of this device sent under its name is none of them: of its own, then, those that were answered here, until the
 * next push tells the two apart. Undefined when that cannot be said: a change was made since the request, and the server
 * has one of that number, but whose?
 *
 * @param madeMid what the request said
 * @param state as it is in this transaction
 */
export function reflectedBy(store: SyncStore, madeMid: number, { nextMid }: SyncState, told: Told): number | undefined {
  const until = Math.min(told.lastMid, nextMid - 1);
  if (store.outbox.isWaiting(madeMid, until)) return undefined;
  if (!isOfCopy(store, madeMid, told)) return until;
  return Math.min(until, (store.outbox.firstPending() ?? nextMid) - 1);
}
