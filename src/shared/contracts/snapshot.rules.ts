/**
 * What a contract is made of. Device and server make the same snapshot of the same rows, so either can say that a contract is
 * not of today's data any more. The passport is in it as it is sealed: equal values are equal seals, and a hash of plain ones
 * could be guessed.
 */
import { z } from 'zod';
import type { Appliance } from '../clients/appliances.schema.ts';
import type { Client } from '../clients/clients.schema.ts';
import { PASSPORT_FIELDS, type Passport, type PassportField } from '../clients/passport.schema.ts';
import type { Tariff } from '../clients/tariff.schema.ts';
import { canonicalJson } from '../kernel/canonical.ts';
import { Id, Minor } from '../kernel/schemas.ts';
import { Sealed } from '../kernel/sealed.ts';
import type { Sha256 } from '../sync/digest.ts';

/** Without photos: another picture of the same thing is no other agreement. Those that the PDF shows have a hash of their own. */
export const ContractSnapshot = z.object({
  client: z.object({
    id: Id,
    name: z.string(),
    phone: z.string().optional(),
    email: z.string().optional(),
    address: z.string().optional(),
  }),
  passport: z.record(z.string(), Sealed),
  appliances: z.array(
    z.object({
      id: Id,
      kind: z.string(),
      title: z.string(),
      description: z.string().optional(),
      specs: z.record(z.string(), z.string()).optional(),
      extraFeeMinor: Minor,
    }),
  ),
  tariff: z.object({ id: Id, name: z.string(), baseFeeMinor: Minor, extraPerApplianceMinor: Minor }),
});
export type ContractSnapshot = z.infer<typeof ContractSnapshot>;

/** What of a client's file a contract is made from. */
export interface ClientFile {
  readonly client: Client;
  readonly passport: Passport | undefined;
  /** In any order. */
  readonly appliances: readonly Appliance[];
  readonly tariff: Tariff | undefined;
}

export type ContractLack = 'profile' | 'passport' | 'appliances' | 'tariff';

/** A passport without these is none; who has no father's name has none in the passport either. */
const NEEDED: readonly PassportField[] = [
  'lastName',
  'firstName',
  'series',
  'number',
  'issuedBy',
  'issueCode',
  'issueDate',
  'address',
];

/** What keeps a contract from being made, in the order of the wizard. */
export function lacksOf({ client, passport, appliances, tariff }: ClientFile): ContractLack[] {
  const lacks: readonly (readonly [ContractLack, boolean])[] = [
    // The code goes to the client; without any address there is nobody to sign.
    ['profile', client.phone === undefined],
    ['passport', passport === undefined || NEEDED.some((field) => passport[field] === undefined)],
    ['appliances', appliances.length === 0],
    ['tariff', tariff === undefined],
  ];
  return lacks.flatMap(([lack, isLacking]) => (isLacking ? [lack] : []));
}

/** In the order in which the client's things were taken in, so that their numbers in the contract stay. */
const byAge = (a: Appliance, b: Appliance): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

/** `undefined` while something is lacking. */
export function snapshotOf(file: ClientFile): ContractSnapshot | undefined {
  const { client, passport, tariff } = file;
  if (lacksOf(file).length > 0 || passport === undefined || tariff === undefined) return undefined;
  const { id, name, phone, email, registrationAddress: address } = client;
  return {
    client: { id, name, ...definedOf({ phone, email, address }) },
    passport: Object.fromEntries(
      PASSPORT_FIELDS.flatMap((field) => (passport[field] === undefined ? [] : [[field, passport[field]]])),
    ),
    appliances: file.appliances.toSorted(byAge).map((one) => ({
      id: one.id,
      kind: one.kind,
      title: one.title,
      extraFeeMinor: one.extraFeeMinor,
      ...definedOf({ description: one.description, specs: one.specs }),
    })),
    tariff: {
      id: tariff.id,
      name: tariff.name,
      baseFeeMinor: tariff.baseFeeMinor,
      extraPerApplianceMinor: tariff.extraPerApplianceMinor,
    },
  };
}

/** What a contract is of, as its row says it. */
export interface ContractPrint {
  readonly snapshotHash: string;
  readonly photosHash: string;
}

export const printOf = (snapshot: ContractSnapshot, { appliances }: ClientFile, sha256: Sha256): ContractPrint => ({
  snapshotHash: snapshotHash(snapshot, sha256),
  photosHash: sha256(
    canonicalJson(appliances.toSorted(byAge).map(({ id, photos }) => ({ id, photos: photos.toSorted() }))),
  ),
});

const snapshotHash = (snapshot: ContractSnapshot, sha256: Sha256): string => sha256(canonicalJson(snapshot));

const definedOf = <T extends object>(members: T) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
