import { beforeEach, describe, expect, test } from 'vitest';
import { checkTask } from '#shared/fiscal/fiscal.rules.ts';
import { UUID_PATTERN } from '#shared/kernel/ids.ts';
import { type CounterWorld, createCounterWorld, DIAGNOSTICS, MILK } from '#test/doubles/counter-world.ts';
import { deriveId } from './derived-id.ts';
import type { Checkout } from './desk.service.ts';
import { createDevProvider } from './provider.ts';
import { settleTenders, tenderOf } from './receipts.rules.ts';

const SALE_ID = '00000000-0000-7000-8000-0000000000f1';
const REFUND_ID = '00000000-0000-7000-8000-0000000000f2';
const SALE: Checkout = {
  id: SALE_ID,
  lines: [{ itemId: MILK.id, quantityMilli: 2000, discountMinor: 980 }],
  tenders: [{ type: 'cash', sumMinor: 20_000 }],
};

let world: CounterWorld;
beforeEach(() => {
  world = createCounterWorld({ mode: 'cashier' });
});
const refusal = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });
const nothingHappened = () => {
  for (const table of ['orders', 'payments', 'fiscal_tasks'] as const) expect(world.count(table)).toBe(0);
  expect(world.sync.outbox()).toEqual([]);
};

describe('tenders', () => {
  const cash = (sumMinor: number) => ({ type: 'cash', sumMinor }) as const;
  const card = (sumMinor: number) => ({ type: 'card', sumMinor }) as const;

  test.each([
    ['cash exactly', [cash(1000)], [cash(1000)], 0],
    ['cash with change', [cash(5000)], [cash(1000)], 4000],
    ['card exactly', [card(1000)], [card(1000)], 0],
    ['both, exactly', [card(600), cash(400)], [card(600), cash(400)], 0],
    ['both, with change in cash', [cash(500), card(600)], [card(600), cash(400)], 100],
    ['cash twice', [cash(500), cash(600)], [cash(1000)], 100],
    ['a card that pays all leaves the cash to be given back', [card(1000), cash(500)], [card(1000)], 500],
  ])('%s', (_name, tenders, net, changeMinor) => {
    expect(settleTenders(1000, tenders)).toEqual({ net, changeMinor });
  });

  test.each([
    ['too little cash', [cash(999)]],
    ['too little together', [card(500), cash(499)]],
    ['a card above the total', [card(1001)]],
    ['a card above the total, with cash', [card(1001), cash(100)]],
  ])('%s is refused', (_name, tenders) => {
    expect(() => settleTenders(1000, tenders)).toThrow(refusal('payments.amount_mismatch', { totalMinor: 1000 }));
  });

  test.each([
    ['cash', 'cash'],
    ['card', 'card'],
    ['psp', 'card'],
  ] as const)('%s is %s on a receipt', (method, tender) => {
    expect(tenderOf(method)).toBe(tender);
  });
});

