/** A shop of its own for the specs of sync: its server goes away and comes back, and one of its devices is shut out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDevice } from '#cli/device-client.ts';
import { sha256 } from '#node/sha256.ts';
import { EnrolReply } from '#shared/devices/devices.schema.ts';
import { encodeHlc } from '#shared/kernel/clock.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import { PROTOCOL, PushReply, SCHEMA } from '#shared/sync/protocol.ts';
import { FREE_PORTS, type World, type WorldOptions } from '../../scripts/world.ts';
import { startTestWorld } from '../doubles/test-world.ts';
import { test as base, expect } from './fixtures.ts';
import { describeWorld, type WorldFacts } from './world.ts';

/** A shop for one spec file, which may take its server away. */
export const shopTest = (options: Pick<WorldOptions, 'payments' | 'deviceEnv' | 'serverEnv'> = {}) =>
  base.extend<{ readonly world: WorldFacts }, { readonly shop: World }>({
    shop: [
      async ({}, provide) => {
        const dataDir = mkdtempSync(join(tmpdir(), 'prilavok-sync-'));
        const shop = await startTestWorld({ dataDir, ports: FREE_PORTS, ...options });
        await provide(shop);
        await shop.stop();
        rmSync(dataDir, { recursive: true, force: true });
      },
      { scope: 'worker', timeout: 120_000 },
    ],
    world: async ({ shop }, provide) => provide(describeWorld(shop)),
  });
export const test = shopTest();
export { expect };

/** Calls a device's core as its screen would. */
export async function ask<T>(url: string, call: (rpc: DeviceClient) => Promise<T>): Promise<T> {
  const device = await connectDevice(url);
  try {
    return await call(device.rpc);
  } finally {
    device.close();
  }
}

/** Headquarters' API with a session of its own. */
export async function openHq({ serverUrl, hqAdmin }: WorldFacts) {
  const headers = { origin: serverUrl, accept: 'application/json', 'content-type': 'application/json' };
  const signedIn = await fetch(`${serverUrl}/auth/sign-in`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email: hqAdmin.email, password: hqAdmin.password }),
  });
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';');
  return async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(serverUrl + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.status === 204 ? undefined : await answer.json();
  };
}

export const OTHER_TILL = 'Касса 9';

/** Another till of the shop, made of nothing but its wire: it places the same order and calls it off. */
export async function cancelElsewhere(world: WorldFacts, order: Order): Promise<void> {
  const hq = await openHq(world);
  const { code } = (await hq('/hq/devices', {
    name: OTHER_TILL,
    mode: 'cashier',
    shopId: order.shopId,
  })) as { code: string };
  const post = async (path: string, body: object, token?: string): Promise<unknown> => {
    const answer = await fetch(world.serverUrl + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  const enrolled = EnrolReply.parse(
    await post('/devices/enrol', { code, mode: 'cashier', appVersion: '0', platform: 'test' }),
  );
  const { deviceId, incarnation, token } = enrolled;
  const sentAt = Date.now();
  const bodies = [
    { name: 'order.place', args: { order: { ...order, deviceId, status: 'awaiting_payment', paidAt: undefined } } },
    { name: 'order.advance', args: { id: order.id, to: 'cancelled' } },
    { name: 'order.advance', args: { id: crypto.randomUUID(), to: 'cancelled' } },
  ];
  const mutations = bodies.map((body, index) => {
    const args: unknown = JSON.parse(JSON.stringify(body.args));
    const stamped = {
      mid: index + 1,
      name: body.name,
      args,
      schema: SCHEMA,
      hlc: encodeHlc({ ms: sentAt, count: index }),
    };
    return { ...stamped, base: {}, h: mutationHash(sha256, stamped) };
  });
  const reply = PushReply.parse(
    await post(
      '/sync/push',
      {
        proto: PROTOCOL,
        schema: SCHEMA,
        writer: { deviceId, incarnation },
        sentAt,
        nextTicket: 'ticket',
        answeredMid: 0,
        mutations,
      },
      token,
    ),
  );
  expect(reply.outcomes.map(({ status }) => status)).toEqual(['applied', 'applied', 'rejected']);
}
