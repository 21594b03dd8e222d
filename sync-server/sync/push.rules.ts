/**
 * What becomes of each mutation of a batch, decided in memory: rows that were read go in, outcomes, final rows and
 * anomalies come out. No clock, no database.
 */
import { decodeHlc } from '#shared/kernel/clock.ts';
import type { ErrorCode } from '#shared/kernel/errors.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Anomaly, EntityRef, Mutator } from '#shared/sync/mutator.ts';
import type { Mutation, Outcome, WriterKey } from '#shared/sync/protocol.ts';
import { OLDEST_SCHEMA, SCHEMA } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { declaredRows, type MutatorLookup } from '#shared/sync/replay.ts';
import { isStorable } from '#shared/sync/storable.ts';
import { type Said, UPCASTERS, type Upcasters, upcast } from '#shared/sync/upcast.ts';
import { effectsOf, type KnownRow, type RowHistory, type RowState } from './effects.rules.ts';
import type { Authority } from './grants.rules.ts';
import type { SyncActor } from './sync.port.ts';

/** A mutation that was read: either it may be decided, or it is refused already. */
export type Prepared =
  | {
      readonly kind: 'ready';
      readonly mutation: Mutation;
      readonly mutator: Mutator;
      readonly args: unknown;
      readonly refs: readonly EntityRef[];
    }
  | { readonly kind: 'refused'; readonly mutation: Mutation; readonly fact: boolean; readonly refusal: Refusal };

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Reading {
  readonly findMutator: MutatorLookup;
  readonly upcasters?: Upcasters | undefined;
  /** Every text of the arguments is known to be. */
  readonly isStorable?: boolean | undefined;
}

/** Before any row is read: is it known, may this device ask for it, can it be read? */
export function prepare(mutation: Mutation, actor: SyncActor, reading: Reading): Prepared {
  const { findMutator, upcasters = UPCASTERS } = reading;
  const said = tryUpcast(mutation, upcasters);
  const mutator = findMutator(said?.name ?? mutation.name);
  const refused = (code: ErrorCode, message: string): Prepared => ({
    kind: 'refused',
    mutation,
    // What this server does not know may be a fact of a newer device: its body is kept all the same.
    fact: mutator?.fact ?? false,
    refusal: { code, message },
  });
  if (mutator === undefined) return refused('sync.unknown_mutation', `no mutation is called ${mutation.name}`);
  if (!mutator.fact && (mutation.schema > SCHEMA || mutation.schema < OLDEST_SCHEMA)) {
    return refused(
      'sync.upgrade_required',
      `schema ${mutation.schema}; this server reads ${OLDEST_SCHEMA} to ${SCHEMA}`,
    );
  }
  if (!mutator.modes.includes(actor.mode)) {
    return refused('auth.forbidden', `${mutator.name} is not for a ${actor.mode}`);
  }
  if (reading.isStorable !== true && !isStorable(mutation.args)) {
    return refused('app.bad_input', 'a text holds NUL or half a character');
  }
  if (said === undefined) return refused('app.bad_input', `cannot be read as schema ${mutation.schema}`);
  const args = mutator.args.safeParse(said.args);
  if (!args.success) {
    const [issue] = args.error.issues;
    return refused(
      'app.bad_input',
      `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`,
    );
  }
  // A fact of a newer program than this server is recorded with all that it says, also what is not known here.
  const read = mutation.schema > SCHEMA ? said.args : args.data;
  return { kind: 'ready', mutation, mutator, args: read, refs: mutator.reads(read) };
}

function tryUpcast(mutation: Mutation, upcasters: Upcasters): Said | undefined {
  try {
    return upcast(mutation, upcasters);
  } catch {
    // A step may stumble over arguments that were never good.
    return undefined;
  }
}

export interface Judged {
  readonly outcome: Outcome;
  readonly rows: readonly RowState[];
  readonly history: readonly RowHistory[];
  readonly anomalies: readonly Anomaly[];
  /** A mutator that threw: a fault of the program, to be logged. */
  readonly fault?: unknown;
}