describe('checkout', () => {
  test('an order, its money and its receipt, together', () => {
    const reply = world.payments.checkout({ ...SALE, customer: { email: 'ivan@example.ru', phone: '+79001234567' } });
    expect(reply).toEqual({
      orderId: SALE_ID,
      orderNumber: 'C-0001',
      taskId: deriveId(SALE_ID, 'sale'),
      totalMinor: 17_000,
      changeMinor: 3000,
    });
    const { order, payments } = world.orders.get(SALE_ID);
    expect(order).toMatchObject({
      status: 'paid',
      totalMinor: 17_000,
      operatorName: 'Анна Петрова',
      paidAt: world.core.now(),
    });
    expect(payments).toMatchObject([{ kind: 'payment', method: 'cash', provider: 'cashdesk', amountMinor: 17_000 }]);
    const [task] = world.receipts();
    expect(task && checkTask(task)).toEqual([]);
    expect(task).toMatchObject({
      id: reply.taskId,
      type: 'sale',
      fiscalDeviceId: 'fd-1',
      operator: { name: 'Анна Петрова', vatin: '123456789047' },
      orderId: SALE_ID,
      receipt: {
        kind: 'sell',
        taxationSystem: 'usn_income',
        totalMinor: 17_000,
        payments: [{ type: 'cash', sumMinor: 17_000 }],
        customerContact: 'ivan@example.ru',
        items: [{ name: 'Молоко 3,2%', priceMinor: 8990, quantityMilli: 2000, totalMinor: 17_000, vat: 'vat10' }],
      },
    });
  });

  test('the same id answers the same sale, also after its price changed and after it was given back', () => {
    const first = world.payments.checkout(SALE);
    expect(world.payments.checkout(SALE)).toEqual(first);
    world.payments.refund({ id: REFUND_ID, orderId: SALE_ID });
    world.state.cashier = undefined;
    expect(world.payments.checkout(SALE)).toEqual(first);
    expect(world.count('orders')).toBe(1);
    expect(world.receipts().map(({ type }) => type)).toEqual(['sale', 'refund']);
  });

  test('card and cash are two payments and two tenders', () => {
    world.payments.checkout({
      ...SALE,
      tenders: [
        { type: 'card', sumMinor: 10_000 },
        { type: 'cash', sumMinor: 7000 },
      ],
    });
    const { payments, order } = world.orders.get(SALE_ID);
    expect(Object.fromEntries(payments.map(({ method, amountMinor }) => [method, amountMinor]))).toEqual({
      card: 10_000,
      cash: 7000,
    });
    expect(order.status).toBe('paid');
    expect(world.receipts()[0]?.receipt?.payments).toEqual([
      { type: 'card', sumMinor: 10_000 },
      { type: 'cash', sumMinor: 7000 },
    ]);
  });

  test.each<[string, Partial<Checkout>, string]>([
    ['money that does not cover', { tenders: [{ type: 'cash', sumMinor: 16_999 }] }, 'payments.amount_mismatch'],
    [
      'an item that is not sold',
      { lines: [{ itemId: SALE_ID, quantityMilli: 1000, discountMinor: 0 }] },
      'catalogue.item_not_found',
    ],
    ['everything off', { lines: [{ itemId: MILK.id, quantityMilli: 1000, discountMinor: 8990 }] }, 'orders.empty'],
    [
      'more than everything off',
      { lines: [{ itemId: MILK.id, quantityMilli: 1000, discountMinor: 8991 }] },
      'app.bad_input',
    ],
  ])('%s is refused, and nothing happened', (_name, change, code) => {
    expect(() => world.payments.checkout({ ...SALE, ...change })).toThrow(refusal(code));
    nothingHappened();
  });

  test('the longest receipt there is fits through sync', () => {
    const line = { itemId: MILK.id, quantityMilli: 1000, discountMinor: 1 };
    const lines = Array.from({ length: 500 }, () => line);
    world.core.db.$client
      .prepare("UPDATE catalogue_items SET fields = json_set(fields, '$.name', ?) WHERE id = ?")
      .run('Щ'.repeat(128), MILK.id);
    const reply = world.payments.checkout({ ...SALE, lines, tenders: [{ type: 'card', sumMinor: 8989 * 500 }] });
    expect(reply.totalMinor).toBe(8989 * 500);
  });

  test('no register or no cashier: refused, and nothing happened', () => {
    world.state.register = undefined;
    expect(() => world.payments.checkout(SALE)).toThrow(refusal('fiscal.register_not_configured'));
    world.state.register = 'fd-1';
    world.state.cashier = undefined;
    expect(() => world.payments.checkout(SALE)).toThrow(refusal('staff.not_signed_in'));
    nothingHappened();
  });

  test('a queue that fails takes the order and the payment back with it; the next try is whole', () => {
    const heard: string[] = [];
    world.core.changes.subscribe(({ collection }) => heard.push(collection));
    world.state.queueFails = true;
    expect(() => world.payments.checkout(SALE)).toThrow('the disk is full');
    nothingHappened();
    expect(heard).toEqual([]);
    world.state.queueFails = false;
    expect(world.payments.checkout(SALE).orderNumber).toBe('C-0001');
    expect(world.receipts()).toHaveLength(1);
    expect(heard).toEqual(['orders', 'payments', 'fiscal']);
  });
});

