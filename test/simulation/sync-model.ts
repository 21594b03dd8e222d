/**
 * What the server's rows must be: every mutation that it accepted run once, in the order of acceptance, over plain maps.
 * Merged fields are not merged here: all edits are kept, and the largest (time, writer, mid) is looked for at the end.
 */

import { canonicalJson } from '#shared/kernel/canonical.ts';
import { decodeHlc } from '#shared/kernel/clock.ts';
import { entityKind, isMergedType } from '#shared/sync/entities.ts';
import type { Patch, RowPut } from '#shared/sync/mutator.ts';
import type { Mutation, Outcome, WriterKey } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { declaredRows, type MutatorLookup } from '#shared/sync/replay.ts';
import type { Scope, Writer } from '#shared/sync/scopes.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Something that must hold did not. The message begins with the invariant's number. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function hold(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Violation(message);
}

interface ModelEdit {
  readonly key: RefKey;
  /** A field, or `field:element` of a set. */
  readonly field: string;
  readonly value: unknown;
  readonly at: number;
  readonly deviceId: string;
  readonly incarnation: number;
  readonly mid: number;
}

interface ModelRow {
  readonly scope: Scope;
  /** Null: dead. */
  readonly fields: Fields | null;
}

interface ModelWriter {
  lastMid: number;
  lastAt: number;
  /** The hash of each accepted mutation; the first is that of mid 1. */
  readonly hashes: string[];
}

interface Accepted {
  readonly writer: WriterKey;
  readonly mutation: Mutation;
  readonly outcome: Outcome;
  /** By the server: what arrived, and when the device says that it sent it. */
  readonly receivedAt: number;
  readonly sentAt: number;
  /** What the server judged it by. */
  readonly authority: { readonly writer: Writer; readonly scopes: readonly Scope[] };
  /** The database cannot take what it makes. */
  readonly isPoison: boolean;
}

export interface Model {
  readonly rows: Map<RefKey, ModelRow>;
  readonly edits: ModelEdit[];
  readonly writers: Map<string, ModelWriter>;
}

export const newModel = (): Model => ({ rows: new Map(), edits: [], writers: new Map() });
export const copyModel = (model: Model): Model => structuredClone(model);

const writerOf = (model: Model, { deviceId, incarnation }: WriterKey): ModelWriter => {
  const key = `${deviceId}/${incarnation}`;
  const known = model.writers.get(key) ?? { lastMid: 0, lastAt: 0, hashes: [] };
  model.writers.set(key, known);
  return known;
};

export const lastMidOf = (model: Model, writer: WriterKey): number => writerOf(model, writer).lastMid;

/** What was accepted under a number; undefined when nothing was. */
export const hashOf = (model: Model, writer: WriterKey, mid: number): string | undefined =>
  writerOf(model, writer).hashes[mid - 1];

/** One mutation that the server says it has run. */
export function accept(model: Model, findMutator: MutatorLookup, accepted: Accepted): void {
  const { writer, mutation, outcome, receivedAt, sentAt, authority, isPoison } = accepted;
  const { mid, name } = mutation;
  const known = writerOf(model, writer);
  hold(mid === known.lastMid + 1, `I1: ${name} is ${mid} of its writer, which was at ${known.lastMid}`);
  known.lastMid = mid;
  known.hashes.push(mutation.h);
  const skew = receivedAt - sentAt;
  const at = Math.max(known.lastAt, Math.min(decodeHlc(mutation.hlc).ms + skew, receivedAt), 0);
  known.lastAt = at;

  const mutator = findMutator(name);
  if (mutator === undefined) throw new Error(`the simulation knows no ${name}`);
  hold(outcome.status === 'applied' || !mutator.fact, `I12: the fact ${name} is ${outcome.status}`);
  // What the rules refuse is refused before the database can choke on it.
  const ends = isPoison && !mutator.fact ? ['parked', 'rejected'] : ['applied', 'rejected'];
  hold(ends.includes(outcome.status), `I15: ${name} is ${outcome.status}`);
  if (isPoison && outcome.status !== 'rejected') return;

  const args = mutator.args.parse(mutation.args);
  const refs = mutator.reads(args);
  const find = (key: RefKey): Fields | undefined => fieldsOf(model, key);
  const isDead = (key: RefKey): boolean => model.rows.get(key)?.fields === null;
  const decision = mutator.decide(args, declaredRows(name, refs, find, isDead), { writer: authority.writer, at });
  const strange = refs.map(refKey).find((key) => {
    const row = model.rows.get(key);
    return row !== undefined && !authority.scopes.includes(row.scope);
  });
  if (outcome.status === 'rejected') {
    const mayBe =
      decision.kind === 'reject' ||
      (outcome.code === 'sync.scope_denied' &&
        (strange !== undefined || writesBeyond(decision.puts, authority.scopes))) ||
      (outcome.code === 'sync.deleted' && refs.some((ref) => isDead(refKey(ref))));
    hold(mayBe, `I1: ${name} ${mid} was rejected (${outcome.code ?? ''}), and nothing speaks against it`);
    return;
  }
  // A refused fact is kept as an anomaly, and changes nothing.
  const isKeptOnly = mutator.fact && (outcome.anomalies ?? []).includes('fact_not_recorded');
  if (isKeptOnly) return;
  hold(decision.kind === 'apply', `I1: ${name} ${mid} was applied, and the rules refuse it`);
  for (const put of decision.puts) {
    if (isMergedType(put.type)) {
      const known = model.rows.get(refKey(put));
      if (known === undefined) made(model, put, { ...writer, mid, at });
    } else {
      model.rows.set(refKey(put), { scope: put.scope, fields: put.fields });
    }
  }
  for (const patch of decision.patches ?? []) edited(model, patch, { ...writer, mid, at });
  for (const ref of decision.deletes ?? []) {
    const row = model.rows.get(refKey(ref));
    if (row !== undefined) model.rows.set(refKey(ref), { scope: row.scope, fields: null });
  }
}

