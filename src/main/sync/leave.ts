/**
 * Leaving a scope: what was written under it has been answered, what the server would not take is put into a file, then
 * every row of it goes in the transaction that moves the device on.
 */
import type { Logger } from '#main/core.ts';
import { ENTITY_TYPES } from '#shared/sync/entities.ts';
import type { PullReply } from '#shared/sync/protocol.ts';
import { parseRefKey, type RefKey, refKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { LetterRow } from './letters.repo.ts';
import type { SyncState } from './state.repo.ts';
import type { SyncIdentity, SyncStore } from './store.ts';
import type { KeepUnsent, LostRow, UnsentChange } from './unsent-file.ts';
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
  if (store.outbox.hasPending() || store.former.hasReopened() || state.durableMid < state.nextMid - 1) {
    return { grantsVer: state.grantsVer, purged: [] };
  }
  const gone = new Set(lost);
  const file = deps.keepUnsent([...takeLetters(store, gone), ...listLostEdits(store, state, gone)]);
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
  const letters = store.letters.list(false, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const edits = listLostEdits(store, { deviceId, incarnation });
  const unsentFile = keepUnsent([...letters.toReversed().map(asUnsent), ...edits, ...pending]);
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
function forgetAnswered(store: SyncStore, lost: ReadonlySet<Scope>): void {
  const { outbox, former } = store;
  const isLost = isOf(store, lost);
  const answered = outbox.listTouching(0, Number.MAX_SAFE_INTEGER);
  outbox.remove(answered.filter(({ touches }) => touches.some(isLost)).map(({ mid }) => mid));
  for (const { touches, ...key } of former.listTouching()) if (touches.some(isLost)) former.remove(key);
}

/** Does a row belong to one of these scopes? What is no longer here cannot be shown to belong to a scope that stays. */
const isOf =
  ({ replica, remnants }: SyncStore, scopes: ReadonlySet<Scope>) =>
  (key: RefKey): boolean => {
    const ref = parseRefKey(key);
    const row =
      replica.findBase(key) ?? (ref === undefined ? undefined : replica.find(ref)) ?? remnants.findEvicted(key);
    return row === undefined || scopes.has(row.scope);
  };

/**
 * Takes away what the server said of changes in these scopes, and answers with what nobody has read of it, oldest first:
 * the server refused it, or kept it beside what it says itself. Answers about scopes that stay are left to be read.
 */
function takeLetters(store: SyncStore, lost: ReadonlySet<Scope>): UnsentChange[] {
  const { letters } = store;
  const isLost = isOf(store, lost);
  const going = new Set(letters.listTouching().flatMap(({ id, touches }) => (touches.some(isLost) ? [id] : [])));
  const unread = letters
    .list(false, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    .filter(({ id }) => going.has(id));
  for (const id of going) letters.remove(id);
  return unread.toReversed().map(asUnsent);
}

const asUnsent = ({ deviceId, incarnation, mid, name, args, madeAt, outcome }: LetterRow): UnsentChange => ({
  deviceId,
  incarnation,
  mid,
  name,
  args: JSON.parse(args) as unknown,
  madeAt,
  outcome: JSON.parse(outcome) as unknown,
});

/** What a deletion took away under changes of this device, and nobody has made anew or let go. */
const listLostEdits = (
  { lost }: SyncStore,
  { deviceId, incarnation }: Pick<SyncState, 'deviceId' | 'incarnation'>,
  scopes?: ReadonlySet<Scope>,
): LostRow[] =>
  lost
    .listAll()
    .filter(({ scope }) => scopes === undefined || scopes.has(scope))
    .map(({ key, fields, at }) => ({
      deviceId,
      incarnation,
      row: key,
      fields: JSON.parse(fields) as unknown,
      lostAt: at,
    }));
