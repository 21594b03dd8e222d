/** What managers do with a client's file. Several may do it at once and offline: see `sync/merge.rules.ts`. */
import { z } from 'zod';
import { Email, Id, Phone } from '../kernel/schemas.ts';
import { conflictId, EditKey, type FieldConflict, isSameEdit } from '../sync/conflict.schema.ts';
import { registersOf } from '../sync/merge.rules.ts';
import { apply, type Decision, defineMutator, type EntityRef, type Put, type Rows, reject } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { mayClientBecome } from './clients.rules.ts';
import { Client, ClientField, ClientStatus } from './clients.schema.ts';

/** What a person may write into each field. */
const WRITTEN = {
  name: z.string().trim().min(1).max(128),
  phone: Phone,
  email: Email,
  registrationAddress: z.string().trim().min(1).max(256),
  comment: z.string().trim().min(1).max(1000),
  assignedTo: Id,
} as const satisfies Record<ClientField, z.ZodType>;

/** New values of a file's fields; null empties one. */
export const ClientEdit = z.strictObject({
  name: WRITTEN.name.optional(),
  phone: WRITTEN.phone.nullable().optional(),
  email: WRITTEN.email.nullable().optional(),
  registrationAddress: WRITTEN.registrationAddress.nullable().optional(),
  comment: WRITTEN.comment.nullable().optional(),
  assignedTo: WRITTEN.assignedTo.nullable().optional(),
});
export type ClientEdit = z.infer<typeof ClientEdit>;

const Phones = z.array(Phone).max(8);
const Tags = z.array(z.string().trim().min(1).max(32)).max(32);
/** Elements put into a file's sets, or taken out. */
export const ClientElements = z.strictObject({ phones: Phones.optional(), tags: Tags.optional() });
/** Whose hand it is, by name. */
const By = z.string().min(1).max(128);

const clientRef = (id: string): EntityRef<'client'> => ({ type: 'client', id });
const conflictRef = (id: string, field: string): EntityRef<'field_conflict'> => ({
  type: 'field_conflict',
  id: conflictId(id, field),
});
const notThere = (rows: Rows, id: string): Decision =>
  rows.isDeleted(clientRef(id))
    ? reject('sync.deleted', `client ${id} is deleted`)
    : reject('clients.not_found', `no client ${id}`);
const sorted = (elements: readonly string[]): string[] => [...new Set(elements)].toSorted();

/** A new file. Repeating it with the same id changes nothing. */
export const createClient = defineMutator({
  name: 'client.create',
  fact: false,
  modes: ['manager'],
  merge: 'insert_once',
  writes: ['client'],
  scope: 'shop',
  args: z.strictObject({
    client: z.strictObject({
      ...Client.shape,
      ...z.strictObject(WRITTEN).partial().required({ name: true }).shape,
      phones: Phones,
      tags: Tags,
      status: ClientStatus.extract(['new']),
    }),
  }),
  reads: ({ client }) => [clientRef(client.id)],
  decide: ({ client }, rows, { writer }) => {
    if (rows.get(clientRef(client.id))) return apply();
    if (rows.isDeleted(clientRef(client.id))) return notThere(rows, client.id);
    if (client.shopId !== writer.shopId)
      return reject('sync.scope_denied', 'a client belongs to the shop of its manager');
    const fields: Client = { ...client, phones: sorted(client.phones), tags: sorted(client.tags) };
    return apply({ type: 'client', id: client.id, scope: shopScope(writer.shopId), fields });
  },
});

/** Other values of some fields. Each is merged by itself with what others wrote meanwhile. */
export const patchClient = defineMutator({
  name: 'client.patch',
  fact: false,
  modes: ['manager'],
  merge: 'fields',
  writes: ['client', 'field_conflict'],
  scope: 'shop',
  args: z.strictObject({
    id: Id,
    set: ClientEdit.optional(),
    add: ClientElements.optional(),
    remove: ClientElements.optional(),
    by: By.optional(),
  }),
  reads: ({ id, set }) => [clientRef(id), ...Object.keys(set ?? {}).map((field) => conflictRef(id, field))],
  decide: ({ id, set, add = {}, remove = {}, by }, rows, { at }) => {
    if (!rows.get(clientRef(id))) return notThere(rows, id);
    const author = by === undefined ? {} : { by };
    return {
      kind: 'apply',
      puts: [],
      patches: [{ type: 'client', id, set: { ...set, updatedAt: at }, add, remove, ...author }],
    };
  },
});

/** A step of SM-5. */
export const advanceClient = defineMutator({
  name: 'client.advance',
  fact: false,
  modes: ['manager'],
  merge: 'transitions',
  writes: ['client'],
  scope: 'shop',
  args: z.strictObject({ id: Id, to: ClientStatus.exclude(['new']) }),
  reads: ({ id }) => [clientRef(id)],
  decide: ({ id, to }, rows, { at }) => {
    const client = rows.get(clientRef(id));
    if (!client) return notThere(rows, id);
    if (client.status === to) return apply();
    if (!mayClientBecome(client.status, to)) {
      return reject('clients.illegal_transition', `a client that is ${client.status} cannot become ${to}`);
    }
    return { kind: 'apply', puts: [], patches: [{ type: 'client', id, set: { status: to, updatedAt: at } }] };
  },
});

/** Ends a file for good. Whoever edits it later, or has edited it unseen, is refused and keeps a copy to begin anew. */
export const deleteClient = defineMutator({
  name: 'client.delete',
  fact: false,
  modes: ['manager'],
  merge: 'delete',
  writes: ['client', 'field_conflict'],
  scope: 'shop',
  args: z.strictObject({ id: Id }),
  reads: ({ id }) => [clientRef(id), ...registersOf('client').map((field) => conflictRef(id, field))],
  decide: ({ id }, rows) => {
    if (rows.isDeleted(clientRef(id))) return apply();
    if (!rows.get(clientRef(id))) return notThere(rows, id);
    const conflicts = registersOf('client').map((field) => conflictRef(id, field));
    return { kind: 'apply', puts: [], deletes: [clientRef(id), ...conflicts.filter((ref) => rows.get(ref))] };
  },
});

/** A person chooses one of the values that a conflict shows, by the edit it came with. */
export const resolveClientConflict = defineMutator({
  name: 'client.resolve_conflict',
  fact: false,
  modes: ['manager'],
  merge: 'transitions',
  writes: ['client', 'field_conflict'],
  scope: 'shop',
  args: z.strictObject({ id: Id, field: ClientField, choose: EditKey, by: By.optional() }),
  reads: ({ id, field }) => [clientRef(id), conflictRef(id, field)],
  decide: ({ id, field, choose, by }, rows, { at }) => {
    const client = rows.get(clientRef(id));
    if (!client) return notThere(rows, id);
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
    const put: Put = { ...conflictRef(id, field), scope: shopScope(client.shopId), fields: settled };
    if (isKept) return apply(put);
    const value = ClientEdit.safeParse({ [field]: chosen.value });
    if (!value.success) return reject('clients.conflict_changed', `that value of ${field} can no longer be written`);
    const author = by === undefined ? {} : { by };
    return {
      kind: 'apply',
      puts: [put],
      patches: [{ type: 'client', id, set: { ...value.data, updatedAt: at }, ...author }],
    };
  },
});
