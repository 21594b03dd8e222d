/** What a device may see and write, now and when it did its work. Pure. */
import { z } from 'zod';
import { Scope, shopScope, type Writer } from '#shared/sync/scopes.ts';

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
  shopOf(grants.find((g) => isCurrent(g) && g.home)?.scope);

/**
 * By what a mutation is judged that was made under version `ver` of the grants: it may touch all that the device has now,
 * and what it had then as long as late work there is taken. Whose it is does not change: the shop it stood in then.
 *
 * @param now Unix ms by the server.
 */
export function authorityAt(device: Writer, grants: readonly Grant[], ver: number | undefined, now: number): Authority {
  const then = grants.filter((grant) => ver !== undefined && heldAt(grant, ver));
  const late = then.filter((grant) => isTakenLate(grant, now)).map(({ scope }) => scope);
  const home = then.find((grant) => grant.home)?.scope;
  const { organizationId, deviceId } = device;
  return {
    writer: { organizationId, deviceId, shopId: shopOf(home) ?? homeOf(grants) ?? device.shopId },
    scopes: [...new Set([...currentScopes(grants), ...late])].toSorted(),
  };
}

const isCurrent = ({ revokedVer }: Grant): boolean => revokedVer === null;

const heldAt = ({ grantedVer, revokedVer }: Grant, ver: number): boolean =>
  grantedVer <= ver && (revokedVer === null || ver < revokedVer);

const isTakenLate = ({ lateUntil, releasedAt }: Grant, now: number): boolean =>
  lateUntil !== null && releasedAt === null && now < lateUntil;

const shopOf = (scope: Scope | undefined): string | undefined =>
  scope?.startsWith('shop:') === true ? scope.slice('shop:'.length) : undefined;

/** What has to change for a device to have exactly these shops, the first of them to stand in. */
export function changeOfShops(
  grants: readonly Grant[],
  shopIds: readonly string[],
): { readonly given: { readonly scope: Scope; readonly home: boolean }[]; readonly taken: Scope[] } {
  const wanted = new Map(shopIds.map((id, index) => [shopScope(id), index === 0]));
  const held = new Map(grants.filter(isCurrent).map((grant) => [grant.scope, grant]));
  // A shop that becomes or ceases to be home is given anew: what was done before is judged by what it was then.
  const isSame = (scope: Scope, home: boolean): boolean => held.get(scope)?.home === home;
  return {
    given: Array.from(wanted, ([scope, home]) => ({ scope, home })).filter(({ scope, home }) => !isSame(scope, home)),
    taken: Array.from(held.values()).flatMap(({ scope, home }) =>
      shopOf(scope) === undefined || wanted.get(scope) === home ? [] : [scope],
    ),
  };
}
