/** What a contract's paper says. With values of a passport in clear: it lives in memory, and is sealed before it is kept. */
import { APPLIANCE_NAMES, ApplianceKind } from '#shared/clients/appliances.schema.ts';
import type { PassportValues } from '#shared/clients/passport.schema.ts';
import type { ContractFees } from '#shared/contracts/fees.rules.ts';
import type { ContractSnapshot } from '#shared/contracts/snapshot.rules.ts';

/** Words that make it known as a draft; a draft has no number. */
export const DRAFT_MARK = 'ЧЕРНОВИК';

export interface ContractParty {
  readonly organization: string;
  readonly inn: string;
  readonly shop: string;
  readonly address: string;
}

export interface ContractPhoto {
  /** SHA-256 of its bytes, hex. */
  readonly id: string;
  /** Absent when it has not come yet: in a draft alone. */
  readonly bytes: Uint8Array | undefined;
}

export interface ContractContent {
  /** Absent: a draft. */
  readonly number: string | undefined;
  /** Unix ms. */
  readonly createdAt: number;
  readonly timeZone: string;
  readonly party: ContractParty;
  readonly client: ContractSnapshot['client'];
  readonly passport: PassportValues;
  readonly appliances: ContractSnapshot['appliances'];
  readonly fees: ContractFees;
  /** By appliance. */
  readonly photos: ReadonlyMap<string, readonly ContractPhoto[]>;
  /** Days to pay in. */
  readonly payWithinDays: number;
  /** The number of the contract that this one takes the place of. */
  readonly supersedes: string | undefined;
}

/** `Телевизор`. */
export const applianceName = (kind: string): string => {
  const known = ApplianceKind.safeParse(kind);
  return known.success ? APPLIANCE_NAMES[known.data] : kind;
};

export const fullName = ({ lastName, firstName, middleName }: PassportValues): string =>
  [lastName, firstName, middleName].filter((part) => part !== undefined && part !== '').join(' ');
