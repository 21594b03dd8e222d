/** What managers do with the appliances of a client's file. */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { apply, type Decision, defineMutator, type Rows, reject } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import {
  type Appliance,
  ApplianceEdit,
  ApplianceField,
  MAX_APPLIANCE_PHOTOS,
  NewAppliance,
} from './appliances.schema.ts';
import {
  clientRef,
  conflictRef,
  conflictRefs,
  defineResolution,
  HAND,
  handOf,
  openFile,
  sorted,
  touchClient,
} from './file.mutator.ts';

const Photos = z.strictObject({ photos: z.array(BlobId).max(MAX_APPLIANCE_PHOTOS) });
const applianceRef = (id: string) => ({ type: 'appliance', id }) as const;

/** Why there is no such appliance in this file. */
const notThere = (rows: Rows, id: string): Decision =>
  rows.isDeleted(applianceRef(id))
    ? reject('sync.deleted', `appliance ${id} is deleted`)
    : reject('clients.not_found', `no appliance ${id} in this file`);

/** A new one. Repeating it with the same id changes nothing. */
export const createAppliance = defineMutator({
  name: 'appliance.create',
  fact: false,
  modes: ['manager'],
  merge: 'insert_once',
  writes: ['appliance', 'client'],
  scope: 'shop',
  args: z.strictObject({
    appliance: z.strictObject({
      ...NewAppliance.shape,
      id: Id,
      clientId: Id,
      photos: Photos.shape.photos,
      createdAt: Millis,
      updatedAt: Millis,
    }),
    seenStatus: HAND.seenStatus,
  }),
  reads: ({ appliance: { id, clientId } }) => [clientRef(clientId), applianceRef(id)],
  decide: ({ appliance, seenStatus }, rows, { at }) => {
    const file = openFile(rows, appliance.clientId, seenStatus);
    if ('refusal' in file) return file.refusal;
    if (rows.get(applianceRef(appliance.id))) return apply();
    if (rows.isDeleted(applianceRef(appliance.id))) return notThere(rows, appliance.id);
    const { shopId } = file.client;
    const fields: Appliance = { ...appliance, shopId, photos: sorted(appliance.photos) };
    return {
      kind: 'apply',
      puts: [{ ...applianceRef(appliance.id), scope: shopScope(shopId), fields }],
      patches: [touchClient(file.client, at)],
    };
  },
});

/** Other values of some fields, photos put to it or taken away. Each is merged by itself. */
export const patchAppliance = defineMutator({
  name: 'appliance.patch',
  fact: false,
  modes: ['manager'],
  merge: 'fields',
  writes: ['appliance', 'field_conflict', 'client'],
  scope: 'shop',
  args: z.strictObject({
    id: Id,
    clientId: Id,
    set: ApplianceEdit.optional(),
    add: Photos.optional(),
    remove: Photos.optional(),
    ...HAND,
  }),
  reads: ({ id, clientId, set }) => [
    clientRef(clientId),
    applianceRef(id),
    ...Object.keys(set ?? {}).map((field) => conflictRef(id, field)),
  ],
  decide: ({ id, clientId, set, add = { photos: [] }, remove = { photos: [] }, by, seenStatus }, rows, { at }) => {
    const file = openFile(rows, clientId, seenStatus);
    if ('refusal' in file) return file.refusal;
    if (rows.get(applianceRef(id))?.clientId !== clientId) return notThere(rows, id);
    const patch = { type: 'appliance', id, set: { ...set, updatedAt: at }, add, remove, ...handOf(by) } as const;
    return { kind: 'apply', puts: [], patches: [patch, touchClient(file.client, at)] };
  },
});

/** Takes it out of the file, for good. */
export const deleteAppliance = defineMutator({
  name: 'appliance.delete',
  fact: false,
  modes: ['manager'],
  merge: 'delete',
  writes: ['appliance', 'field_conflict', 'client'],
  scope: 'shop',
  args: z.strictObject({ id: Id, clientId: Id, seenStatus: HAND.seenStatus }),
  reads: ({ id, clientId }) => [clientRef(clientId), applianceRef(id), ...conflictRefs('appliance', id)],
  decide: ({ id, clientId, seenStatus }, rows, { at }) => {
    const file = openFile(rows, clientId, seenStatus);
    if ('refusal' in file) return file.refusal;
    if (rows.isDeleted(applianceRef(id))) return apply();
    if (rows.get(applianceRef(id))?.clientId !== clientId) return notThere(rows, id);
    const conflicts = conflictRefs('appliance', id).filter((ref) => rows.get(ref));
    return {
      kind: 'apply',
      puts: [],
      patches: [touchClient(file.client, at)],
      deletes: [applianceRef(id), ...conflicts],
    };
  },
});

/** A person chooses one of the values that a conflict shows. */
export const resolveApplianceConflict = defineResolution({
  name: 'appliance.resolve_conflict',
  type: 'appliance',
  field: ApplianceField,
  write: (field, value) => {
    const edit = ApplianceEdit.safeParse({ [field]: value });
    return edit.success ? edit.data : undefined;
  },
});
