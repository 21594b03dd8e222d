/**
 * Mutations of older programs, said as this one says them. An outbox may be a year old when its device comes back, and
 * is never refused as a whole: each mutation is brought up to the present schema step by step, on the server before it
 * is decided, and on a device that was upgraded with work in its outbox.
 *
 * When the arguments of a mutation change: raise `SCHEMA`, put a step here under its name and the schema that it comes
 * from, and keep an outbox of that schema among the fixtures of `test/sync/old-versions`.
 */
import { SCHEMA } from './protocol.ts';

/** A mutation as somebody says it. */
export interface Said {
  readonly name: string;
  readonly args: unknown;
}

/**
 * From one schema to the next. The name may become another: a mutation whose meaning changes is a new one. May throw on
 * arguments that were never good: then the mutation is one that cannot be read.
 */
export type Upcaster = (args: unknown) => Said;

/** By name, then by the schema that the step comes from. */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>;

/** None yet: there has been one schema. */
export const UPCASTERS: Upcasters = {};

/** Throws what a step throws. A mutation of a newer schema than `to` stays as it is. */
export function upcast(
  said: Said & { readonly schema: number },
  table: Upcasters = UPCASTERS,
  to: number = SCHEMA,
): Said {
  let { name, args }: Said = said;
  for (let from = said.schema; from < to; from += 1) {
    const step = Object.hasOwn(table, name) ? table[name]?.[from] : undefined;
    if (step !== undefined) ({ name, args } = step(args));
  }
  return { name, args };
}
