/** The server's rows put in their place, each counted into the digest of its scope: the old state out, the new one in. */
import type { Steps } from '#shared/kernel/steps.ts';
import { type Digest, EMPTY_DIGEST, xorDigests } from '#shared/sync/digest.ts';
import { ENTITY_TYPES } from '#shared/sync/entities.ts';
import type { PullReply } from '#shared/sync/protocol.ts';
import { isEntityType, type RefKey, refKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { COUNTED_FROM } from './counted-time.ts';
import type { LeaveDeps } from './leave.ts';
import { baseOf, digestOfBase, type PreparedRow } from './prepare.ts';
import type { SyncStore } from './store.ts';

export interface Laying {
  readonly reply: PullReply;
  /** Counted time: from when on the row's age is measured. */
  readonly countedMs: number;
  /** Changes of ours lie over some rows: the server's state goes under these. */
  readonly hasBase: boolean;
  readonly snapshots: ReadonlySet<Scope>;
  /** Has this pull laid an earlier state of it? Then that one is counted, also where a scope is read from its start. */
  readonly isLaid: (key: RefKey) => boolean;
  /** A device's first pull: nearly every row is new here. */
  readonly isFirst: boolean;
  readonly hasEvicted: boolean;
  readonly count: (scope: Scope, digest: Digest) => void;
}

type LayDeps = Pick<LeaveDeps, 'store' | 'log'>;

/** Puts the server's state of one row in its place, and counts the old one out and the new one in. False: no place here. */
export function layRow({ store, log }: LayDeps, laying: Laying, row: PreparedRow): boolean {
  const { reply, count } = laying;
  if (!reply.grants.includes(row.scope)) {
    log.warn('a pulled row has no place here', { type: row.type, scope: row.scope });
    return false;
  }
  const key = refKey(row);
  if (row.moved && !isStillThere(store, key, row)) return false;
  const { fields } = row;
  if (fields !== null) count(row.scope, row.digest);
  if (!isEntityType(row.type)) {
    keepForeign(store, row, laying);
    return true;
  }
  const ref = { type: row.type, id: row.id };
  const evicted = laying.hasEvicted ? store.remnants.findEvicted(key) : undefined;
  if (evicted !== undefined) {
    count(evicted.scope, evicted.digest);
    store.remnants.removeEvicted(key);
  }
  const next = { scope: row.scope, ver: row.ver, fields };
  if (laying.isFirst && fields !== null) {
    const isNew = store.replica.add(ref, { ...next, fields }, laying.countedMs);
    if (isNew) return true;
  }
  const aside = laying.hasBase ? store.replica.findBase(key) : undefined;
  const { scope, ver, fields: before } = aside ?? store.replica.find(ref) ?? NOTHING;
  if (before !== null && ver > 0 && isCounted(laying, scope, key)) {
    count(scope, digestOfBase(row, { scope, ver, fields: before }, row.was));
  }
  if (aside !== undefined) store.replica.putBase(key, next);
  else if (fields === null) store.replica.remove(ref);
  else store.replica.put(ref, { ...next, fields }, laying.countedMs);
  return true;
}

/** Of a scope that is read from its start only what this reading brought is. */
const isCounted = ({ snapshots, isLaid }: Laying, scope: Scope, key: RefKey): boolean =>
  !snapshots.has(scope) || isLaid(key);

const NOTHING = { scope: '', ver: 0, fields: null };
const NONE: ReadonlySet<never> = new Set();

/**
 * Shows a part of a page of a device's first pull, and moves the cursors past it, or to `upTo` where it names a scope. For
 * a device that has changed nothing yet. Inside a transaction.
 */
export function layFirst(
  deps: LayDeps,
  rows: readonly PreparedRow[],
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
  const laying: Laying = {
    reply,
    countedMs: state.find()?.countedMs ?? COUNTED_FROM,
    hasBase: false,
    snapshots: NONE,
    isLaid: () => false,
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

/** A row of a kind that this version has no table for: a newer one will, and until then it counts. */
function keepForeign({ remnants }: SyncStore, row: PreparedRow, laying: Laying): void {
  const key = refKey(row);
  const before = remnants.findForeign(key);
  if (before !== undefined && isCounted(laying, before.scope, key)) {
    laying.count(before.scope, digestOfBase(row, before, row.was));
  }
  if (row.fields === null) remnants.removeForeign(key);
  else remnants.putForeign(key, { scope: row.scope, ver: row.ver, fields: row.fields });
}

/** After a pull from the start: rows that the server did not send are gone there. Returns which. */
export function* dropUnsent(
  store: SyncStore,
  snapshots: ReadonlySet<Scope>,
  seen: ReadonlySet<RefKey>,
): Steps<RefKey[]> {
  const gone: RefKey[] = [];
  if (snapshots.size === 0) return gone;
  for (const scope of snapshots) {
    for (const type of ENTITY_TYPES) {
      for (const id of store.replica.listIdsInScope(type, scope)) {
        yield;
        const key = refKey({ type, id });
        if (seen.has(key) || store.replica.findBase(key) !== undefined) continue;
        store.replica.remove({ type, id });
        gone.push(key);
      }
    }
  }
  for (const { key, scope } of store.remnants.listForeign()) {
    if (snapshots.has(scope) && !seen.has(key)) store.remnants.removeForeign(key);
  }
  for (const base of store.replica.listBase()) {
    yield;
    if (!snapshots.has(base.scope) || seen.has(base.key) || base.fields === null) continue;
    store.replica.putBase(base.key, { scope: base.scope, ver: 0, fields: null });
    gone.push(base.key);
  }
  return gone;
}

/**
 * Is a row that left a scope there, as far as this device has heard? If it came in by another scope, before this or after, or
 * has come back since, that is the row.
 */
function isStillThere(store: SyncStore, key: RefKey, departure: PreparedRow): boolean {
  const known = baseOf(store, key) ?? store.remnants.findForeign(key);
  const scope = known?.scope ?? store.remnants.findEvicted(key)?.scope;
  return scope === departure.scope && (known?.ver ?? 0) < departure.ver;
}
