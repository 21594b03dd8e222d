/** A guest at a kiosk, through the server, to the provider and back: every way a payment may go. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLiveLink } from '#main/sync/live.ts';
import { pspEvents, pspPayments } from '#server/features/payments/payments.tables.ts';
import { checkTask } from '#shared/fiscal/fiscal.rules.ts';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import { quietLog } from '../doubles/core-double.ts';
import { createPaymentWorld, type PaymentWorld } from './payment-world.ts';

const MINUTE = 60_000;
let world: PaymentWorld;
let visitId: string;

beforeAll(async () => {
  world = await createPaymentWorld();
});
const links: { close(): void }[] = [];
let connected: () => void = () => undefined;
const untilConnected = new Promise<void>((resolve) => {
  connected = resolve;
});
afterAll(async () => {
  for (const link of links) link.close();
  await world.close();
});
beforeEach(() => {
  world.advance(2 * MINUTE);
  visitId = world.kiosk().visits.start({ kind: 'diagnostics', language: 'ru' }).id;
});
afterEach(async () => {
  world.dies = () => false;
  world.bank.behave({ takenMinor: null });
  const { visits } = world.kiosk();
  const left = visits.current();
  if (left) visits.finish(left.id, 'failed');
});

const begin = async (): Promise<PaymentIntent> => {
  const intent = await world.live(({ payments }) => payments.createIntent(visitId));
  if (intent === undefined) throw new Error('the kiosk died');
  return intent;
};
const pay = ({ id }: PaymentIntent) => {
  const payment = world.paymentOf(id);
  if (payment === undefined) throw new Error('the bank has no such payment');
  return world.bank.shop.pay(payment.id);
};
const read = (id: string) => world.kiosk().payments.intent(id);
const tasksOf = (orderId: string | undefined) =>
  world
    .kiosk()
    .receipts()
    .filter((task) => task.orderId === orderId)
    .map(({ type }) => type);
const later = async (ms: number, times = 1): Promise<void> => {
  for (let nth = 0; nth < times; nth += 1) {
    world.advance(ms);
    await world.watch();
    await world.tick();
  }
};
const end = (status: 'completed' | 'expired') => world.kiosk().visits.finish(visitId, status);

test('AK-15 webhook confirms: the money, one receipt, and the service', async () => {
  const intent = await begin();
  expect(intent).toMatchObject({ status: 'pending', provider: 'yookassa', amountMinor: 48_000 });
  expect(intent.qrData).toContain('/checkout?orderId=');
  expect(await world.notify(pay(intent))).toBe(200);
  await later(2000);
  expect(await read(intent.id)).toMatchObject({ status: 'confirmed' });
  expect(tasksOf(intent.orderId)).toEqual(['sale']);
  end('completed');
  await later(1000);
  expect(await read(intent.id)).toMatchObject({ status: 'confirmed', outcome: 'served' });
  await later(60 * MINUTE);
  expect(world.paymentOf(intent.id)?.refundedMinor).toBe(0);
});

test('AK-15 a notification reaches the kiosk by socket, before it would have looked', async () => {
  const heard = new Promise<void>((resolve) => {
    const link = createLiveLink(
      { onConnect: () => connected(), onPoke: () => undefined, onTaskNext: () => undefined, onPayment: resolve },
      quietLog,
    );
    links.push(link);
    link.follow(world.endpoint);
  });
  await untilConnected;
  const intent = await begin();
  await world.notify(pay(intent));
  await heard;
  // Not a moment has passed on the kiosk's clock: by itself it would look in two seconds.
  world.kiosk().payments.lookSoon();
  await world.tick();
  expect(await read(intent.id)).toMatchObject({ status: 'confirmed' });
});

test('AK-11 double click on «Оплатить»: one intent, one payment at the provider', async () => {
  const before = world.bank.shop.payments.size;
  const [first, second] = await Promise.all([begin(), begin()]);
  expect(second.id).toBe(first.id);
  expect(second.qrData).toBe(first.qrData);
  expect(world.bank.shop.payments.size).toBe(before + 1);
});

test('AK-22 lost webhook: the money is seen within four seconds', async () => {
  const intent = await begin();
  pay(intent);
  await later(2000, 2);
  expect((await read(intent.id)).status).toBe('confirmed');
});

test('AK-18 amount mismatch: the payment failed, nothing is served, no receipt, and what was taken goes back', async () => {
  const intent = await begin();
  world.bank.behave({ takenMinor: 480 });
  const payment = world.paymentOf(intent.id);
  world.bank.shop.pay(payment?.id ?? '', 480);
  await later(2000, 2);
  expect((await read(intent.id)).status).toBe('failed');
  expect(tasksOf(intent.orderId)).toEqual([]);
  await later(MINUTE);
  expect(world.paymentOf(intent.id)).toMatchObject({ refundedMinor: 480 });
});

test('AK-19 late success: a receipt, no service, and the money goes back with a receipt of its own', async () => {
  const intent = await begin();
  await later(INTENT_TTL_MS);
  expect((await read(intent.id)).status).toBe('expired');
  end('expired');
  pay(intent);
  await later(20_000, 3);
  expect(await read(intent.id)).toMatchObject({ status: 'refunded', outcome: 'refund' });
  expect(tasksOf(intent.orderId)).toEqual(['sale', 'refund']);
  expect(world.paymentOf(intent.id)?.refundedMinor).toBe(48_000);
  const back = world
    .kiosk()
    .receipts()
    .find(({ type, orderId }) => type === 'refund' && orderId === intent.orderId);
  expect(back && checkTask(back)).toEqual([]);
});

test('AK-19 late success while the guest is still there serves them; a code taken meanwhile is not paid for twice', async () => {
  const first = await begin();
  await later(INTENT_TTL_MS);
  const second = await begin();
  expect(second.id).not.toBe(first.id);
  pay(first);
  pay(second);
  await later(20_000, 4);
  expect(await read(second.id)).toMatchObject({ status: 'confirmed' });
  expect(await read(first.id)).toMatchObject({ status: 'refunded' });
});

test('AK-21 cancel race: the money was faster, also when only the bank knew', async () => {
  const intent = await begin();
  pay(intent);
  await expect(world.kiosk().payments.cancel(intent.id)).rejects.toThrow(
    expect.objectContaining({ code: 'payments.already_confirmed' }),
  );
  expect(await read(intent.id)).toMatchObject({ status: 'confirmed' });
});

test('a guest leaves though the server is gone, and money that comes all the same goes back', async () => {
  const intent = await begin();
  expect((await world.kiosk().payments.cancel(intent.id)).status).toBe('cancelled');
  end('expired');
  pay(intent);
  await later(20_000, 3);
  expect(await read(intent.id)).toMatchObject({ status: 'refunded' });
  expect(tasksOf(intent.orderId)).toEqual(['sale', 'refund']);
});

test('AK-23 offline at pay: refused at once, and nothing waits', async () => {
  world.bank.fail('create', 'refuse');
  const begun = performance.now();
  await expect(begin()).rejects.toThrow(expect.objectContaining({ code: 'payments.provider_refused' }));
  expect(performance.now() - begun).toBeLessThan(5000);
  const rows = world.core.db.$client
    .prepare<[string], string>('SELECT status FROM payment_intents WHERE visit_id = ?')
    .pluck()
    .all(visitId);
  expect(rows).toEqual(['failed']);
});

test('AK-12 a kiosk above its rate is told when to come back', async () => {
  for (let nth = 0; nth < 10; nth += 1) {
    const { id } = await begin();
    await world.kiosk().payments.cancel(id);
  }
  await expect(begin()).rejects.toThrow(
    expect.objectContaining({ code: 'app.rate_limited', details: expect.objectContaining({ retryAfterSeconds: 60 }) }),
  );
});

test('a scan that cannot be gives the money back when it is asked for, once', async () => {
  const intent = await begin();
  pay(intent);
  await later(2000, 2);
  const { payments, visits } = world.kiosk();
  const back = await payments.giveBack(visitId);
  expect(back).toMatchObject({ id: intent.id, status: 'refunded' });
  expect((await payments.giveBack(visitId)).status).toBe('refunded');
  expect(visits.get(visitId).status).toBe('failed');
  expect(tasksOf(intent.orderId)).toEqual(['sale', 'refund']);
  expect(world.kiosk().orders.get(intent.orderId ?? '').order.status).toBe('refunded');
});

test('a guest who was served gets no money back', async () => {
  const intent = await begin();
  pay(intent);
  await later(2000, 2);
  world.kiosk().state.isServed = () => true;
  await expect(world.kiosk().payments.giveBack(visitId)).rejects.toThrow(
    expect.objectContaining({ code: 'payments.illegal_transition' }),
  );
  world.kiosk().state.isServed = () => false;
});

test.each(['before open', 'after open', 'before look', 'after look', 'before giveBack', 'after giveBack'])(
  'a kiosk that dies %s comes back to a service or a refund',
  async (when) => {
    let isDue = true;
    world.dies = (call) => {
      const dies = isDue && call === when;
      if (dies) isDue = false;
      return dies;
    };
    await world.live(({ payments }) => payments.createIntent(visitId));
    const [intentId = ''] = world.core.db.$client
      .prepare<[string], string>('SELECT id FROM payment_intents WHERE visit_id = ?')
      .pluck()
      .all(visitId);
    await later(2000);
    const { qrData } = await world.kiosk().payments.intent(intentId);
    expect(qrData).toMatch(/\/checkout\?orderId=[\w-]+$/);
    const intent = await read(intentId);
    pay(intent);
    await later(11_000, 3);
    end('expired');
    await later(MINUTE, 3);
    expect(isDue).toBe(false);
    expect(await read(intentId)).toMatchObject({ status: 'refunded' });
    expect(tasksOf(intent.orderId)).toEqual(['sale', 'refund']);
    expect(world.paymentOf(intentId)?.refundedMinor).toBe(48_000);
  },
);

test('a kiosk that was off while its guest paid, for longer than the server waits, serves nobody and prints nothing', async () => {
  const intent = await begin();
  pay(intent);
  world.advance(2000);
  await world.watch();
  for (let nth = 0; nth < 4; nth += 1) {
    world.advance(20 * MINUTE);
    await world.watch();
  }
  expect(world.paymentOf(intent.id)?.refundedMinor).toBe(48_000);
  await later(1000, 2);
  expect((await read(intent.id)).status).toBe('failed');
  expect(tasksOf(intent.orderId)).toEqual([]);
});

test('money that was taken the moment before a weekend without power goes back, though at first nobody answers', async () => {
  const intent = await begin();
  pay(intent);
  world.dies = (call) => call === 'after look';
  await later(2000);
  world.dies = () => false;
  world.advance(3 * 24 * 60 * MINUTE);
  const token = world.endpoint.token;
  world.endpoint.token = 'of-a-server-that-does-not-answer';
  await later(MINUTE, 3);
  expect(await read(intent.id)).toMatchObject({ status: 'expired' });
  world.endpoint.token = token;
  await later(2 * MINUTE, 4);
  expect(await read(intent.id)).toMatchObject({ status: 'refunded' });
  expect(tasksOf(intent.orderId)).toEqual(['sale', 'refund']);
  expect(world.paymentOf(intent.id)?.refundedMinor).toBe(48_000);
});

/** The server was put back to a backup from before this payment. */
const forgetAtServer = async ({ id }: PaymentIntent) => {
  await world.server.db.delete(pspEvents).where(eq(pspEvents.paymentId, id));
  await world.server.db.delete(pspPayments).where(eq(pspPayments.id, id));
};

