/**
 * Leaving a scope: what was written under it has been answered, what the server would not take is put into a file, then
 * every row of it goes in the transaction that moves the device on.
 */
import type { Logger } from '#main/core.ts';
import { ENTITY_TYPES } from '#shared/sync/entities.ts';
import type { PullReply } from '#shared/sync/protocol.ts';
import { parseRefKey, type RefKey, refKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { SyncState } from './state.repo.ts';
import type { SyncIdentity, SyncStore } from './store.ts';
import type { KeepUnsent, UnsentChange } from './unsent-file.ts';
import { forgetEverything } from './wipe.repo.ts';

export interface LeaveDeps {
  readonly store: SyncStore;
  readonly log: Logger;
  /** This device stands in another shop now. Called in the transaction that moves it. */
  readonly moveTo: (shopId: string) => void;
  /** Rows are gone: what they alone referred to is to go. Called in the transaction that takes them away. */
  readonly onPurging: () => void;
  readonly keepUnsent: KeepUnsent;
}

export interface Left {
  /** The grants that the rows here belong to now. */
  readonly grantsVer: number | null;
  readonly purged: readonly Scope[];
}

/**
 * Lives by the grants of the reply, or goes on by those of before while something that was written under them waits for
 * its answer or for the server's disk. Inside a transaction; `state` as it is to be saved.
 */
export function followGrants(
  deps: LeaveDeps,
  identity: SyncIdentity,
  state: SyncState,
  reply: PullReply,
  changed: Set<RefKey>,
): Left {
  const { store, log } = deps;
  const lost = Array.from(store.state.listCursors().keys()).filter((scope) => !reply.grants.includes(scope));
  const isMoved = reply.shopId !== identity.shopId;
  if (lost.length === 0 && !isMoved) return { grantsVer: reply.grantsVer, purged: [] };
  if (store.outbox.hasPending() || state.durableMid < state.nextMid - 1) {
    return { grantsVer: state.grantsVer, purged: [] };
  }
  const file = deps.keepUnsent(listLetters(store));
  store.letters.removeAll();
  const gone = new Set(lost);
  forgetAnswered(store, gone);
  for (const key of purge(store, gone)) changed.add(key);
  deps.onPurging();
  if (isMoved) deps.moveTo(reply.shopId);
  log.warn('what this device may see has changed; what it lost was wiped', {
    event: 'SYNC_SCOPE_LEFT',
    lost,
    shopId: reply.shopId,
    unsentFile: file,
  });
  return { grantsVer: reply.grantsVer, purged: lost };
}

/**
 * This data belongs to a device that the person has enrolled as another one: nothing of it may go to the new one's server.
 * What was never sent, and what a person has not read yet, goes into a file. Inside a transaction.
 */
export function leaveDevice(
  { store, log, keepUnsent }: Pick<LeaveDeps, 'store' | 'log' | 'keepUnsent'>,
  { deviceId, incarnation }: Pick<SyncState, 'deviceId' | 'incarnation'>,
): void {
  const pending = store.outbox.listAllPending().map(({ mid, name, args, createdAt }) => ({
    deviceId,
    incarnation,
    mid,
    name,
    madeAt: createdAt,
    args: JSON.parse(args) as unknown,
  }));
  const unsentFile = keepUnsent([...listLetters(store), ...pending]);
  forgetEverything(store.db);
  log.warn('this device is another one now; the data of the one before was wiped', {
    event: 'SYNC_DEVICE_LEFT',
    deviceId,
    unsent: pending.length,
    unsentFile,
  });
}

/** Takes the rows of these scopes away, of every kind and in every state. Answers which were on show. */
export function purge(store: SyncStore, scopes: ReadonlySet<Scope>): RefKey[] {
  const gone: RefKey[] = [];
  for (const scope of scopes) {
    for (const type of ENTITY_TYPES) {
      for (const id of store.replica.listIdsInScope(type, scope)) gone.push(refKey({ type, id }));
      store.replica.purge(type, scope);
    }
    store.remnants.forgetEvicted(scope);
    store.lost.forget(scope);
    store.state.dropCursor(scope);
  }
  for (const { key, scope } of store.replica.listBase()) if (scopes.has(scope)) store.replica.removeBase(key);
  for (const { key, scope } of store.remnants.listForeign()) if (scopes.has(scope)) store.remnants.removeForeign(key);
  store.state.clearStage();
  return gone;
}

/** Answered mutations carry rows too. Those of the scopes that stay are kept, for a server that comes back from a backup. */
function forgetAnswered({ outbox, replica }: SyncStore, lost: ReadonlySet<Scope>): void {
  const isLost = (key: RefKey): boolean => {
    const ref = parseRefKey(key);
    const row = replica.findBase(key) ?? (ref === undefined ? undefined : replica.find(ref));
    // What is no longer here cannot be shown to belong to a scope that stays.
    return row === undefined || lost.has(row.scope);
  };
  for (const { mid, touches } of outbox.listTouching(0, Number.MAX_SAFE_INTEGER)) {
    if (touches.some(isLost)) outbox.remove(mid);
  }
}

/** What a person was to read of it, oldest first: the server refused it, or kept it beside what it says itself. */
export const listLetters = ({ letters }: SyncStore): UnsentChange[] =>
  letters
    .list(false, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    .toReversed()
    .map(({ deviceId, incarnation, mid, name, args, madeAt, outcome }) => ({
      deviceId,
      incarnation,
      mid,
      name,
      args: JSON.parse(args) as unknown,
      madeAt,
      outcome: JSON.parse(outcome) as unknown,
    }));
