/** What every change of a client's file has in common, whichever of its rows it is about. */
import { z } from 'zod';
import { Id } from '../kernel/schemas.ts';
import { conflictId, EditKey, type FieldConflict, isSameEdit } from '../sync/conflict.schema.ts';
import type { MergedType } from '../sync/entities.ts';
import { registersOf } from '../sync/merge.rules.ts';
import {
  apply,
  type Decision,
  defineMutator,
  type EntityRef,
  type Patch,
  type Put,
  type Rows,
  reject,
} from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { hasMovedOn, statusAfterEdit } from './clients.rules.ts';
import { type Client, ClientStatus } from './clients.schema.ts';

/** Whose hand it was, by name. */
export const By = z.string().min(1).max(128);
/** Who changed it, and what the client's status was before their eyes: a file that was signed meanwhile is not touched. */
export const HAND = { by: By.optional(), seenStatus: ClientStatus.optional() };

export const clientRef = (id: string): EntityRef<'client'> => ({ type: 'client', id });
export const conflictRef = (id: string, field: string): EntityRef<'field_conflict'> => ({
  type: 'field_conflict',
  id: conflictId(id, field),
});
/** Conflicts that the fields of a row may have. */
export const conflictRefs = (type: MergedType, id: string): EntityRef<'field_conflict'>[] =>
  registersOf(type).map((field) => conflictRef(id, field));
export const handOf = (by: string | undefined): { readonly by?: string } => (by === undefined ? {} : { by });
export const sorted = (elements: readonly string[]): string[] => [...new Set(elements)].toSorted();

export const noClient = (rows: Rows, id: string): Decision =>
  rows.isDeleted(clientRef(id))
    ? reject('sync.deleted', `client ${id} is deleted`)
    : reject('clients.not_found', `no client ${id}`);

/** The client whose file may be changed by somebody who saw it in `seen`; else why it may not. */
export function openFile(
  rows: Rows,
  id: string,
  seen: ClientStatus | undefined,
): { readonly client: Client } | { readonly refusal: Decision } {
  const client = rows.get(clientRef(id));
  if (!client) return { refusal: noClient(rows, id) };
  if (hasMovedOn(seen, client.status))
    return { refusal: reject('clients.moved_on', `client ${id} is ${client.status} by now, not ${seen}`) };
  return { client };
}

/** What a change of passport or appliances does to the client's own row. */
export const touchClient = ({ id, status }: Client, at: number): Patch<'client'> => {
  const next = statusAfterEdit(status);
  return { type: 'client', id, set: { updatedAt: at, ...(next === status ? {} : { status: next }) } };
};

interface ResolutionOf<T extends 'client' | 'passport' | 'appliance', F extends string, Name extends string> {
  readonly name: Name;
  readonly type: T;
  readonly field: z.ZodType<F>;
  /** The patch that writes a value of a conflict; `undefined` when it can no longer be written. */
  readonly write: (field: F, value: unknown) => Record<string, unknown> | undefined;
}

/** A person chooses one of the values that a conflict shows, by the edit it came with. */
export const defineResolution = <
  T extends 'client' | 'passport' | 'appliance',
  F extends string,
  const Name extends string,
>({
  name,
  type,
  field: Field,
  write,
}: ResolutionOf<T, F, Name>) =>
  defineMutator({
    name,
    fact: false,
    modes: ['manager'],
    merge: 'transitions',
    writes: [type, 'field_conflict'],
    scope: 'shop',
    args: z.strictObject({ id: Id, field: Field, choose: EditKey, by: By.optional() }),
    reads: ({ id, field }) => [{ type, id }, conflictRef(id, field)],
    decide: ({ id, field, choose, by }, rows, { at }) => {
      const row = rows.get({ type, id }) as { readonly shopId: string } | undefined;
      if (!row) {
        return rows.isDeleted({ type, id })
          ? reject('sync.deleted', `${type} ${id} is deleted`)
          : reject('clients.not_found', `no ${type} ${id}`);
      }
      const conflict = rows.get(conflictRef(id, field));
      const sides = conflict === undefined ? [] : [conflict.kept, ...conflict.others];
      const chosen = sides.find((side) => isSameEdit(side, choose));
      const isKept = conflict !== undefined && isSameEdit(conflict.kept, choose);
      if (isKept && conflict.resolvedAt !== undefined) return apply();
      if (conflict === undefined || chosen === undefined || conflict.resolvedAt !== undefined) {
        return reject('clients.conflict_changed', `the conflict over ${field} of ${id} is not what it was`);
      }
      const settled: FieldConflict = {
        ...conflict,
        kept: chosen,
        others: sides.filter((side) => side !== chosen),
        resolvedAt: at,
        ...(by === undefined ? {} : { resolvedBy: by }),
      };
      const put: Put = { ...conflictRef(id, field), scope: shopScope(row.shopId), fields: settled };
      if (isKept) return apply(put);
      const set = write(field, chosen.value);
      if (set === undefined)
        return reject('clients.conflict_changed', `that value of ${field} can no longer be written`);
      return {
        kind: 'apply',
        puts: [put],
        // The caller says which fields this kind of row has.
        patches: [{ type, id, set: { ...set, updatedAt: at }, ...handOf(by) } as unknown as Patch],
      };
    },
  });
