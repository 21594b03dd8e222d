/**
 * Shows a completed pull: the server's rows, the cursors, and over them again what is still on its way, all in one
 * transaction, so that nobody ever sees half of it or a local change flicker.
 */

import { sha256 } from '#node/sha256.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { decodeHlc } from '#shared/kernel/clock.ts';
import { type Digest, EMPTY_DIGEST, rowDigest, textDigest, xorDigests } from '#shared/sync/digest.ts';
import { ENTITY_TYPES, isMergedType } from '#shared/sync/entities.ts';
import type { PulledRow, PullReply } from '#shared/sync/protocol.ts';
import { isEntityType, parseRefKey, type RefKey, refKey } from '#shared/sync/refs.ts';
import { closure, type MutatorLookup, type PendingMutation, replay } from '#shared/sync/replay.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { COUNTED_FROM } from './counted-time.ts';
import { followGrants, type LeaveDeps } from './leave.ts';
import type { Cursor, SyncState } from './state.repo.ts';
import type { SyncIdentity, SyncStore } from './store.ts';

export interface ApplyDeps extends LeaveDeps {
  readonly findMutator: MutatorLookup;
  /** False when the scope was read anew a short while ago: disagreement that this did not cure must not go on for ever. */
  readonly mayRefetch: (scope: Scope) => boolean;
}

/** What was gathered and is to be shown. */
export interface Gathered {
  /** Every row of the pull once, in its last state. */
  readonly rows: Iterable<PulledRow>;
  /** The last page: its snapshot is the one that is shown. */
  readonly reply: PullReply;
}

export interface Applied {
  /** Rows that look different now. */
  readonly changed: ReadonlySet<RefKey>;
  /** Scopes whose rows were not the server's: their cursors went back to the start, pull again. */
  readonly refetch: readonly Scope[];
  /** Scopes that this device may no longer see, wiped. */
  readonly purged: readonly Scope[];
}

/** Inside a transaction. `identity` and `state` are as read in it. */
export function applyPull(
  deps: ApplyDeps,
  identity: SyncIdentity,
  state: SyncState,
  { rows, reply }: Gathered,
): Applied {
  const { store } = deps;
  const cursors = store.state.listCursors();
  /** A scope that is read from its start: what the server did not send, it does not have. */
  const snapshots = new Set(Object.keys(reply.next).filter((scope) => isFromStart(cursors.get(scope))));
  const digests = new Map<Scope, Digest>();
  const changed = new Set<RefKey>();
  /** Rows whose base moved under changes of ours that lie over them, or that read them and could say otherwise now. */
  const moved = new Set<RefKey>();
  const seen = new Set<RefKey>();
  const hasBase = store.replica.listBaseKeys();
  const overlaid = new Set(hasBase);

  for (const scope of snapshots) store.remnants.forgetEvicted(scope);
  const laying: Laying = {
    reply,
    countedMs: state.countedMs,
    overlaid,
    snapshots,
    isFirst: false,
    hasEvicted: store.remnants.hasEvicted(),
    count: (scope, digest) => {
      const from =
        digests.get(scope) ?? (snapshots.has(scope) ? EMPTY_DIGEST : (cursors.get(scope)?.digest ?? EMPTY_DIGEST));
      digests.set(scope, xorDigests(from, digest));
    },
  };
  for (const row of rows) {
    if (!layRow(deps, laying, row)) continue;
    const key = refKey(row);
    seen.add(key);
    if (!isEntityType(row.type)) continue;
    if (overlaid.has(key)) {
      if (row.fields === null && row.moved !== true) keepLostEdit(store, state, key, reply);
      moved.add(key);
    }
    changed.add(key);
  }

  for (const key of dropUnsent(deps, snapshots, seen, overlaid)) {
    changed.add(key);
    if (!overlaid.has(key)) continue;
    keepLostEdit(store, state, key, reply);
    moved.add(key);
  }
  for (const key of waitedFor(store, reply, changed)) moved.add(key);
  for (const key of showAgain(deps, identity, state, reply, moved, hasBase)) changed.add(key);
  const refetch = moveCursors(deps, reply, cursors, snapshots, digests);
  const next: SyncState = {
    ...state,
    epoch: reply.epoch,
    durableMid: Math.max(state.durableMid, reply.durableMid),
    reflectedMid: reply.lastMid,
    heardAt: state.heardAt ?? reply.serverNow,
    staged: null,
  };
  const { grantsVer, purged } = followGrants(deps, identity, next, reply, changed);
  store.state.clearStage();
  store.state.save({ ...next, grantsVer });
  return { changed, refetch, purged };
}

