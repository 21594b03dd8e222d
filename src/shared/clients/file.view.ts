/** A client's file as a screen gets it: whole, with nothing of the passport in clear. */
import { z } from 'zod';
import { BlobId, DeviceBlobState } from '../blobs/blobs.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { EditKey } from '../sync/conflict.schema.ts';
import { Appliance, ApplianceField } from './appliances.schema.ts';
import { ClientField } from './clients.schema.ts';
import { PassportPart } from './passport.mutators.ts';
import { PassportFault } from './passport.rules.ts';
import { PASSPORT_FIELDS, PassportField } from './passport.schema.ts';

/** Which row of a file a field is of. */
export const FileRow = z.enum(['client', 'passport', 'appliance']);
export type FileRow = z.infer<typeof FileRow>;
/** Any field of a file that two people may write differently. */
export const FileField = z.enum([...ClientField.options, ...PassportPart.options, ...ApplianceField.options]);
export type FileField = z.infer<typeof FileField>;

/** A picture and where its bytes are: `local` and `uploading` wait to be sent. */
export const FilePhoto = z.object({ id: BlobId, state: DeviceBlobState });
export type FilePhoto = z.infer<typeof FilePhoto>;

export const ApplianceView = Appliance.omit({ photos: true }).extend({ photos: z.array(FilePhoto) });
export type ApplianceView = z.infer<typeof ApplianceView>;

/** What is shown of a passport to whoever has not asked for the whole of it. */
export const PassportView = z.object({
  /** The fields that are filled in, masked. Empty also while this device has no key. */
  masked: z.partialRecord(PassportField, z.string()),
  /** What a contract needs and is wrong or not there. */
  faults: z.array(PassportFault),
  photo: FilePhoto.optional(),
  /** There is something in it, and this device has no key to it yet. */
  isLocked: z.boolean(),
  /** Its values were taken away, for their time was over. */
  purgedAt: Millis.optional(),
});
export type PassportView = z.infer<typeof PassportView>;

/** A passport in clear: for the memory of the screen that asked, and for nothing else. */
export const RevealedPassport = z.object({
  values: z.object(
    Object.fromEntries(PASSPORT_FIELDS.map((field) => [field, z.string().optional()])) as {
      readonly [F in PassportField]: z.ZodOptional<z.ZodString>;
    },
  ),
  /** A `data:` address, where there is a photo and its bytes are here or could be fetched. */
  photo: z.string().optional(),
});
export type RevealedPassport = z.infer<typeof RevealedPassport>;

/** A change that came too late: the contract was signed meanwhile (AM-27). */
export const LateEdit = EditKey.extend({
  row: FileRow,
  /** When it was made here, Unix ms. */
  at: Millis,
  /** What it would have written; a passport's value is masked, an absent one empties the field. */
  fields: z.array(z.object({ field: z.string(), value: z.string().optional() })),
  /** It would have made or removed the appliance. */
  act: z.enum(['patch', 'create', 'delete']),
  /** The row. */
  id: Id,
});
export type LateEdit = z.infer<typeof LateEdit>;