/** Decides one mutation over the rows as the ones before it left them. Never throws. */
export function judge(
  prepared: Prepared,
  by: WriterKey,
  { writer, scopes: granted }: Authority,
  at: number,
  find: (key: RefKey) => KnownRow | undefined,
): Judged {
  const { mutation } = prepared;
  if (prepared.kind === 'refused') return refuse(mutation, prepared.fact, prepared.refusal);
  const { mutator } = prepared;
  try {
    const denied = prepared.refs.find((ref) => {
      const row = find(refKey(ref));
      return row !== undefined && !granted.includes(row.scope);
    });
    if (denied !== undefined) {
      throw new AppError('sync.scope_denied', `${denied.type} ${denied.id} belongs to another scope`);
    }
    const rows = declaredRows(
      mutator.name,
      prepared.refs,
      (key) => find(key)?.fields ?? undefined,
      (key) => find(key)?.deleted === true,
    );
    const decision = mutator.decide(prepared.args, rows, { writer, at });
    if (decision.kind === 'reject') return refuse(mutation, mutator.fact, decision);
    const made = effectsOf(decision, { mutator, mutation, writer: by, at, refs: prepared.refs, granted, find });
    const anomalies = decision.anomalies ?? [];
    return {
      outcome: {
        mid: mutation.mid,
        status: 'applied',
        ...(made.superseded.length === 0 ? {} : { superseded: [...made.superseded] }),
        ...(anomalies.length === 0 ? {} : { anomalies: anomalies.map(({ kind }) => kind) }),
      },
      rows: made.rows,
      history: made.history,
      anomalies,
    };
  } catch (error) {
    if (error instanceof AppError) return refuse(mutation, mutator.fact, error);
    // Pure code that threw will throw again: trying it K times would only hold up what stands behind it.
    return { ...giveUp(mutation, mutator.fact, 'the mutator failed'), fault: error };
  }
}

const NOTHING = { rows: [], history: [] } as const;

/** A refusal of the rules. Of a fact, the refusal itself becomes the anomaly: what happened has happened. */
function refuse(mutation: Mutation, fact: boolean, { code, message }: Refusal): Judged {
  if (fact) return keep(mutation, code, message);
  const kept = code === 'sync.unknown_mutation' ? [rawAnomaly(mutation, code, message)] : [];
  return {
    outcome: { mid: mutation.mid, status: 'rejected', code, message: safeText(message) },
    ...NOTHING,
    anomalies: kept,
  };
}

/** The last word on a mutation that cannot be run: parked for a person, or, if it is a fact, kept as an anomaly. */
export function giveUp(mutation: Mutation, fact: boolean, message: string): Judged {
  if (fact) return keep(mutation, 'app.internal', message);
  return {
    outcome: { mid: mutation.mid, status: 'parked', code: 'app.internal', message: safeText(message) },
    ...NOTHING,
    anomalies: [],
  };
}

function keep(mutation: Mutation, code: ErrorCode, message: string): Judged {
  const anomaly = rawAnomaly(mutation, code, message);
  return {
    outcome: { mid: mutation.mid, status: 'applied', anomalies: [anomaly.kind] },
    ...NOTHING,
    anomalies: [anomaly],
  };
}

const rawAnomaly = (mutation: Mutation, code: ErrorCode, message: string): Anomaly => ({
  kind: code === 'sync.unknown_mutation' ? 'unknown_mutation' : 'fact_not_recorded',
  // The body as text: jsonb refuses some strings that JSON allows, and this row must never fail.
  details: { name: safeText(mutation.name), code, message: safeText(message), body: JSON.stringify(mutation) },
});

/** Texts that quote a mutation must themselves be storable. */
const safeText = (text: string): string => text.replaceAll('\0', '').slice(0, 500).toWellFormed();

/**
 * When a mutation happened: the device's stamp corrected by its clock's skew, never after `now`, never before the
 * mutation in front of it. Together with `mid` it strictly increases within a writer.
 */
export const correctedTime = (hlc: string, skewMs: number, lastAt: number, now: number): number =>
  Math.max(lastAt, Math.min(decodeHlc(hlc).ms + skewMs, now), 0);