/** Headquarters wrote rows of its own. */
export function put(model: Model, puts: readonly RowPut[]): void {
  for (const { type, id, scope, fields } of puts) model.rows.set(refKey({ type, id }), { scope, fields });
}

const writesBeyond = (puts: readonly RowPut[], scopes: readonly Scope[]): boolean =>
  puts.some(({ scope }) => !scopes.includes(scope));

type Stamp = Pick<ModelEdit, 'at' | 'deviceId' | 'incarnation' | 'mid'>;

function made(model: Model, { type, id, scope, fields }: RowPut, stamp: Stamp): void {
  const key = refKey({ type, id });
  model.rows.set(key, { scope, fields });
  const merges = entityKind(type).fields ?? {};
  for (const [field, value] of Object.entries(fields ?? {})) {
    if (merges[field] === 'register') model.edits.push({ key, field, value, ...stamp });
    if (merges[field] !== 'set') continue;
    for (const element of value as readonly string[]) {
      model.edits.push({ key, field: `${field}:${element}`, value: 'present', ...stamp });
    }
  }
}

function edited(model: Model, patch: Patch, stamp: Stamp): void {
  const key = refKey(patch);
  const row = model.rows.get(key);
  hold(row !== undefined && row.fields !== null, `I9: ${key} was patched, and it is dead or was never there`);
  const merges = entityKind(patch.type).fields ?? {};
  const fields: Record<string, unknown> = { ...row.fields };
  for (const [field, value] of Object.entries(patch.set ?? {})) {
    if (value === undefined) continue;
    if (merges[field] === 'register') model.edits.push({ key, field, value, ...stamp });
    else if (merges[field] === 'max') fields[field] = Math.max(Number(fields[field] ?? 0), Number(value));
    else fields[field] = value;
  }
  for (const [list, value] of [
    [patch.remove, 'absent'],
    [patch.add, 'present'],
  ] as const) {
    for (const [field, elements] of Object.entries<readonly string[] | undefined>(list ?? {})) {
      for (const element of elements ?? []) model.edits.push({ key, field: `${field}:${element}`, value, ...stamp });
    }
  }
  model.rows.set(key, { scope: row.scope, fields });
}

const beats = (a: ModelEdit, b: ModelEdit): boolean => {
  if (a.at !== b.at) return a.at > b.at;
  if (a.deviceId !== b.deviceId) return a.deviceId > b.deviceId;
  if (a.incarnation !== b.incarnation) return a.incarnation > b.incarnation;
  return a.mid >= b.mid;
};

/** The winners of a row's fields; of two edits of one mutation the later. */
export function winnersOf(model: Model, key: RefKey): Map<string, ModelEdit> {
  const winners = new Map<string, ModelEdit>();
  for (const edit of model.edits) {
    if (edit.key !== key) continue;
    const best = winners.get(edit.field);
    if (best === undefined || beats(edit, best)) winners.set(edit.field, edit);
  }
  return winners;
}

function fieldsOf(model: Model, key: RefKey): Fields | undefined {
  const row = model.rows.get(key);
  if (row === undefined || row.fields === null) return undefined;
  const type = key.slice(0, key.indexOf(':'));
  if (!isMergedType(type)) return row.fields;
  const fields: Record<string, unknown> = { ...row.fields };
  const sets = new Map<string, string[]>();
  for (const { field, value } of winnersOf(model, key).values()) {
    const colon = field.indexOf(':');
    if (colon === -1) {
      if (value === null) delete fields[field];
      else fields[field] = value;
    } else {
      const elements = sets.get(field.slice(0, colon)) ?? [];
      if (value === 'present') elements.push(field.slice(colon + 1));
      sets.set(field.slice(0, colon), elements);
    }
  }
  for (const [field, elements] of sets) fields[field] = elements.toSorted();
  return fields;
}

/** Live rows as canonical JSON. Conflicts are not among them: they are for people, and say what the fields say. */
export function liveRows(model: Model): Map<RefKey, string> {
  const live = new Map<RefKey, string>();
  for (const key of model.rows.keys()) {
    const fields = fieldsOf(model, key);
    if (fields !== undefined && !key.startsWith('field_conflict:')) live.set(key, canonicalJson(fields));
  }
  return live;
}
