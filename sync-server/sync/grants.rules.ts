/** What a device may see and write, now and when it did its work. Pure. */
import { z } from 'zod';
import { Scope, type Writer } from '#shared/sync/scopes.ts';

/** One scope given to a device: from `grantedVer` until before `revokedVer`. Times are Unix ms by the server. */
export const Grant = z.object({
  scope: Scope,
  /** The shop it stands in. */
  home: z.boolean(),
  grantedVer: z.int(),
  revokedVer: z.int().nullable(),
  /** Until when work done under it is still taken; null: none is. */
  lateUntil: z.int().nullable(),
  /** When the device said that it had wiped the scope. */
  releasedAt: z.int().nullable(),
});
export type Grant = Readonly<z.infer<typeof Grant>>;

/** What one mutation may touch, and whose it is. */
export interface Authority {
  readonly writer: Writer;
  readonly scopes: readonly Scope[];
}

/** How many changes there have been; 0 for a device that was never given anything. */
export const grantsVerOf = (grants: readonly Grant[]): number =>
  grants.reduce((ver, { grantedVer, revokedVer }) => Math.max(ver, grantedVer, revokedVer ?? 0), 0);

/** The scopes of now, in sorted order: the order in which heads are locked. */
export const currentScopes = (grants: readonly Grant[]): Scope[] =>
  grants
    .filter(isCurrent)
    .map(({ scope }) => scope)
    .toSorted();

/** The shop that it stands in now; `undefined` when it stands in none. */
export const homeOf = (grants: readonly Grant[]): string | undefined =>
  shopOf(grants.find((g) => isCurrent(g) && g.home));

/**
 * By what a mutation is judged that was made under version `ver` of the grants: all that the device has now, and what it
 * had then, as long as late work there is taken. Its shop is the one it stood in then.
 *
 * @param now Unix ms by the server.
 */
export function authorityAt(device: Writer, grants: readonly Grant[], ver: number | undefined, now: number): Authority {
  const scopes = new Set(currentScopes(grants));
  let shopId = homeOf(grants) ?? device.shopId;
  const past = grants.filter((grant) => ver !== undefined && heldAt(grant, ver) && isTakenLate(grant, now));
  for (const grant of past) {
    scopes.add(grant.scope);
    if (grant.home) shopId = shopOf(grant) ?? shopId;
  }
  return {
    writer: { organizationId: device.organizationId, shopId, deviceId: device.deviceId },
    scopes: [...scopes].toSorted(),
  };
}

const isCurrent = ({ revokedVer }: Grant): boolean => revokedVer === null;

const heldAt = ({ grantedVer, revokedVer }: Grant, ver: number): boolean =>
  grantedVer <= ver && (revokedVer === null || ver < revokedVer);

const isTakenLate = ({ lateUntil, releasedAt }: Grant, now: number): boolean =>
  lateUntil !== null && releasedAt === null && now < lateUntil;

const shopOf = (grant: Grant | undefined): string | undefined =>
  grant?.scope.startsWith('shop:') === true ? grant.scope.slice('shop:'.length) : undefined;