describe('refund', () => {
  const refund = (id = REFUND_ID) => world.payments.refund({ id, orderId: SALE_ID });

  test('the same money goes back the same way, with a receipt of its return', () => {
    world.payments.checkout({
      ...SALE,
      tenders: [
        { type: 'card', sumMinor: 10_000 },
        { type: 'cash', sumMinor: 8000 },
      ],
      customer: { phone: '+79001234567' },
    });
    world.core.advance(60_000);
    expect(refund()).toEqual({
      orderId: SALE_ID,
      orderNumber: 'C-0001',
      taskId: deriveId(REFUND_ID, 'refund'),
      totalMinor: 17_000,
      changeMinor: 7000,
    });
    const { order, payments } = world.orders.get(SALE_ID);
    expect(order.status).toBe('refunded');
    const [taken, given] = [payments.slice(0, 2), payments.slice(2)];
    expect(
      Object.fromEntries(
        given.map(({ kind, method, amountMinor, refundOf }) => [refundOf, { kind, method, amountMinor }]),
      ),
    ).toEqual(
      Object.fromEntries(taken.map(({ id, method, amountMinor }) => [id, { kind: 'refund', method, amountMinor }])),
    );
    expect(given).toHaveLength(2);
    const task = world.receipts()[1];
    expect(task && checkTask(task)).toEqual([]);
    expect(task).toMatchObject({
      type: 'refund',
      orderId: SALE_ID,
      receipt: { kind: 'sell_return', totalMinor: 17_000, customerContact: '+79001234567' },
    });
  });

  test('the same id answers the same refund; another one is refused', () => {
    world.payments.checkout(SALE);
    const first = refund();
    expect(refund()).toEqual(first);
    expect(() => refund('00000000-0000-7000-8000-0000000000f3')).toThrow(
      refusal('orders.illegal_transition', { status: 'refunded' }),
    );
    expect(world.count('payments')).toBe(2);
    expect(world.receipts()).toHaveLength(2);
  });

  test('a queue that fails leaves the sale as it was', () => {
    world.payments.checkout(SALE);
    world.state.queueFails = true;
    expect(() => refund()).toThrow('the disk is full');
    expect(world.orders.get(SALE_ID).order.status).toBe('paid');
    expect(world.count('payments')).toBe(1);
    expect(world.count('fiscal_tasks')).toBe(1);
  });

  test('an unknown order, and one that is not paid', () => {
    expect(() => refund()).toThrow(refusal('orders.not_found'));
    const order = world.core.db.transaction((tx) =>
      world.orders.place(tx, { id: SALE_ID, origin: 'kiosk', lines: [world.orders.serviceLine(tx, 'diagnostics')] }),
    );
    expect(order.totalMinor).toBe(DIAGNOSTICS.priceMinor);
    expect(() => refund()).toThrow(refusal('orders.illegal_transition', { status: 'awaiting_payment' }));
    expect(() => world.payments.checkout(SALE)).toThrow(refusal('app.bad_input'));
  });

  test('money of a provider that is not here does not go back from the till', () => {
    const dev = createDevProvider({ autoConfirmDelayMs: 0, manualMode: false });
    const paid = createCounterWorld({ provider: dev });
    const { orderId } = paid.payments.createIntent(paid.visits.start({ kind: 'diagnostics', language: 'ru' }).id);
    paid.payments.settlePending();
    expect(paid.payments.refund({ id: REFUND_ID, orderId: orderId ?? '' })).toMatchObject({ changeMinor: 0 });
    expect(paid.receipts()[1]?.receipt?.payments).toEqual([{ type: 'card', sumMinor: 48_000 }]);

    const elsewhere = createCounterWorld({ mode: 'cashier' });
    elsewhere.payments.checkout(SALE);
    elsewhere.core.db.$client
      .prepare("UPDATE payments SET fields = json_set(fields, '$.provider', 'dev', '$.method', 'psp')")
      .run();
    expect(() => elsewhere.payments.refund({ id: REFUND_ID, orderId: SALE_ID })).toThrow(
      refusal('payments.provider_unavailable'),
    );
  });
});

test('a derived id is a UUID, the same each time, and of its parent and role alone', () => {
  const ids = [deriveId(SALE_ID, 'sale'), deriveId(SALE_ID, 'refund'), deriveId(REFUND_ID, 'sale')];
  for (const id of ids) expect(id).toMatch(UUID_PATTERN);
  expect(new Set(ids).size).toBe(3);
  expect(deriveId(SALE_ID.toUpperCase(), 'sale')).toBe(ids[0]);
});
