/** `/api/manager`: a client's passport. */
import { z } from 'zod';
import { Text } from './manager-values.api.ts';
import { PassportRule } from './passport.rules.ts';
import type { PassportField } from './passport.schema.ts';

/** The wire's names of a passport's fields. */
export const PASSPORT_NAMES = {
  last_name: 'lastName',
  first_name: 'firstName',
  middle_name: 'middleName',
  birth_date: 'birthDate',
  series: 'series',
  number: 'number',
  issued_by: 'issuedBy',
  issue_code: 'issueCode',
  issue_date: 'issueDate',
  registration_address: 'address',
} as const satisfies Record<string, PassportField>;
export type PassportName = keyof typeof PASSPORT_NAMES;

const textFields = Object.fromEntries(Object.keys(PASSPORT_NAMES).map((name) => [name, Text])) as {
  readonly [N in PassportName]: typeof Text;
};

/** Masked in a card, in clear in the answer to a reveal. */
export const ManagerPassport = z.strictObject({
  ...textFields,
  /** A card says only that there is one; a reveal gives it as a `data:` address. */
  photo_url: Text,
  has_photo: z.boolean(),
  /** What a contract needs and is missing or wrong. */
  faults: z.array(z.strictObject({ field: z.string(), rule: PassportRule })),
});
export type ManagerPassport = z.infer<typeof ManagerPassport>;

const Written = z.string().trim().max(256).nullable().optional();

/** A body of that size is refused before. */
const MAX_PHOTO_URL = 1_048_576;

/** `PUT /api/manager/clients/:id/passport`: fields that are absent stay as they are, null empties one. */
export const PassportRequest = z.strictObject({
  ...(Object.fromEntries(Object.keys(PASSPORT_NAMES).map((name) => [name, Written])) as {
    readonly [N in PassportName]: typeof Written;
  }),
  /**
   * A photo that was sent for this passport, or the one that it has. Null changes nothing: a card shows null whatever there is,
   * and `DELETE …/passport/photo` takes the photo away.
   */
  photo_url: z.string().max(MAX_PHOTO_URL).nullable().optional(),
});
export type PassportRequest = z.infer<typeof PassportRequest>;
