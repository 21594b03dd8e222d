/**
 * A named mutation: the same pure function validates on the device before anything is stored and decides on the server.
 * It says which rows it reads, and from those rows what to write; it touches no clock, database or network.
 */
import type { z } from 'zod';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Mode } from '../kernel/mode.ts';
import type { EntityFields, EntityType, MergedType, MergeKind } from './entities.ts';
import type { Scope, ScopeKind, Writer } from './scopes.ts';

export interface EntityRef<T extends EntityType = EntityType> {
  readonly type: T;
  readonly id: string;
}

/** The rows a mutation asked for, as they are before it. */
export interface Rows {
  /** `undefined` = there is none (or it is deleted). */
  get<T extends EntityType>(ref: EntityRef<T>): EntityFields[T] | undefined;
  /** There was such a row and it was deleted, for good. A device does not always remember that. */
  isDeleted(ref: EntityRef): boolean;
}

export type Put = {
  readonly [T in EntityType]: {
    readonly type: T;
    readonly id: string;
    readonly scope: Scope;
    readonly fields: EntityFields[T];
  };
}[EntityType];

/**
 * Changes of single fields, merged as `ENTITIES[type].fields` says. Null empties a field, undefined leaves it alone.
 */
export type Patch<T extends MergedType = MergedType> = {
  readonly [K in T]: {
    readonly type: K;
    readonly id: string;
    readonly set?: { readonly [F in keyof EntityFields[K]]?: EntityFields[K][F] | null | undefined };
    /** Elements of fields that are sets. */
    readonly add?: { readonly [F in keyof EntityFields[K]]?: readonly string[] | undefined };
    readonly remove?: { readonly [F in keyof EntityFields[K]]?: readonly string[] | undefined };
    /** Whose hand it was: shown beside the value where two people disagree. */
    readonly by?: string;
  };
}[T];

/** A row in its new state. `fields` null: deleted, for good. */
export type RowPut = {
  readonly [T in EntityType]: {
    readonly type: T;
    readonly id: string;
    readonly scope: Scope;
    readonly fields: EntityFields[T] | null;
  };
}[EntityType];

/** What contradicts a fact: both sides are kept, a person is told. */
export interface Anomaly {
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type Decision =
  | {
      readonly kind: 'apply';
      /** Whole rows. A row whose fields are merged is put once, when it is made. */
      readonly puts: readonly Put[];
      /** Applied after `puts`. */
      readonly patches?: readonly Patch[];
      /** Rows that end, for good. */
      readonly deletes?: readonly EntityRef[];
      readonly anomalies?: readonly Anomaly[];
    }
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
  /** How a conflict over what it writes ends. */
  readonly merge: Exclude<MergeKind, 'server'>;
  /** Kinds of rows it may write; any other is a fault of the program. */
  readonly writes: readonly EntityType[];
  /** Where they are. */
  readonly scope: ScopeKind;
  readonly args: z.ZodType<Args>;
  /**
   * The same without who the guest was: what a device keeps of it, for a server that is put back to a backup, once the
   * guest is forgotten. Absent where the arguments name no guest.
   */
  readonly anonymous?: (args: Args) => Args;
  readonly reads: (args: Args) => readonly EntityRef[];
  readonly decide: (args: Args, rows: Rows, context: MutationContext) => Decision;
}

/** Keeps the argument type of one mutator; the registry joins them by name. */
export const defineMutator = <const Name extends string, Args>(mutator: Mutator<Name, Args>): Mutator<Name, Args> =>
  mutator;

export const reject = (code: ErrorCode, message: string): Decision => ({ kind: 'reject', code, message });
export const apply = (...puts: readonly Put[]): Decision => ({ kind: 'apply', puts });
