/**
 * What a device shows: the server's rows with its own unconfirmed mutations run over them again. Pure; the device calls
 * it when the server's state of a row arrives under mutations that are still on their way.
 */
import { type Steps, toEnd } from '../kernel/steps.ts';
import type { EntityFields, EntityType } from './entities.ts';
import { overlay } from './merge.rules.ts';
import type { Decision, EntityRef, Mutator, RowPut, Rows } from './mutator.ts';
import { SCHEMA } from './protocol.ts';
import { type RefKey, refKey } from './refs.ts';
import type { Scope, Writer } from './scopes.ts';
import { upcast } from './upcast.ts';

export type MutatorLookup = (name: string) => Mutator | undefined;

export interface PendingMutation {
  readonly mid: number;
  readonly name: string;
  /** As they were when it was made; parsed anew, because a newer version of the program may read them otherwise. */
  readonly args: unknown;
  /** Of which schema they are; absent: of this program's. */
  readonly schema?: number;
  /** Unix ms by the device's own clock. */
  readonly at: number;
}

/** A row that the mutation was not to read: `reads` must name every row that `decide` looks at or writes. */
export class UndeclaredRead extends Error {
  override readonly name = 'UndeclaredRead';
  constructor(mutator: string, key: RefKey) {
    super(`${mutator} touched ${key}, which its reads do not name`);
  }
}

/** Rows for one decision: exactly those that it declared. */
export function declaredRows(
  mutator: string,
  declared: readonly EntityRef[],
  find: (key: RefKey) => Readonly<Record<string, unknown>> | undefined,
  isDeleted: (key: RefKey) => boolean = () => false,
): Rows {
  const allowed = new Set(declared.map(refKey));
  const checked = (ref: EntityRef): RefKey => {
    const key = refKey(ref);
    if (!allowed.has(key)) throw new UndeclaredRead(mutator, key);
    return key;
  };
  return {
    get: <T extends EntityType>(ref: EntityRef<T>) =>
      // A row of a type holds that type's fields: both sides only ever write what a mutator or the server put there.
      find(checked(ref)) as EntityFields[T] | undefined,
    isDeleted: (ref) => isDeleted(checked(ref)),
  };
}

/** A mutator that writes what its entry in the registry does not say. */
export class UndeclaredWrite extends Error {
  override readonly name = 'UndeclaredWrite';
  constructor(mutator: string, type: string) {
    super(`${mutator} wrote a ${type}, which its registry entry does not name`);
  }
}

/**
 * The rows that a decision leaves on this device, each once, in its last state: patches laid over what was there.
 *
 * @param find the row as it is before, with its scope.
 */
export function effectOf(
  mutator: Mutator,
  decision: Extract<Decision, { readonly kind: 'apply' }>,
  find: BaseLookup,
): RowPut[] {
  const rows = new Map<RefKey, RowPut>();
  const write = (row: RowPut) => {
    if (!mutator.writes.includes(row.type)) throw new UndeclaredWrite(mutator.name, row.type);
    rows.set(refKey(row), row);
  };
  for (const put of decision.puts) write(put);
  for (const patch of decision.patches ?? []) {
    const key = refKey(patch);
    const before = rows.get(key) ?? find(key);
    if (!before?.fields) throw new Error(`${mutator.name} patched ${key}, which is not there`);
    // The fields of a patch are those of its type.
    write({ type: patch.type, id: patch.id, scope: before.scope, fields: overlay(before.fields, patch) } as RowPut);
  }
  for (const ref of decision.deletes ?? []) {
    const before = find(refKey(ref));
    if (before !== undefined) write({ ...ref, scope: before.scope, fields: null });
  }
  return [...rows.values()];
}

/** A row with its scope; `undefined` when there is none. */
export type BaseLookup = (
  key: RefKey,
) => { readonly scope: Scope; readonly fields: Readonly<Record<string, unknown>> } | undefined;

export interface Replayed {
  /** Rows that differ from the base, in their last state; `fields` null: deleted here. */
  readonly puts: ReadonlyMap<RefKey, RowPut>;
  /** Mutations that no longer do anything here: the server will say what becomes of them. */
  readonly idle: readonly number[];
  /** Mutators that threw: a fault of the program, to be logged. It must not keep the other rows from being shown. */
  readonly faults: readonly { readonly mid: number; readonly error: unknown }[];
}

/**
 * Runs mutations over base rows in order of `mid`, one a step. A mutation that is refused, unknown or unreadable leaves no
 * trace: it stays in the outbox, and its outcome is the server's to give.
 *
 * @param base the server's row, `undefined` when there is none.
 */
export function* replaying(
  pending: Iterable<PendingMutation>,
  base: BaseLookup,
  writer: Writer,
  findMutator: MutatorLookup,
): Steps<Replayed> {
  const puts = new Map<RefKey, RowPut>();
  const idle: number[] = [];
  const faults: { mid: number; error: unknown }[] = [];
  const find: BaseLookup = (key) => {
    const put = puts.get(key);
    if (put === undefined) return base(key);
    return put.fields === null ? undefined : { scope: put.scope, fields: put.fields };
  };
  for (const mutation of pending) {
    yield;
    try {
      const made = decideAgain(mutation, find, writer, findMutator);
      if (made === undefined || made.length === 0) idle.push(mutation.mid);
      for (const put of made ?? []) puts.set(refKey(put), put);
    } catch (error) {
      faults.push({ mid: mutation.mid, error });
    }
  }
  return { puts, idle, faults };
}

/** The same without a pause. */
export const replay = (...given: Parameters<typeof replaying>): Replayed => toEnd(replaying(...given));

function decideAgain(
  mutation: PendingMutation,
  find: BaseLookup,
  writer: Writer,
  findMutator: MutatorLookup,
): readonly RowPut[] | undefined {
  const said = upcast({ schema: SCHEMA, ...mutation });
  const mutator = findMutator(said.name);
  const args = mutator?.args.safeParse(said.args);
  if (mutator === undefined || args?.success !== true) return undefined;
  const rows = declaredRows(mutator.name, mutator.reads(args.data), (key) => find(key)?.fields);
  const decision = mutator.decide(args.data, rows, { writer, at: mutation.at });
  return decision.kind === 'apply' ? effectOf(mutator, decision, find) : undefined;
}

/** A pending mutation and every row it may read or write. */
export interface Touching {
  readonly mid: number;
  readonly touches: readonly RefKey[];
}

/**
 * The smallest set of rows that holds `seeds` and, for every mutation that touches one of its rows, all rows of that
 * mutation: what must be laid bare and replayed together when `seeds` change. Other rows keep what they show.
 *
 * @param touching the pending mutations that touch a row
 */
export function* closure(
  seeds: Iterable<RefKey>,
  touching: (key: RefKey) => Iterable<Touching>,
): Steps<{ readonly keys: ReadonlySet<RefKey>; readonly mids: ReadonlySet<number> }> {
  const keys = new Set(seeds);
  const mids = new Set<number>();
  // A Set gives what is added during the walk as well: this is a breadth-first search.
  for (const key of keys) {
    yield;
    for (const mutation of touching(key)) {
      if (mids.has(mutation.mid)) continue;
      mids.add(mutation.mid);
      for (const touched of mutation.touches) keys.add(touched);
    }
  }
  return { keys, mids };
}