interface Laying {
  readonly reply: PullReply;
  /** Counted time: from when on the row's age is measured. */
  readonly countedMs: number;
  /** Rows with changes of ours over them: the server's state goes under these. */
  readonly overlaid: ReadonlySet<RefKey>;
  readonly snapshots: ReadonlySet<Scope>;
  /** A device's first pull: nearly every row is new here. */
  readonly isFirst: boolean;
  readonly hasEvicted: boolean;
  readonly count: (scope: Scope, digest: Digest) => void;
}

/** Puts the server's state of one row in its place, and counts the old one out and the new one in. False: no place here. */
function layRow({ store, log }: ApplyDeps, laying: Laying, row: PulledRow): boolean {
  const { reply, overlaid, snapshots, count } = laying;
  if (!reply.grants.includes(row.scope)) {
    log.warn('a pulled row has no place here', { type: row.type, scope: row.scope });
    return false;
  }
  const key = refKey(row);
  // It left this scope. If it came in by another, before this or after, that is the row.
  if (row.moved === true && scopeOf(store, key) !== row.scope) return false;
  // The text that is hashed is also the one that is kept.
  const fields = row.fields === null ? null : canonicalJson(row.fields);
  if (fields !== null) count(row.scope, textDigest(sha256, row, fields));
  if (!isEntityType(row.type)) {
    keepForeign(store, { ...row, fields }, snapshots, count);
    return true;
  }
  const ref = { type: row.type, id: row.id };
  const evicted = laying.hasEvicted ? store.remnants.findEvicted(key) : undefined;
  if (evicted !== undefined) {
    count(evicted.scope, evicted.digest);
    store.remnants.removeEvicted(key);
  }
  if (laying.isFirst && fields !== null) {
    const isNew = store.replica.add(ref, { scope: row.scope, ver: row.ver, fields }, laying.countedMs);
    if (isNew) return true;
  }
  const base = overlaid.has(key) ? store.replica.findBase(key) : store.replica.find(ref);
  if (base !== undefined && base.fields !== null && base.ver > 0 && !snapshots.has(base.scope)) {
    count(base.scope, digestOf(row.type, row.id, base.fields));
  }
  if (overlaid.has(key)) store.replica.putBase(key, { scope: row.scope, ver: row.ver, fields });
  else if (fields === null) store.replica.remove(ref);
  else store.replica.put(ref, { scope: row.scope, ver: row.ver, fields }, laying.countedMs);
  return true;
}

const NONE: ReadonlySet<never> = new Set();

/**
 * Shows a part of a page of a device's first pull, and moves the cursors past it, or to `upTo` where it names a scope. For
 * a device that has changed nothing yet. Inside a transaction.
 */
export function applySlice(
  deps: ApplyDeps,
  rows: readonly PulledRow[],
  reply: PullReply,
  upTo: Readonly<Record<Scope, number>>,
): void {
  const { state, remnants } = deps.store;
  const next = new Map(Array.from(state.listCursors(), ([scope, cursor]) => [scope, { ...cursor }]));
  const cursorOf = (scope: Scope) => {
    const known = next.get(scope) ?? { ver: 0, digest: EMPTY_DIGEST };
    next.set(scope, known);
    return known;
  };
  const count = (scope: Scope, digest: Digest) => {
    const cursor = cursorOf(scope);
    cursor.digest = xorDigests(cursor.digest, digest);
  };
  const countedMs = state.find()?.countedMs ?? COUNTED_FROM;
  const laying: Laying = {
    reply,
    countedMs,
    overlaid: NONE,
    snapshots: NONE,
    isFirst: true,
    hasEvicted: remnants.hasEvicted(),
    count,
  };
  for (const row of rows) {
    if (layRow(deps, laying, row)) cursorOf(row.scope).ver = row.ver;
  }
  for (const [scope, ver] of Object.entries(upTo)) cursorOf(scope).ver = ver;
  for (const [scope, cursor] of next) state.setCursor(scope, cursor);
}

