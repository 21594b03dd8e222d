import { beforeEach, describe, expect, test } from 'vitest';
import { checkTask } from '#shared/fiscal/fiscal.rules.ts';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { type CounterWorld, createCounterWorld } from '#test/doubles/counter-world.ts';
import { deriveId } from './derived-id.ts';
import { createPaymentWatch } from './payments.service.ts';
import { createDevProvider } from './provider.ts';

const AUTO = createDevProvider({ autoConfirmDelayMs: 2000, manualMode: false });
const BY_HAND = createDevProvider({ autoConfirmDelayMs: 2000, manualMode: true });

let world: CounterWorld;
let visitId: string;
const open = (provider = BY_HAND) => {
  world = createCounterWorld({ provider });
  visitId = world.visits.start({ kind: 'diagnostics', language: 'ru', contact: { phone: '+79001234567' } }).id;
};
const watch = () => createPaymentWatch(world.payments, { intervalMs: 500, log: quietLog }).tick();
const refusal = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

beforeEach(() => open());

test('an intent waits for the price of the visit’s service', async () => {
  const intent = await world.payments.createIntent(visitId);
  expect(intent).toMatchObject({
    status: 'pending',
    amountMinor: 48_000,
    currency: 'RUB',
    provider: 'dev',
    qrData: `DEV_QR_${intent.id}`,
    expiresAt: world.core.now() + INTENT_TTL_MS,
  });
  expect(world.orders.get(intent.orderId ?? '').order).toMatchObject({
    status: 'awaiting_payment',
    number: 'K-0001',
    visitId,
    customer: { phone: '+79001234567' },
  });
  expect(world.receipts()).toEqual([]);
  expect(await world.metric('payments_intents_total')).toEqual({ 'pending DEV': 1 });
});

test('a visit has one open intent; a paid one answers with what it paid', async () => {
  const first = await world.payments.createIntent(visitId);
  world.core.advance(100);
  expect(await world.payments.createIntent(visitId)).toEqual(first);
  const paid = await world.payments.confirmByHand(first.id);
  expect(await world.payments.createIntent(visitId)).toEqual(paid);
  expect(world.count('payment_intents')).toBe(1);
  expect(world.count('orders')).toBe(1);
});

describe('confirming', () => {
  test('the intent, the money and the receipt, exactly once, whoever asks', async () => {
    open(AUTO);
    const { id, orderId = '' } = await world.payments.createIntent(visitId);
    world.core.advance(1999);
    await watch();
    expect((await world.payments.intent(id)).status).toBe('pending');
    world.core.advance(1);
    await watch();
    await watch();
    expect(await world.payments.intent(id)).toMatchObject({ status: 'confirmed', confirmedAt: world.core.now() });
    expect((await world.payments.confirmByHand(id)).status).toBe('confirmed');
    const { order, payments } = world.orders.get(orderId);
    expect(order).toMatchObject({ status: 'paid', paidAt: world.core.now() });
    expect(payments).toMatchObject([{ id, kind: 'payment', method: 'psp', provider: 'dev', amountMinor: 48_000 }]);
    const [task, ...others] = world.receipts();
    expect(others).toEqual([]);
    expect(task && checkTask(task)).toEqual([]);
    expect(task).toMatchObject({
      id: deriveId(orderId, 'sale'),
      type: 'sale',
      operator: { name: 'Киоск 1' },
      receipt: {
        payments: [{ type: 'card', sumMinor: 48_000 }],
        customerContact: '+79001234567',
        items: [{ name: 'Диагностика автомобиля', vat: 'vat5', paymentObject: 'service' }],
      },
    });
    expect(await world.metric('payments_confirmed_total')).toEqual({ DEV: 1 });
    expect(await world.metric('payments_intents_total')).toEqual({ 'pending DEV': 1, 'confirmed DEV': 1 });
    expect(await world.core.metrics.metrics()).toContain(
      'payments_duration_seconds_sum{status="confirmed",env="DEV"} 2\n',
    );
  });

  test('is seen by whoever reads the intent, with no loop at all', async () => {
    open(AUTO);
    const { id } = await world.payments.createIntent(visitId);
    world.core.advance(2000);
    expect((await world.payments.intent(id)).status).toBe('confirmed');
    expect(world.receipts()).toHaveLength(1);
  });

  test('a queue that fails leaves the intent pending and the order unpaid; the next tick does it all', async () => {
    open(AUTO);
    const { id, orderId = '' } = await world.payments.createIntent(visitId);
    world.core.advance(2000);
    world.state.queueFails = true;
    await watch();
    await expect(world.payments.intent(id)).rejects.toThrow('the disk is full');
    expect(world.orders.get(orderId)).toMatchObject({ order: { status: 'awaiting_payment' }, payments: [] });
    expect(world.count('fiscal_tasks')).toBe(0);
    world.state.queueFails = false;
    await watch();
    expect((await world.payments.intent(id)).status).toBe('confirmed');
    expect(world.receipts()).toHaveLength(1);
  });

  test('money that came while the device was off is taken, though its time ran out since', async () => {
    open(AUTO);
    const { id } = await world.payments.createIntent(visitId);
    world.core.advance(INTENT_TTL_MS * 3);
    await watch();
    expect((await world.payments.intent(id)).status).toBe('confirmed');
  });

  test('money that comes after the intent ran out is a fact: recorded, fiscalised, and told to a person', async () => {
    const { id, orderId = '' } = await world.payments.createIntent(visitId);
    world.core.advance(INTENT_TTL_MS);
    await watch();
    expect(world.orders.get(orderId).order.status).toBe('cancelled');
    expect((await world.payments.confirmByHand(id)).status).toBe('confirmed');
    expect(world.orders.get(orderId).payments).toHaveLength(1);
    expect(world.receipts()).toHaveLength(1);
    expect(world.orders.get(orderId).order.status).toBe('cancelled');
    expect(world.sync.outbox()).toContain('payment.settle');
  });
});

