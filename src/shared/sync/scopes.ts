/** A scope is the unit of replication and of permission. An entity is in exactly one scope at a time. */
import { z } from 'zod';

export const Scope = z
  .string()
  .regex(/^(org|shop|device):[A-Za-z0-9-]{1,64}$/, 'must be org:<id>, shop:<id> or device:<id>');
export type Scope = z.infer<typeof Scope>;

export type ScopeKind = 'org' | 'shop' | 'device';
export const scopeKind = (scope: Scope): ScopeKind => scope.slice(0, scope.indexOf(':')) as ScopeKind;

export const orgScope = (organizationId: string): Scope => `org:${organizationId}`;
export const shopScope = (shopId: string): Scope => `shop:${shopId}`;
export const deviceScope = (deviceId: string): Scope => `device:${deviceId}`;

/** Who writes, as the server knows it from the device's token; never what a device says of itself. */
export interface Writer {
  readonly organizationId: string;
  readonly shopId: string;
  readonly deviceId: string;
}
