/**
 * What a decision makes of the rows on the server: patches are merged with what other writers left, what may not be
 * written is caught, and values that did not win go to the history. Pure.
 */
import { AppError } from '#shared/kernel/errors.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import { isMergedType } from '#shared/sync/entities.ts';
import { CREATED, type Edit, type FieldClock, type HistoryEntry, mergePatch } from '#shared/sync/merge.rules.ts';
import type { Decision, EntityRef, Mutator, Patch, RowPut } from '#shared/sync/mutator.ts';
import type { Mutation, WriterKey } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { UndeclaredWrite } from '#shared/sync/replay.ts';
import { type Scope, scopeKind } from '#shared/sync/scopes.ts';

/** A row as the transaction knows it. */
export interface KnownRow {
  readonly scope: string;
  readonly deleted: boolean;
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** Version in the database; 0 for a row that this transaction made. */
  readonly ver: number;
  readonly clock: FieldClock | null;
}

/** A row in its new state; the clock is null where fields are not merged one by one. */
export type RowState = RowPut & { readonly clock: FieldClock | null };

/** A value that is not in its row (any more). */
export type RowHistory = HistoryEntry & { readonly type: string; readonly id: string };

export interface Effects {
  /** Each row once, in its last state. */
  readonly rows: readonly RowState[];
  readonly history: readonly RowHistory[];
  /** Fields of patches that lost. */
  readonly superseded: readonly string[];
}

export interface EffectContext {
  readonly mutator: Mutator;
  readonly mutation: Pick<Mutation, 'mid' | 'base'>;
  readonly writer: WriterKey;
  /** Corrected time, Unix ms. */
  readonly at: number;
  /** Rows that the mutation said it would read. */
  readonly refs: readonly EntityRef[];
  /** Scopes that its device may write. */
  readonly granted: readonly Scope[];
  readonly find: (key: RefKey) => KnownRow | undefined;
}

/**
 * @throws AppError `sync.deleted`, `sync.scope_denied`: the mutation is refused. Anything else is a fault of the mutator.
 */
export function effectsOf(decision: Extract<Decision, { readonly kind: 'apply' }>, context: EffectContext): Effects {
  const { mutator, mutation, writer, at } = context;
  const declared = new Set(context.refs.map(refKey));
  const rows = new Map<RefKey, RowState>();
  const history: RowHistory[] = [];
  const superseded: string[] = [];

  const find = (key: RefKey): KnownRow | undefined => {
    const made = rows.get(key);
    if (made === undefined) return context.find(key);
    const { scope, fields, clock } = made;
    return { scope, fields, clock, deleted: fields === null, ver: context.find(key)?.ver ?? 0 };
  };
  const write = (row: RowState) => {
    const key = refKey(row);
    if (!mutator.writes.includes(row.type)) throw new UndeclaredWrite(mutator.name, row.type);
    if (!declared.has(key)) throw new Error(`${mutator.name} wrote ${key}, which its reads do not name`);
    if (scopeKind(row.scope) !== mutator.scope) throw new Error(`${mutator.name} wrote to ${row.scope}`);
    const known = find(key);
    if (!context.granted.includes(row.scope) || (known !== undefined && known.scope !== row.scope)) {
      throw new AppError('sync.scope_denied', `${row.type} ${row.id} does not belong to ${row.scope}`);
    }
    if (known?.deleted === true) throw new AppError('sync.deleted', `${row.type} ${row.id} is deleted`);
    rows.set(key, row);
  };

  for (const put of decision.puts) {
    const isMerged = isMergedType(put.type);
    if (isMerged && find(refKey(put))?.deleted === false) {
      throw new Error(`${mutator.name} put ${refKey(put)} whole, and its fields are merged`);
    }
    write({ ...put, clock: isMerged ? { [CREATED]: { at, ...writer, mid: mutation.mid, prev: 0 } } : null });
  }

  for (const patch of decision.patches ?? []) {
    const key = refKey(patch);
    const known = find(key);
    if (known?.deleted === true) throw new AppError('sync.deleted', `${key} is deleted`);
    if (known === undefined || known.fields === null)
      throw new Error(`${mutator.name} patched ${key}, which is not there`);
    const edit: Edit = { at, ...writer, mid: mutation.mid, base: mutation.base[key] ?? 0 };
    const merged = mergePatch(
      { fields: known.fields, clock: known.clock ?? {}, ver: known.ver },
      patch,
      edit,
      (field) => find(conflictKey(patch, field))?.fields as FieldConflict | undefined,
      (field) => {
        const ver = find(conflictKey(patch, field))?.ver ?? 0;
        return ver > 0 && (mutation.base[conflictKey(patch, field)] ?? 0) >= ver;
      },
    );
    const { scope } = known;
    // Fields of a row stay those of its type: values come from a checked patch.
    write({ type: patch.type, id: patch.id, scope, fields: merged.fields, clock: merged.clock } as RowState);
    for (const conflict of merged.conflicts) {
      write({ type: 'field_conflict', id: conflict.id, scope, fields: conflict, clock: null });
    }
    for (const entry of merged.history) history.push({ type: patch.type, id: patch.id, ...entry });
    superseded.push(...merged.superseded);
  }

  for (const ref of decision.deletes ?? []) {
    const known = find(refKey(ref));
    if (known !== undefined && !known.deleted) write({ ...ref, scope: known.scope, fields: null, clock: null });
  }
  return { rows: [...rows.values()], history, superseded };
}

const conflictKey = (patch: Patch, field: string): RefKey =>
  refKey({ type: 'field_conflict', id: conflictId(patch.id, field) });
