/**
 * What a device shows: the server's rows with its own unconfirmed mutations run over them again. Pure; the device calls
 * it when the server's state of a row arrives under mutations that are still on their way.
 */
import type { EntityFields, EntityType } from './entities.ts';
import type { EntityRef, Mutator, Put, Rows } from './mutator.ts';
import { type RefKey, refKey } from './refs.ts';
import type { Writer } from './scopes.ts';

export type MutatorLookup = (name: string) => Mutator | undefined;

export interface PendingMutation {
  readonly mid: number;
  readonly name: string;
  /** As they were when it was made; parsed anew, because a newer version of the program may read them otherwise. */
  readonly args: unknown;
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
): Rows {
  const allowed = new Set(declared.map(refKey));
  return {
    get: <T extends EntityType>(ref: EntityRef<T>) => {
      const key = refKey(ref);
      if (!allowed.has(key)) throw new UndeclaredRead(mutator, key);
      // A row of a type holds that type's fields: both sides only ever write what a mutator or the server put there.
      return find(key) as EntityFields[T] | undefined;
    },
  };
}

export interface Replayed {
  /** Rows that differ from the base, in their last state. */
  readonly puts: ReadonlyMap<RefKey, Put>;
  /** Mutations that no longer do anything here: the server will say what becomes of them. */
  readonly idle: readonly number[];
  /** Mutators that threw: a fault of the program, to be logged. It must not keep the other rows from being shown. */
  readonly faults: readonly { readonly mid: number; readonly error: unknown }[];
}

/**
 * Runs mutations over base rows in order of `mid`. A mutation that is refused, unknown or unreadable leaves no trace:
 * it stays in the outbox, and its outcome is the server's to give.
 *
 * @param base the server's row, `undefined` when there is none.
 */
export function replay(
  pending: readonly PendingMutation[],
  base: (key: RefKey) => Readonly<Record<string, unknown>> | undefined,
  writer: Writer,
  findMutator: MutatorLookup,
): Replayed {
  const puts = new Map<RefKey, Put>();
  const idle: number[] = [];
  const faults: { mid: number; error: unknown }[] = [];
  const find = (key: RefKey) => puts.get(key)?.fields ?? base(key);
  for (const mutation of pending) {
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

function decideAgain(
  mutation: PendingMutation,
  find: (key: RefKey) => Readonly<Record<string, unknown>> | undefined,
  writer: Writer,
  findMutator: MutatorLookup,
): readonly Put[] | undefined {
  const mutator = findMutator(mutation.name);
  const args = mutator?.args.safeParse(mutation.args);
  if (mutator === undefined || args?.success !== true) return undefined;
  const rows = declaredRows(mutator.name, mutator.reads(args.data), find);
  const decision = mutator.decide(args.data, rows, { writer, at: mutation.at });
  return decision.kind === 'apply' ? decision.puts : undefined;
}

/** A pending mutation and every row it may read or write. */
export interface Touching {
  readonly mid: number;
  readonly touches: readonly RefKey[];
}

/**
 * The smallest set of rows that holds `seeds` and, for every mutation that touches one of its rows, all rows of that
 * mutation: what must be laid bare and replayed together when `seeds` change. Other rows keep what they show.
 */
export function closure(
  seeds: Iterable<RefKey>,
  pending: readonly Touching[],
): { readonly keys: ReadonlySet<RefKey>; readonly mids: ReadonlySet<number> } {
  const byKey = new Map<RefKey, Touching[]>();
  for (const mutation of pending) {
    for (const key of mutation.touches) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [mutation]);
      else list.push(mutation);
    }
  }
  const keys = new Set(seeds);
  const mids = new Set<number>();
  // A Set gives what is added during the walk as well: this is a breadth-first search.
  for (const key of keys) {
    for (const mutation of byKey.get(key) ?? []) {
      if (mids.has(mutation.mid)) continue;
      mids.add(mutation.mid);
      for (const touched of mutation.touches) keys.add(touched);
    }
  }
  return { keys, mids };
}
