/** What this device shows over the server's rows: its changes that are still on their way, run over them again. */
import { decodeHlc } from '#shared/kernel/clock.ts';
import type { Steps } from '#shared/kernel/steps.ts';
import { parseRefKey, type RefKey } from '#shared/sync/refs.ts';
import { closure, type MutatorLookup, type PendingMutation, replaying } from '#shared/sync/replay.ts';
import type { LeaveDeps } from './leave.ts';
import { baseOf } from './prepare.ts';
import type { SyncState } from './state.repo.ts';
import type { SyncIdentity, SyncStore } from './store.ts';

export interface ShowDeps extends Pick<LeaveDeps, 'store' | 'log'> {
  readonly findMutator: MutatorLookup;
}

/**
 * Of the rows that changed, those that a mutation on its way reads or writes. It may lie over none of them: an order
 * that another device had placed first left it nothing to do, and that order can go, with a server put back.
 */
export function* waitedFor(
  { outbox }: SyncStore,
  { nextMid }: SyncState,
  reflectedMid: number,
  changed: ReadonlySet<RefKey>,
): Steps<RefKey[]> {
  const waited: RefKey[] = [];
  if (nextMid - 1 <= reflectedMid) return waited;
  for (const key of changed) {
    yield;
    if (outbox.isTouched(key, reflectedMid)) waited.push(key);
  }
  return waited;
}

/** Mutations whose rows are read in one go. */
const AT_ONCE = 200;

/**
 * Lays bare the rows whose base moved or whose mutations, up to `reflectedMid`, have arrived in it, and runs over them
 * what is still on its way. Rows that these mutations do not reach keep what they show. Returns those that were written.
 */
export function* showAgain(
  deps: ShowDeps,
  identity: SyncIdentity,
  state: SyncState,
  reflectedMid: number,
  moved: ReadonlySet<RefKey>,
): Steps<Iterable<RefKey>> {
  const { store, log } = deps;
  if (moved.size === 0 && reflectedMid >= state.reflectedMid && !store.replica.hasBase()) return [];
  const seeds = new Set(moved);
  if (state.reflectedMid < 0) for (const key of store.replica.listBaseKeys()) seeds.add(key);
  const [from, to] = [Math.min(state.reflectedMid, reflectedMid), Math.max(state.reflectedMid, reflectedMid)];
  for (let after: number | undefined = from; after !== undefined; ) {
    yield;
    const arrived = store.outbox.listTouching(after, to, AT_ONCE);
    for (const { touches } of arrived) for (const key of touches) seeds.add(key);
    after = arrived.at(-1)?.mid;
  }
  if (seeds.size === 0) return [];

  const { keys, mids } = yield* closure(seeds, (key) => store.outbox.listTouchedBy(key, reflectedMid));
  const base = (key: RefKey) => {
    const under = baseOf(store, key);
    if (under === undefined || under.fields === null) return undefined;
    return { scope: under.scope, fields: JSON.parse(under.fields) as Record<string, unknown> };
  };
  const { organizationId, shopId, deviceId } = identity;
  const writer = { organizationId, shopId, deviceId };
  const { puts, faults } = yield* replaying(readAll(store, mids), base, writer, deps.findMutator);
  for (const { mid, error } of faults) log.error('a pending change could not be replayed', { mid, error });

  for (const key of new Set([...keys, ...puts.keys()])) {
    yield;
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

function* readAll({ outbox }: SyncStore, mids: ReadonlySet<number>): Generator<PendingMutation> {
  for (const mid of [...mids].toSorted((a, b) => a - b)) {
    const row = outbox.findForReplay(mid);
    if (row === undefined) continue;
    const { name, args, schema, hlc } = row;
    yield { mid, name, args: JSON.parse(args) as unknown, schema, at: decodeHlc(hlc).ms };
  }
}
