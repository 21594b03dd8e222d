/** Gives and takes the shops of a device. */
import type { Tx } from '#server/db/db.ts';
import { endGrants, insertGrants, listGrants } from './grants.repo.ts';
import { changeOfShops, grantsVerOf } from './grants.rules.ts';

/**
 * Makes these the shops of a device, the first of them the one it stands in. Under the lock of the device.
 *
 * @param lateUntil until when work done under what is taken away is still taken, Unix ms; null: it is refused from now on.
 * @returns the version of its grants.
 */
export async function setShops(
  tx: Tx,
  device: { readonly organizationId: string; readonly deviceId: string },
  shopIds: readonly string[],
  { lateUntil, now }: { readonly lateUntil: number | null; readonly now: number },
): Promise<number> {
  const grants = await listGrants(tx, device.deviceId);
  const { given, taken } = changeOfShops(grants, shopIds);
  const ver = grantsVerOf(grants);
  if (given.length === 0 && taken.length === 0) return ver;
  await endGrants(tx, device.deviceId, ver + 1, taken, lateUntil);
  await insertGrants(tx, device, ver + 1, given, now);
  return ver + 1;
}
