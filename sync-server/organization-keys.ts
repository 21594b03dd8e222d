/** Seals of each organisation, out of the one secret `PASSPORT_KEY`. */
import { createSealing, type OrganizationKey, organizationKey, type Sealing } from '#node/sealing.ts';
import type { Tenant } from './auth/principals.ts';

export interface OrganizationKeys {
  /** What a manager's device is given. */
  keyOf(tenant: Tenant): OrganizationKey;
  sealingOf(tenant: Tenant): Sealing;
}

export function createOrganizationKeys(secret: string): OrganizationKeys {
  const sealings = new Map<string, Sealing>();
  const keyOf = ({ organizationId }: Tenant): OrganizationKey => organizationKey(secret, organizationId);
  return {
    keyOf,
    sealingOf: (tenant) => {
      const known = sealings.get(tenant.organizationId);
      if (known !== undefined) return known;
      const made = createSealing(keyOf(tenant));
      sealings.set(tenant.organizationId, made);
      return made;
    },
  };
}