test('a payment that the server has forgotten is asked for anew under its own name, and is the same at the bank', async () => {
  const intent = await begin();
  await forgetAtServer(intent);
  pay(intent);
  await later(2000, 2);
  expect(await read(intent.id)).toMatchObject({ status: 'confirmed' });
  await forgetAtServer(intent);
  end('expired');
  await later(2000, 4);
  expect(await read(intent.id)).toMatchObject({ status: 'refunded' });
  expect(
    [...world.bank.shop.payments.values()].filter(({ metadata }) => metadata['intent_id'] === intent.id),
  ).toHaveLength(1);
  expect(world.paymentOf(intent.id)?.refundedMinor).toBe(48_000);
});

test('a server that was put back to before a claim hears of it again: what was served is not given back', async () => {
  const intent = await begin();
  pay(intent);
  await later(2000, 2);
  expect(await read(intent.id)).toMatchObject({ status: 'confirmed' });
  end('completed');
  await later(1000);
  await world.server.db
    .update(pspPayments)
    .set({ status: 'pending', succeededAt: null, claimedAt: null, isFinal: false, nextCheckAt: world.now() })
    .where(eq(pspPayments.id, intent.id));
  world.kiosk().state.epoch = 'after';
  // The bank is silent at first, so that the server does not know yet that there is money to claim.
  world.bank.fail('read', 'error', 1);
  await later(10 * MINUTE, 5);
  expect(world.paymentOf(intent.id)?.refundedMinor).toBe(0);
  const [row] = await world.server.db.select().from(pspPayments).where(eq(pspPayments.id, intent.id));
  expect(row).toMatchObject({ status: 'succeeded', claimedAt: expect.any(Number) });
  expect(await read(intent.id)).toMatchObject({ status: 'confirmed', outcome: 'served' });
});