/** The cursor of a scope whose rows are to be read anew, all of them. What is there stays on show until then. */
export const FROM_START: Cursor = { ver: 0, digest: '' };
const isFromStart = (cursor: Cursor | undefined): boolean =>
  cursor === undefined || cursor.digest === FROM_START.digest;

const digestOf = (type: string, id: string, fields: string): Digest =>
  rowDigest(sha256, { type, id, fields: JSON.parse(fields) as Record<string, unknown> });

/** Somebody has deleted what people here have changed meanwhile: what it looked like is kept, to be made anew. */
function keepLostEdit({ replica, lost }: SyncStore, { reflectedMid }: SyncState, key: RefKey, reply: PullReply): void {
  const ref = parseRefKey(key);
  const shown = ref !== undefined && isMergedType(ref.type) ? replica.find(ref) : undefined;
  if (shown === undefined || !lost.hasUnsettled(key, reflectedMid)) return;
  lost.put({ key, scope: shown.scope, fields: shown.fields, at: reply.serverNow });
}

/** A row of a kind that this version has no table for: a newer one will, and until then it counts. */
function keepForeign(
  { remnants }: SyncStore,
  row: Omit<PulledRow, 'fields'> & { readonly fields: string | null },
  snapshots: ReadonlySet<Scope>,
  count: (scope: Scope, digest: Digest) => void,
): void {
  const key = refKey(row);
  const before = remnants.findForeign(key);
  if (before !== undefined && !snapshots.has(before.scope)) {
    count(before.scope, digestOf(row.type, row.id, before.fields));
  }
  if (row.fields === null) remnants.removeForeign(key);
  else remnants.putForeign(key, { scope: row.scope, ver: row.ver, fields: row.fields });
}

/** After a pull from the start: rows that the server did not send are gone there. Returns which. */
function dropUnsent(
  { store }: ApplyDeps,
  snapshots: ReadonlySet<Scope>,
  seen: ReadonlySet<RefKey>,
  overlaid: ReadonlySet<RefKey>,
): RefKey[] {
  const gone: RefKey[] = [];
  for (const scope of snapshots) {
    for (const type of ENTITY_TYPES) {
      for (const id of store.replica.listIdsInScope(type, scope)) {
        const key = refKey({ type, id });
        if (seen.has(key) || overlaid.has(key)) continue;
        store.replica.remove({ type, id });
        gone.push(key);
      }
    }
  }
  if (snapshots.size === 0) return gone;
  for (const { key, scope } of store.remnants.listForeign()) {
    if (snapshots.has(scope) && !seen.has(key)) store.remnants.removeForeign(key);
  }
  for (const base of store.replica.listBase()) {
    if (!snapshots.has(base.scope) || seen.has(base.key) || base.fields === null) continue;
    store.replica.putBase(base.key, { scope: base.scope, ver: 0, fields: null });
    gone.push(base.key);
  }
  return gone;
}

/**
 * Of the rows that changed, those that a mutation on its way reads or writes. It may lie over none of them: an order
 * that another device had placed first left it nothing to do, and that order can go, with a server put back.
 */
function waitedFor({ outbox }: SyncStore, { lastMid }: PullReply, changed: ReadonlySet<RefKey>): RefKey[] {
  if (changed.size === 0) return [];
  const onTheWay = outbox.listTouching(lastMid, Number.MAX_SAFE_INTEGER);
  return onTheWay.flatMap(({ touches }) => touches.filter((key) => changed.has(key)));
}

/**
 * Lays bare the rows whose base moved or whose mutations have arrived in it, and runs over them what is still on its
 * way. Rows that these mutations do not reach keep what they show. Returns those that were written.
 */
