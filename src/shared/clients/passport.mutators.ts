/** What managers write into a client's passport. Values are sealed before they get here. */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id } from '../kernel/schemas.ts';
import { Sealed } from '../kernel/sealed.ts';
import { apply, defineMutator, type Put, reject } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { clientRef, conflictRef, defineResolution, HAND, handOf, openFile, touchClient } from './file.mutator.ts';
import { PASSPORT_FIELDS, type PassportField, PassportReveal } from './passport.schema.ts';

/** What can be in conflict: the fields, and which picture. */
export const PassportPart = z.enum([...PASSPORT_FIELDS, 'photo']);
export type PassportPart = z.infer<typeof PassportPart>;

/** New values; null empties a field. */
export const PassportEdit = z.strictObject({
  ...(Object.fromEntries(PASSPORT_FIELDS.map((field) => [field, Sealed.nullable().optional()])) as {
    readonly [F in PassportField]: z.ZodOptional<z.ZodNullable<typeof Sealed>>;
  }),
  photo: BlobId.nullable().optional(),
});
export type PassportEdit = z.infer<typeof PassportEdit>;

const passportRef = (id: string) => ({ type: 'passport', id }) as const;

/** Values of a passport. The first of them make its row; from then on each is merged by itself. */
export const patchPassport = defineMutator({
  name: 'passport.patch',
  fact: false,
  modes: ['manager'],
  merge: 'fields',
  writes: ['passport', 'field_conflict', 'client'],
  scope: 'shop',
  args: z.strictObject({ id: Id, set: PassportEdit, ...HAND }),
  reads: ({ id, set }) => [clientRef(id), passportRef(id), ...Object.keys(set).map((field) => conflictRef(id, field))],
  decide: ({ id, set, by, seenStatus }, rows, { at }) => {
    const file = openFile(rows, id, seenStatus);
    if ('refusal' in file) return file.refusal;
    const { client } = file;
    if (rows.isDeleted(passportRef(id))) return reject('sync.deleted', `the passport of ${id} is deleted`);
    const { shopId } = client;
    // An empty row, and the first values as any others: so they too are known by whose hand they are.
    const made: Put = {
      ...passportRef(id),
      scope: shopScope(shopId),
      fields: { id, shopId, createdAt: at, updatedAt: at },
    };
    return {
      kind: 'apply',
      puts: rows.get(passportRef(id)) ? [] : [made],
      patches: [{ type: 'passport', id, set: { ...set, updatedAt: at }, ...handOf(by) }, touchClient(client, at)],
    };
  },
});

/** A person chooses one of the sealed values that a conflict has. */
export const resolvePassportConflict = defineResolution({
  name: 'passport.resolve_conflict',
  type: 'passport',
  field: PassportPart,
  write: (field, value) => {
    const edit = PassportEdit.safeParse({ [field]: value });
    return edit.success ? edit.data : undefined;
  },
});

/** Somebody saw a passport in clear. Written down before it is shown. */
export const revealPassport = defineMutator({
  name: 'passport.reveal',
  fact: true,
  modes: ['manager'],
  merge: 'insert_once',
  writes: ['passport_reveal'],
  scope: 'shop',
  args: z.strictObject({ reveal: z.strictObject(PassportReveal.shape) }),
  reads: ({ reveal }) => [{ type: 'passport_reveal', id: reveal.id }],
  decide: ({ reveal }, rows, { writer }) => {
    if (rows.get({ type: 'passport_reveal', id: reveal.id })) return apply();
    // Whose device it was is not the device's to say.
    const fields = { ...reveal, deviceId: writer.deviceId, shopId: writer.shopId };
    return apply({ type: 'passport_reveal', id: reveal.id, scope: shopScope(writer.shopId), fields });
  },
});
