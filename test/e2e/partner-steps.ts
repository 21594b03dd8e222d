/** What happens at kiosks while a partner looks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIRequestContext } from '@playwright/test';
import { connectDevice } from '#cli/device-client.ts';
import { ROOT, until } from '../../scripts/processes.ts';
import type { WorldFacts } from './world.ts';

/** A guest photographs a car, pays at the bank's page and leaves; answers the order's number. */
export async function photoOrder({ devices }: WorldFacts, name: string): Promise<string> {
  const address = new URL(devices.kiosk);
  const entered = await fetch(address, { redirect: 'manual' });
  const [cookie = ''] = (entered.headers.get('set-cookie') ?? '').split(';');
  const kiosk = await connectDevice(devices.kiosk);
  const { rpc } = kiosk;
  const { id } = await rpc.visits.start({ kind: 'photo', language: 'ru' });
  await rpc.visits.setContact({ id, contact: { name, email: 'guest@example.com', phone: '+79001234567' } });
  const put = await fetch(`${address.origin}/blobs?kind=photo&visit=${id}`, {
    method: 'PUT',
    headers: { cookie, origin: address.origin },
    body: readFileSync(join(ROOT, 'scripts/demo-photos/car-1.jpg')),
  });
  if (!put.ok) throw new Error(`the kiosk did not take the photo: ${put.status} ${await put.text()}`);
  const intent = await rpc.payments.createIntent({ visitId: id });
  await until('the payment', async () => (await rpc.payments.intent({ id: intent.id })).status === 'confirmed');
  const number = await until('the order', async () => (await rpc.photos.get({ visitId: id }))?.order?.number);
  await rpc.visits.complete({ id });
  kiosk.close();
  return number;
}

/** Another kiosk of the partner's, which says of itself what a test has it say. */
export async function standKiosk(request: APIRequestContext, { serverUrl, hqAdmin }: WorldFacts, name: string) {
  const headers = { origin: serverUrl, accept: 'application/json' };
  const call = async (path: string, data: object, by: Record<string, string> = headers) => {
    const reply = await request.post(`${serverUrl}${path}`, { headers: by, data });
    if (!reply.ok()) throw new Error(`${path}: ${reply.status()} ${await reply.text()}`);
    return reply.json();
  };
  await call('/auth/sign-in', { email: hqAdmin.email, password: hqAdmin.password });
  const { shops } = await (await request.get(`${serverUrl}/hq/shops`, { headers })).json();
  const { code } = await call('/hq/devices', { name, mode: 'kiosk', shopId: shops[0].id });
  const made = await call('/devices/enrol', { code, mode: 'kiosk', appVersion: '0.1.0', platform: 'linux-x64' });
  const own = { authorization: `Bearer ${made.token}` };
  return {
    id: made.deviceId as string,
    beat: () => call(`/kiosk/${made.deviceId}/heartbeat`, {}, own),
    complain: (of: string, message: string) => call(`/kiosk/${made.deviceId}/errors`, { code: of, message }, own),
    redeem: (typed: string) => call(`/kiosk/${made.deviceId}/code/redeem`, { code: typed }, own),
  };
}
