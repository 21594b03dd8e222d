/** Signs a person of the demonstration in at a device that may have been enrolled a moment ago. */
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { until } from './processes.ts';

/** Waits for the first pull that brings the person, then signs in. Rejects when nobody of that name comes in half a minute. */
export async function signInAs(rpc: DeviceClient, { name, pin }: { readonly name: string; readonly pin: string }) {
  const { id } = await until(`${name} to be on the device's list`, async () =>
    (await rpc.staff.list()).find((one) => one.name === name),
  );
  return rpc.staff.signIn({ memberId: id, pin });
}
