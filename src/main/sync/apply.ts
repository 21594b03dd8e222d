/**
 * Shows a completed pull: the server's rows, the cursors, and over them again what is still on its way, all in one
 * transaction, so that nobody ever sees half of it or a local change flicker.
 */
import type { Steps } from '#shared/kernel/steps.ts';
import { type Digest, EMPTY_DIGEST, xorDigests } from '#shared/sync/digest.ts';
import { isMergedType } from '#shared/sync/entities.ts';
import type { PullReply } from '#shared/sync/protocol.ts';
import { isEntityType, parseRefKey, type RefKey, refKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { dropUnsent, type Laying, layRow } from './lay.ts';
import { followGrants, type LeaveDeps } from './leave.ts';
import type { PreparedRow } from './prepare.ts';
import { type ShowDeps, showAgain, waitedFor } from './show-again.ts';
import type { Cursor, SyncState } from './state.repo.ts';
import type { SyncIdentity, SyncStore } from './store.ts';

export interface ApplyDeps extends LeaveDeps, ShowDeps {
  /** False when the scope was read anew a short while ago: disagreement that this did not cure must not go on for ever. */
  readonly mayRefetch: (scope: Scope) => boolean;
}

/** What was gathered and is to be shown. */
export interface Gathered {
  /** Every row of the pull once, in its last state. */
  readonly rows: Iterable<PreparedRow>;
  /** The last page: its snapshot is the one that is shown. */
  readonly reply: PullReply;
  /** The last change of this device that the rows contain. */
  readonly reflectedMid: number;
}

export interface Applied {
  /** Rows that look different now. */
  readonly changed: ReadonlySet<RefKey>;
  /** Scopes whose rows were not the server's: their cursors went back to the start, pull again. */
  readonly refetch: readonly Scope[];
  /** Scopes that this device may no longer see, wiped. */
  readonly purged: readonly Scope[];
}

/** Inside a transaction, from its first step to its last. `identity` and `state` are as read in it. */
export function* applyPull(
  deps: ApplyDeps,
  identity: SyncIdentity,
  state: SyncState,
  { rows, reply, reflectedMid }: Gathered,
): Steps<Applied> {
  const { store } = deps;
  const cursors = store.state.listCursors();
  /** A scope that is read from its start: what the server did not send, it does not have. */
  const snapshots = new Set(Object.keys(reply.next).filter((scope) => isFromStart(cursors.get(scope))));
  const digests = new Map<Scope, Digest>();
  const changed = new Set<RefKey>();
  /** Rows whose base moved under changes of ours that lie over them, or that read them and could say otherwise now. */
  const moved = new Set<RefKey>();
  const seen = new Set<RefKey>();

  for (const scope of snapshots) store.remnants.forgetEvicted(scope);
  const laying: Laying = {
    reply,
    countedMs: state.countedMs,
    hasBase: store.replica.hasBase(),
    snapshots,
    isLaid: (key) => seen.has(key),
    isFirst: false,
    hasEvicted: store.remnants.hasEvicted(),
    count: (scope, digest) => {
      const from =
        digests.get(scope) ?? (snapshots.has(scope) ? EMPTY_DIGEST : (cursors.get(scope)?.digest ?? EMPTY_DIGEST));
      digests.set(scope, xorDigests(from, digest));
    },
  };
  const isOverlaid = (key: RefKey) => laying.hasBase && store.replica.findBase(key) !== undefined;
  for (const row of rows) {
    yield;
    if (!layRow(deps, laying, row)) continue;
    const key = refKey(row);
    seen.add(key);
    if (!isEntityType(row.type)) continue;
    changed.add(key);
    if (!isOverlaid(key)) continue;
    if (row.fields === null && !row.moved) keepLostEdit(store, state, key, reply);
    moved.add(key);
  }

  for (const key of yield* dropUnsent(store, snapshots, seen)) {
    yield;
    changed.add(key);
    if (!isOverlaid(key)) continue;
    keepLostEdit(store, state, key, reply);
    moved.add(key);
  }
  for (const key of yield* waitedFor(store, state, reflectedMid, changed)) moved.add(key);
  for (const key of yield* showAgain(deps, identity, state, reflectedMid, moved)) changed.add(key);
  const refetch = moveCursors(deps, reply, cursors, snapshots, digests);
  const next: SyncState = {
    ...state,
    epoch: reply.epoch,
    durableMid: Math.max(state.durableMid, reply.durableMid),
    reflectedMid,
    heardAt: state.heardAt ?? reply.serverNow,
    staged: null,
  };
  const { grantsVer, purged } = followGrants(deps, identity, next, reply, changed);
  store.state.clearStage();
  store.state.save({ ...next, grantsVer });
  return { changed, refetch, purged };
}

/** The cursor of a scope whose rows are to be read anew, all of them. What is there stays on show until then. */
export const FROM_START: Cursor = { ver: 0, digest: '' };
const isFromStart = (cursor: Cursor | undefined): boolean =>
  cursor === undefined || cursor.digest === FROM_START.digest;

/** Somebody has deleted what people here have changed meanwhile: what it looked like is kept, to be made anew. */
function keepLostEdit({ replica, lost }: SyncStore, { reflectedMid }: SyncState, key: RefKey, reply: PullReply): void {
  const ref = parseRefKey(key);
  const shown = ref !== undefined && isMergedType(ref.type) ? replica.find(ref) : undefined;
  if (shown === undefined || !lost.hasUnsettled(key, reflectedMid)) return;
  lost.put({ key, scope: shown.scope, fields: shown.fields, at: reply.serverNow });
}

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
