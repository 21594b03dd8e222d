/**
 * Mutations that the server itself makes for somebody who sits at a page: the same rules decide them as those of devices,
 * and fields merge with what devices send later. Every device of the shop gets the rows with its next pull.
 */
import type { Tx } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FieldClock } from '#shared/sync/merge.rules.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { findMutator, type MutatorArgs, type MutatorName } from '#shared/sync/registry.ts';
import { declaredRows } from '#shared/sync/replay.ts';
import { type Scope, shopScope } from '#shared/sync/scopes.ts';
import { effectsOf, type KnownRow, type RowHistory, type RowState } from './effects.rules.ts';
import { keepHistory } from './history.repo.ts';
import { lockRows, writeFinal } from './rows.writer.ts';

export type OwnMutation = {
  readonly [N in MutatorName]: { readonly name: N; readonly args: MutatorArgs<N> };
}[MutatorName];

/** Whose work it is done for. */
export interface OwnWriter {
  readonly organizationId: string;
  /** The shop of the rows. */
  readonly shopId: string;
  /** Unix ms by the server. */
  readonly now: number;
}

/** No device has this name, and its edits lose no tie: see `editAt`. */
const SERVER = { deviceId: '', incarnation: 0 } as const;

/**
 * Runs them in order, all or none.
 *
 * @returns the new heads, to be announced after the commit.
 * @throws AppError what a mutation was refused with. `WriteRace`: run the transaction again, `withRetry` does.
 */
export async function runOwnMutations(
  tx: Tx,
  { organizationId, shopId, now }: OwnWriter,
  mutations: readonly OwnMutation[],
): Promise<{ readonly heads: Readonly<Record<Scope, number>> }> {
  const prepared = mutations.map(({ name, args }) => {
    const mutator = findMutator(name);
    if (mutator === undefined) throw new Error(`no mutation is called ${name}`);
    const read = mutator.args.parse(args);
    return { mutator, args: read, refs: mutator.reads(read) };
  });
  const refs = new Map(prepared.flatMap((one) => one.refs.map((ref) => [refKey(ref), ref] as const)));
  const stored = await lockRows(tx, [...refs.values()]);
  const granted = [shopScope(shopId)];
  const puts = new Map<RefKey, RowState>();
  const history: RowHistory[] = [];
  const find = (key: RefKey): KnownRow | undefined => {
    const put = puts.get(key);
    if (put === undefined) return stored.get(key);
    const { scope, fields, clock } = put;
    return { scope, fields, clock, deleted: fields === null, ver: stored.get(key)?.ver ?? 0 };
  };
  const started = Math.max(now, ...Array.from(stored.values(), ({ clock }) => latestOf(clock) + 1));
  for (const [index, { mutator, args, refs: own }] of prepared.entries()) {
    const at = started + index;
    for (const ref of own) {
      const row = find(refKey(ref));
      if (row !== undefined && !granted.includes(row.scope)) {
        throw new AppError('sync.scope_denied', `${ref.type} ${ref.id} belongs to another scope`);
      }
    }
    const rows = declaredRows(
      mutator.name,
      own,
      (key) => find(key)?.fields ?? undefined,
      (key) => find(key)?.deleted === true,
    );
    const decision = mutator.decide(args, rows, { writer: { organizationId, shopId, deviceId: SERVER.deviceId }, at });
    if (decision.kind === 'reject') throw new AppError(decision.code, decision.message);
    // Made upon what is locked here: it has seen every edit that the rows hold.
    const base = Object.fromEntries(own.map((ref) => [refKey(ref), find(refKey(ref))?.ver ?? 0]));
    const made = effectsOf(decision, {
      mutator,
      mutation: { mid: at, base },
      writer: SERVER,
      at,
      refs: own,
      granted,
      find,
    });
    for (const row of made.rows) puts.set(refKey(row), row);
    history.push(...made.history);
  }
  const final = [...puts.values()];
  await keepHistory(tx, { organizationId, now }, history, final);
  return writeFinal(tx, { organizationId, deviceId: null, now }, final, stored);
}

/** Times of edits in a row strictly grow for the server's own: what it writes upon what it has read wins. */
const latestOf = (clock: FieldClock | null): number =>
  Object.values(clock ?? {}).reduce((latest, { at }) => Math.max(latest, at), 0);
