/** How much of what this device has made is in the rows that a pull brought. */
import type { PullReply } from '#shared/sync/protocol.ts';
import type { SyncState } from './state.repo.ts';
import type { SyncStore } from './store.ts';

/**
 * The number of the last change of this device that a reply's rows contain: what comes after it is shown over them. What
 * a copy of this device sent under its name is none of them: of its own, then, those that were answered here, until the
 * next push tells the two apart. Undefined when that cannot be said: a change was made since the request, and the server
 * has one of that number, but whose?
 *
 * @param madeMid what the request said
 * @param state as it is in this transaction
 */
export function reflectedBy(
  { outbox }: SyncStore,
  madeMid: number,
  { nextMid, reflectedMid }: SyncState,
  { lastMid, sharedH }: Pick<PullReply, 'lastMid' | 'sharedH'>,
): number | undefined {
  const until = Math.min(lastMid, nextMid - 1);
  if (outbox.isWaiting(madeMid, until)) return undefined;
  const own = outbox.findHash(Math.min(lastMid, madeMid));
  const isCopys = own !== undefined && sharedH !== undefined && own !== sharedH;
  return isCopys ? Math.min(until, Math.max(reflectedMid, (outbox.firstPending() ?? nextMid) - 1)) : until;
}
