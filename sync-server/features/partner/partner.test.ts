import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '#shared/orders/orders.schema.ts';
import { shops } from '../../auth/auth.tables.ts';
import { addDevice, addOrganization, createTestApp, sessionOf, type TestApp } from '../../testing/test-app.ts';
import { type At, order, put } from '../../testing/test-rows.ts';

const MINUTE = 60_000;

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());

const partnerOf = async (at: At) => {
  const session = await sessionOf(server, at, ['partner']);
  await server.db.update(shops).set({ partnerUserId: session.userId }).where(eq(shops.id, at.shopId));
  return session;
};
const place = async (): Promise<At> => {
  const organization = await addOrganization(server);
  return { ...organization, deviceId: await addDevice(server, organization) };
};
const aged = (at: At, minutes: number, change: Partial<Order> = {}): Order =>
  order(server, at, { createdAt: server.clock.now - minutes * MINUTE, printStatus: 'new', ...change });
const printed = (at: At, minutes: number): Order =>
  aged(at, minutes + 200, { printStatus: 'printed', printedAt: server.clock.now - minutes * MINUTE });
const newOrders = (headers: Record<string, string>) => server.app.inject({ url: '/partner/orders/new', headers });

test('AP-01 new orders window', async () => {
  const at = await place();
  const { headers } = await partnerOf(at);
  const [fresh, late, justPrinted] = [aged(at, 179), aged(at, 181), printed(at, 14)];
  const orders = [fresh, late, justPrinted, printed(at, 16), aged(at, 1, { printStatus: 'none' })];
  await put(server, at, { orders });
  const reply = await newOrders(headers);
  expect(reply.json<{ id: string }[]>().map(({ id }) => id)).toEqual([fresh.id, justPrinted.id]);
});

test('an order that came out badly waits for paper again', async () => {
  const at = await place();
  const { headers } = await partnerOf(at);
  const again = aged(at, 10, { printStatus: 'not_printed', customer: { name: 'John Doe', phone: '+79001234567' } });
  await put(server, at, { orders: [again] });
  expect((await newOrders(headers)).json()).toEqual([
    {
      id: again.id,
      number: 'K-0412',
      customerName: 'John Doe',
      customerEmail: null,
      customerPhone: '+79001234567',
      status: 'not_printed',
      printedAt: null,
      kiosk: { id: at.deviceId, name: 'Касса 1' },
      createdAt: new Date(again.createdAt).toISOString(),
    },
  ]);
});

test('a partner sees his own shops: not those of another partner, not those of another organisation', async () => {
  const at = await place();
  const rival = await sessionOf(server, at, ['partner']);
  const { headers } = await partnerOf(at);
  await put(server, at, { orders: [aged(at, 5)] });
  const elsewhere = await place();
  const stranger = await partnerOf(elsewhere);
  expect((await newOrders(headers)).json()).toHaveLength(1);
  expect((await newOrders(rival.headers)).json()).toEqual([]);
  expect((await newOrders(stranger.headers)).json()).toEqual([]);
});
