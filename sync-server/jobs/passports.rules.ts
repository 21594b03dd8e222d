/** Whose passport has been kept long enough, and what is left of it. Pure. */
import { z } from 'zod';
import type { Client } from '#shared/clients/clients.schema.ts';
import { PassportPart } from '#shared/clients/passport.mutators.ts';
import type { Passport } from '#shared/clients/passport.schema.ts';
import type { ConflictSide, FieldConflict } from '#shared/sync/conflict.schema.ts';

/** What a person wrote into it or photographed. */
export const PASSPORT_PARTS: readonly string[] = PassportPart.options;

/** The file came to its end, nobody has touched it since `before`, and there is something in the passport. */
export const isPassportDue = (client: Client, passport: Passport, before: number): boolean =>
  client.status === 'processed' &&
  client.updatedAt < before &&
  passport.updatedAt < before &&
  PASSPORT_PARTS.some((part) => part in passport);

/** The row stays, for its id is the client's and a dead one would bar it to a client who comes back. */
export const emptyPassport = ({ id, shopId, createdAt, updatedAt }: Passport, purgedAt: number): Passport => ({
  id,
  shopId,
  createdAt,
  updatedAt,
  purgedAt,
});

const withoutValue = (side: ConflictSide): ConflictSide => ({ ...side, value: null });

/** Settled, and without a value. It stays for the same reason: the field could have no other conflict. */
export const emptyConflict = ({ kept, ...conflict }: FieldConflict, now: number): FieldConflict => ({
  ...conflict,
  kept: withoutValue(kept),
  others: [],
  resolvedAt: conflict.resolvedAt ?? now,
});

/** Changes of this name have values of a passport in them. */
export const NAMING_PASSPORTS: readonly string[] = ['passport.patch'];

const Patch = z.looseObject({ set: z.record(z.string(), z.unknown()) });

/** Arguments, as JSON, of a change that was not taken: whose passport it was, and nothing of what was in it. */
export function forgetPassport(_name: string, args: string): string {
  const read = Patch.safeParse(JSON.parse(args));
  if (!read.success) return '{}';
  return Object.keys(read.data.set).length === 0 ? args : JSON.stringify({ ...read.data, set: {} });
}
