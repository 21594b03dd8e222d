/** What managers do with a client's file. Several may do it at once and offline: see `sync/merge.rules.ts`. */
import { z } from 'zod';
import { Email, Id, Phone } from '../kernel/schemas.ts';
import { apply, defineMutator, reject } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { mayClientBecome, statusAfterEdit } from './clients.rules.ts';
import { Client, ClientField, ClientStatus } from './clients.schema.ts';
import {
  By,
  clientRef,
  conflictRef,
  conflictRefs,
  defineResolution,
  HAND,
  handOf,
  noClient,
  openFile,
  sorted,
} from './file.mutator.ts';

/** What a person may write into each field. */
const WRITTEN = {
  name: z.string().trim().min(1).max(128),
  phone: Phone,
  email: Email,
  registrationAddress: z.string().trim().min(1).max(256),
  comment: z.string().trim().min(1).max(1000),
  assignedTo: Id,
  tariffId: Id,
} as const satisfies Record<ClientField, z.ZodType>;

/** New values of a file's fields; null empties one. */
export const ClientEdit = z.strictObject({
  name: WRITTEN.name.optional(),
  phone: WRITTEN.phone.nullable().optional(),
  email: WRITTEN.email.nullable().optional(),
  registrationAddress: WRITTEN.registrationAddress.nullable().optional(),
  comment: WRITTEN.comment.nullable().optional(),
  assignedTo: WRITTEN.assignedTo.nullable().optional(),
  tariffId: WRITTEN.tariffId.nullable().optional(),
});
export type ClientEdit = z.infer<typeof ClientEdit>;

/** Fields that a contract says nothing about: they may change under one that waits to be signed. */
const BESIDE_CONTRACT: ReadonlySet<string> = new Set(['comment', 'assignedTo'] satisfies ClientField[]);

const Phones = z.array(Phone).max(8);
const Tags = z.array(z.string().trim().min(1).max(32)).max(32);
/** Elements put into a file's sets, or taken out. */
export const ClientElements = z.strictObject({ phones: Phones.optional(), tags: Tags.optional() });

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
    if (rows.isDeleted(clientRef(client.id))) return noClient(rows, client.id);
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
    ...HAND,
  }),
  reads: ({ id, set }) => [clientRef(id), ...Object.keys(set ?? {}).map((field) => conflictRef(id, field))],
  decide: ({ id, set = {}, add = {}, remove = {}, by, seenStatus }, rows, { at }) => {
    const isInContract = Object.keys(set).some((field) => !BESIDE_CONTRACT.has(field));
    const file = openFile(rows, id, isInContract ? seenStatus : undefined);
    if ('refusal' in file) return file.refusal;
    const { status } = file.client;
    const next = isInContract ? statusAfterEdit(status) : status;
    const moved = next === status ? {} : { status: next };
    return {
      kind: 'apply',
      puts: [],
      patches: [{ type: 'client', id, set: { ...set, ...moved, updatedAt: at }, add, remove, ...handOf(by) }],
    };
  },
});

/** A manager begins to work on a file: it is looked into, and theirs unless somebody has it (M-34). */
export const takeClient = defineMutator({
  name: 'client.take',
  fact: false,
  modes: ['manager'],
  merge: 'fields',
  writes: ['client', 'field_conflict'],
  scope: 'shop',
  args: z.strictObject({ id: Id, memberId: Id, by: By.optional() }),
  reads: ({ id }) => [clientRef(id), conflictRef(id, 'assignedTo')],
  decide: ({ id, memberId, by }, rows, { at }) => {
    const client = rows.get(clientRef(id));
    if (!client) return noClient(rows, id);
    const set = {
      ...(client.status === 'new' ? { status: 'in_verification' as const } : {}),
      ...(client.assignedTo === undefined ? { assignedTo: memberId } : {}),
    };
    if (Object.keys(set).length === 0) return apply();
    return {
      kind: 'apply',
      puts: [],
      patches: [{ type: 'client', id, set: { ...set, updatedAt: at }, ...handOf(by) }],
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
    if (!client) return noClient(rows, id);
    if (client.status === to) return apply();
    if (!mayClientBecome(client.status, to)) {
      return reject('clients.illegal_transition', `a client that is ${client.status} cannot become ${to}`);
    }
    return { kind: 'apply', puts: [], patches: [{ type: 'client', id, set: { status: to, updatedAt: at } }] };
  },
});

/**
 * Ends a file for good, with its passport and what appliances of it its device knows. Whoever edits it later, or has edited
 * it unseen, is refused and keeps a copy to begin anew.
 */
export const deleteClient = defineMutator({
  name: 'client.delete',
  fact: false,
  modes: ['manager'],
  merge: 'delete',
  writes: ['client', 'passport', 'appliance', 'field_conflict'],
  scope: 'shop',
  args: z.strictObject({ id: Id, appliances: z.array(Id).max(100).optional() }),
  reads: ({ id, appliances = [] }) => [
    clientRef(id),
    { type: 'passport', id },
    ...conflictRefs('client', id),
    ...conflictRefs('passport', id),
    ...appliances.flatMap((one) => [{ type: 'appliance', id: one } as const, ...conflictRefs('appliance', one)]),
  ],
  decide: ({ id, appliances = [] }, rows) => {
    if (rows.isDeleted(clientRef(id))) return apply();
    if (!rows.get(clientRef(id))) return noClient(rows, id);
    const own = appliances.filter((one) => rows.get({ type: 'appliance', id: one })?.clientId === id);
    const refs = [
      { type: 'passport', id } as const,
      ...conflictRefs('client', id),
      ...conflictRefs('passport', id),
      ...own.flatMap((one) => [{ type: 'appliance', id: one } as const, ...conflictRefs('appliance', one)]),
    ];
    return { kind: 'apply', puts: [], deletes: [clientRef(id), ...refs.filter((ref) => rows.get(ref))] };
  },
});

/** A person chooses one of the values that a conflict shows, by the edit it came with. */
export const resolveClientConflict = defineResolution({
  name: 'client.resolve_conflict',
  type: 'client',
  field: ClientField,
  write: (field, value) => {
    const edit = ClientEdit.safeParse({ [field]: value });
    return edit.success ? edit.data : undefined;
  },
});