describe('ending without money', () => {
  test('time runs out: the intent expires, its order is cancelled, the next one is new', async () => {
    const first = await world.payments.createIntent(visitId);
    world.core.advance(INTENT_TTL_MS - 1);
    await watch();
    expect((await world.payments.intent(first.id)).status).toBe('pending');
    world.core.advance(1);
    await watch();
    expect((await world.payments.intent(first.id)).status).toBe('expired');
    expect(world.orders.get(first.orderId ?? '').order.status).toBe('cancelled');
    expect(await world.metric('payments_failed_total')).toEqual({ 'expired DEV': 1 });
    await expect(world.payments.cancel(first.id)).rejects.toThrow(
      refusal('payments.illegal_transition', { status: 'expired' }),
    );
    const second = await world.payments.createIntent(visitId);
    expect(second.id).not.toBe(first.id);
    expect(world.orders.get(second.orderId ?? '').order.number).toBe('K-0002');
  });

  test('cancelling twice is cancelling once', async () => {
    const { id, orderId = '' } = await world.payments.createIntent(visitId);
    expect((await world.payments.cancel(id)).status).toBe('cancelled');
    expect((await world.payments.cancel(id)).status).toBe('cancelled');
    expect(world.orders.get(orderId).order.status).toBe('cancelled');
    expect(await world.metric('payments_failed_total')).toEqual({ 'cancelled DEV': 1 });
    expect(world.receipts()).toEqual([]);
  });

  test('AK-21 cancel race: the money was faster', async () => {
    open(AUTO);
    const { id } = await world.payments.createIntent(visitId);
    world.core.advance(2000);
    await expect(world.payments.cancel(id)).rejects.toThrow(refusal('payments.already_confirmed', { intentId: id }));
    expect((await world.payments.intent(id)).status).toBe('confirmed');
    expect(world.receipts()).toHaveLength(1);
  });
});

test('AK-06 timeout during payment: the visit outlives the intent by a minute', async () => {
  world.core.advance(3_600_000 - 30_000);
  const { expiresAt } = await world.payments.createIntent(visitId);
  expect(world.visits.get(visitId).expiresAt).toBe(expiresAt + 60_000);
  world.core.advance(INTENT_TTL_MS);
  expect(world.visits.expireOverdue()).toBe(0);
  await watch();
  world.core.advance(60_000);
  expect(world.visits.expireOverdue()).toBe(1);
});

describe('nothing happens', () => {
  const nothing = () => {
    expect(world.count('payment_intents')).toBe(0);
    expect(world.count('orders')).toBe(0);
  };

  test('without a provider', async () => {
    world = createCounterWorld({ environment: 'PROD' });
    visitId = world.visits.start({ kind: 'diagnostics', language: 'ru' }).id;
    await expect(world.payments.createIntent(visitId)).rejects.toThrow(refusal('payments.provider_unavailable'));
    await expect(world.payments.confirmByHand(visitId)).rejects.toThrow(refusal('payments.dev_only'));
    nothing();
  });

  test('without a register, a service, or a visit that is going on', async () => {
    world.state.register = undefined;
    await expect(world.payments.createIntent(visitId)).rejects.toThrow(refusal('fiscal.register_not_configured'));
    world.state.register = 'fd-1';
    await expect(world.payments.createIntent('OBD-0-AAAAAAAA')).rejects.toThrow(refusal('visits.not_found'));
    world.core.advance(3_600_000);
    await expect(world.payments.createIntent(visitId)).rejects.toThrow(refusal('visits.expired'));
    const photo = world.visits.start({ kind: 'photo', language: 'ru' });
    await expect(world.payments.createIntent(photo.id)).rejects.toThrow(refusal('catalogue.item_not_found'));
    nothing();
  });
});

describe('an amount that an integration decides', () => {
  const custom = (amountMinor: number, service?: string) =>
    world.payments.createCustomIntent({
      visitId,
      amountMinor,
      currency: 'RUB',
      metadata: service === undefined ? undefined : { service },
    });

  test('the same amount and service is the same intent, open or paid', async () => {
    const first = await custom(50_000, 'diagnostics');
    expect(first).toMatchObject({ isNew: true, intent: { amountMinor: 50_000 } });
    expect(await custom(50_000, 'diagnostics')).toEqual({ isNew: false, intent: first.intent });
    await world.payments.confirmByHand(first.intent.id);
    expect(await custom(50_000, 'diagnostics')).toMatchObject({ isNew: false, intent: { status: 'confirmed' } });
    expect(world.receipts()[0]?.receipt?.items).toMatchObject([{ name: 'Диагностика автомобиля', totalMinor: 50_000 }]);
    expect(await custom(1000, 'Печать отчёта')).toMatchObject({ isNew: true });
  });

  test('while another amount is open it is refused', async () => {
    const { intent } = await custom(50_000);
    await expect(custom(49_999)).rejects.toThrow(refusal('payments.amount_mismatch', { intentId: intent.id }));
    expect(world.count('orders')).toBe(1);
  });

  test('in another currency than the shop’s it is refused, and nothing happened', async () => {
    await expect(world.payments.createCustomIntent({ visitId, amountMinor: 100, currency: 'USD' })).rejects.toThrow(
      refusal('app.bad_input'),
    );
    expect(world.count('orders')).toBe(0);
  });
});