export function showAgain(
  deps: Pick<ApplyDeps, 'store' | 'log' | 'findMutator'>,
  identity: SyncIdentity,
  state: SyncState,
  { lastMid }: Pick<PullReply, 'lastMid'>,
  moved: ReadonlySet<RefKey>,
  overlaid: readonly RefKey[],
): Iterable<RefKey> {
  const { store, log } = deps;
  if (overlaid.length === 0 && moved.size === 0 && lastMid >= state.reflectedMid) return [];
  const seeds = new Set(moved);
  if (state.reflectedMid < 0) for (const key of overlaid) seeds.add(key);
  const [from, to] = [Math.min(state.reflectedMid, lastMid), Math.max(state.reflectedMid, lastMid)];
  for (const { touches } of store.outbox.listTouching(from, to)) for (const key of touches) seeds.add(key);
  if (seeds.size === 0) return [];

  const onTheWay = store.outbox.listTouching(lastMid, Number.MAX_SAFE_INTEGER);
  const { keys, mids } = closure(seeds, onTheWay);
  const pending = onTheWay.flatMap(({ mid }): PendingMutation[] => {
    const row = mids.has(mid) ? store.outbox.findForReplay(mid) : undefined;
    if (row === undefined) return [];
    const args = JSON.parse(row.args) as unknown;
    return [{ mid, name: row.name, args, schema: row.schema, at: decodeHlc(row.hlc).ms }];
  });
  const base = (key: RefKey) => {
    const under = baseOf(store, key);
    if (under === undefined || under.fields === null) return undefined;
    return { scope: under.scope, fields: JSON.parse(under.fields) as Record<string, unknown> };
  };
  const { organizationId, shopId, deviceId } = identity;
  const { puts, faults } = replay(pending, base, { organizationId, shopId, deviceId }, deps.findMutator);
  for (const { mid, error } of faults) log.error('a pending change could not be replayed', { mid, error });

  for (const key of new Set([...keys, ...puts.keys()])) {
    const ref = parseRefKey(key);
    if (ref === undefined) continue;
    const put = puts.get(key);
    const aside = store.replica.findBase(key);
    if (put === undefined && aside === undefined) continue;
    const under = aside ?? store.replica.find(ref);
    if (put !== undefined) {
      store.replica.putBase(key, under ?? { scope: put.scope, ver: 0, fields: null });
      if (put.fields === null) store.replica.remove(ref);
      else store.replica.put(ref, { scope: put.scope, ver: under?.ver ?? 0, fields: JSON.stringify(put.fields) }, 0);
      continue;
    }
    if (under === undefined || under.fields === null) store.replica.remove(ref);
    else store.replica.put(ref, { scope: under.scope, ver: under.ver, fields: under.fields }, state.countedMs);
    store.replica.removeBase(key);
  }
  return keys;
}

/** Where a row is as this device last heard, whatever kind it is of and whatever is left of it. */
const scopeOf = (store: SyncStore, key: RefKey): Scope | undefined =>
  (baseOf(store, key) ?? store.remnants.findForeign(key) ?? store.remnants.findEvicted(key))?.scope;

/** The server's state of a row: kept aside where a change of ours lies over it, else what is on show. */
const baseOf = (store: SyncStore, key: RefKey) => {
  const aside = store.replica.findBase(key);
  const ref = parseRefKey(key);
  return aside ?? (ref === undefined ? undefined : store.replica.find(ref));
};

/** Moves the cursors and compares digests. A scope that disagrees is read again from its start. */
function moveCursors(
  { store, log, mayRefetch }: ApplyDeps,
  reply: PullReply,
  cursors: ReadonlyMap<Scope, Cursor>,
  snapshots: ReadonlySet<Scope>,
  digests: ReadonlyMap<Scope, Digest>,
): Scope[] {
  const refetch: Scope[] = [];
  for (const [scope, ver] of Object.entries(reply.next)) {
    const before = cursors.get(scope);
    const own = digests.get(scope) ?? (snapshots.has(scope) ? EMPTY_DIGEST : (before?.digest ?? EMPTY_DIGEST));
    const theirs = reply.digests[scope];
    if (theirs !== undefined && theirs !== own) {
      log.error('the rows of a scope are not those of the server', { scope, ver, isSnapshot: snapshots.has(scope) });
      if (!snapshots.has(scope) && mayRefetch(scope)) {
        store.state.setCursor(scope, FROM_START);
        refetch.push(scope);
        continue;
      }
    }
    if (before?.ver !== ver || before.digest !== own) store.state.setCursor(scope, { ver, digest: own });
  }
  return refetch;
}
