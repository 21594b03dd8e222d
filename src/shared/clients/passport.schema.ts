/**
 * A client's passport. On every disk, in every mutation and in every conflict its values are sealed (`src/node/sealing.ts`,
 * at the place `passport`, client's id, field); in clear they are only in the memory of whoever shows them.
 */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { Sealed } from '../kernel/sealed.ts';

/**
 * Fields of a passport. The address of registration is `address` here and `registrationAddress` in the client's file: both
 * rows have the client's id, and a conflict is named by id and field.
 */
export const PASSPORT_FIELDS = [
  'lastName',
  'firstName',
  'middleName',
  'birthDate',
  'series',
  'number',
  'issuedBy',
  'issueCode',
  'issueDate',
  'address',
] as const;
export const PassportField = z.enum(PASSPORT_FIELDS);
export type PassportField = z.infer<typeof PassportField>;

const sealedFields = Object.fromEntries(PASSPORT_FIELDS.map((field) => [field, Sealed.optional()])) as {
  readonly [F in PassportField]: z.ZodOptional<typeof Sealed>;
};

/** The row. */
export const Passport = z.object({
  /** The client's. */
  id: Id,
  shopId: Id,
  ...sealedFields,
  /** A sealed picture, at the place `passport`, client's id, `photo`. */
  photo: BlobId.optional(),
  createdAt: Millis,
  updatedAt: Millis,
  /** Its values were taken away, for their time was over. */
  purgedAt: Millis.optional(),
});
export type Passport = z.infer<typeof Passport>;

/** Values in clear, as far as they are filled in. */
export type PassportValues = { readonly [F in PassportField]?: string };
/** What a person may write: null empties a field. In clear; checked by `passport.rules.ts`, never stored like this. */
export const PassportText = z.strictObject(
  Object.fromEntries(PASSPORT_FIELDS.map((field) => [field, z.string().trim().max(256).nullable().optional()])) as {
    readonly [F in PassportField]: z.ZodOptional<z.ZodNullable<z.ZodString>>;
  },
);
export type PassportText = z.infer<typeof PassportText>;

/** `POST /devices/passport-key`: for managers' devices, the key of their organisation. */
export const PassportKeyReply = z.strictObject({
  /** 32 bytes, base64url. */
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes as base64url'),
});

/** Who looked at a passport in clear, when, and where: kept on the server as long as the client. */
export const PassportReveal = z.object({
  id: Id,
  clientId: Id,
  shopId: Id,
  deviceId: Id,
  memberId: Id,
  memberName: z.string().max(128),
  at: Millis,
});
export type PassportReveal = z.infer<typeof PassportReveal>;
