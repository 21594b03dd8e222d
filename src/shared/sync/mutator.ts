/**
 * A named mutation: the same pure function validates on the device before anything is stored and decides on the server.
 * It says which rows it reads, and from those rows what to write; it touches no clock, database or network.
 */
import type { z } from 'zod';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Mode } from '../kernel/mode.ts';
import type { EntityFields, EntityType } from './entities.ts';
import type { Scope, Writer } from './scopes.ts';

export interface EntityRef<T extends EntityType = EntityType> {
  readonly type: T;
  readonly id: string;
}

/** The rows a mutation asked for, as they are before it. `undefined` = there is none (or it is deleted). */
export interface Rows {
  get<T extends EntityType>(ref: EntityRef<T>): EntityFields[T] | undefined;
}

export type Put = {
  readonly [T in EntityType]: {
    readonly type: T;
    readonly id: string;
    readonly scope: Scope;
    readonly fields: EntityFields[T];
  };
}[EntityType];

/** What contradicts a fact: both sides are kept, a person is told. */
export interface Anomaly {
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type Decision =
  | { readonly kind: 'apply'; readonly puts: readonly Put[]; readonly anomalies?: readonly Anomaly[] }
  | { readonly kind: 'reject'; readonly code: ErrorCode; readonly message: string };

export interface MutationContext {
  readonly writer: Writer;
  /** When it happened by the device's clock corrected for skew: Unix milliseconds, never after the server's now. */
  readonly at: number;
}

export interface Mutator<Name extends string = string, Args = unknown> {
  readonly name: Name;
  /** What already happened in the world: never rejected, parked or lost; a contradiction becomes an anomaly. */
  readonly fact: boolean;
  /** Device modes that may ask for it. */
  readonly modes: readonly Mode[];
  readonly args: z.ZodType<Args>;
  readonly reads: (args: Args) => readonly EntityRef[];
  readonly decide: (args: Args, rows: Rows, context: MutationContext) => Decision;
}

/** Keeps the argument type of one mutator; the registry joins them by name. */
export const defineMutator = <const Name extends string, Args>(mutator: Mutator<Name, Args>): Mutator<Name, Args> =>
  mutator;

export const reject = (code: ErrorCode, message: string): Decision => ({ kind: 'reject', code, message });
export const apply = (...puts: readonly Put[]): Decision => ({ kind: 'apply', puts });
