import { beforeEach, describe, expect, test } from 'vitest';
import { fiscalRecords } from '#main/domains/fiscal/fiscal.tables.ts';
import { listSteps } from '#main/journal/journal.repo.ts';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { remaindersOf } from '#shared/payments/refunds.rules.ts';
import { ANNA, type CounterWorld, createCounterWorld, DIAGNOSTICS, MILK, OLGA } from '#test/doubles/counter-world.ts';
import { TEST_WRITER } from '#test/doubles/local-sync.ts';
import { deriveId } from './derived-id.ts';
import type { Checkout } from './desk.service.ts';
import { createDevProvider } from './provider.ts';
import type { RefundRequest } from './refunds.service.ts';

const SALE_ID = '00000000-0000-7000-8000-0000000000f1';
const refundId = (n: number) => `00000000-0000-7000-8000-000000000e0${n}`;
const card = (sumMinor: number) => ({ type: 'card', sumMinor }) as const;
const cash = (sumMinor: number) => ({ type: 'cash', sumMinor }) as const;
/** 2 × 89.90 less 9.80, and a service of 480.00: 650.00. */
const SALE: Checkout = {
  id: SALE_ID,
  lines: [
    { itemId: MILK.id, quantityMilli: 2000, discount: { kind: 'amount', amountMinor: 980 } },
    { itemId: DIAGNOSTICS.id, quantityMilli: 1000 },
  ],
  tenders: [card(50_000), cash(20_000)],
  customer: { phone: '+79001234567' },
};
const WHOLE = [
  { line: 0, quantityMilli: 2000 },
  { line: 1, quantityMilli: 1000 },
];

let world: CounterWorld;
beforeEach(() => {
  world = createCounterWorld({ mode: 'cashier' });
});
const refusal = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });
const request = (lines: RefundRequest['lines'], totalMinor: number, n = 1): RefundRequest => ({
  id: refundId(n),
  orderId: SALE_ID,
  lines,
  totalMinor,
  reason: 'defective',
});
/** With a supervisor's consent. */
const giveBack = (lines: RefundRequest['lines'], totalMinor: number, n = 1) =>
  world.payments.refund({ ...request(lines, totalMinor, n), approvalId: world.approve('refund', refundId(n)) });
const returns = () => world.receipts().filter(({ type }) => type === 'refund');
const nothingCameBack = () => {
  expect(world.count('refunds')).toBe(0);
  expect(returns()).toEqual([]);
  expect(world.orders.get(SALE_ID).payments.every(({ kind }) => kind === 'payment')).toBe(true);
};

describe('a whole sale', () => {
  test('AF-21 the same money goes back the same way, with a receipt of its return', () => {
    world.payments.checkout(SALE);
    world.core.advance(60_000);
    expect(giveBack(WHOLE, 65_000)).toEqual({
      orderId: SALE_ID,
      orderNumber: 'C-0001',
      taskId: deriveId(refundId(1), 'refund'),
      refundId: refundId(1),
      totalMinor: 65_000,
      tenders: [card(50_000), cash(15_000)],
      changeMinor: 15_000,
    });
    const { order, payments, refunds } = world.orders.get(SALE_ID);
    expect(order.status).toBe('refunded');
    expect(refunds).toMatchObject([
      { id: refundId(1), totalMinor: 65_000, reason: 'defective', operatorName: ANNA.name, approvedBy: OLGA.name },
    ]);
    const taken = payments.filter(({ kind }) => kind === 'payment');
    const given = payments.filter(({ kind }) => kind === 'refund');
    expect(new Map(given.map(({ refundOf, method, amountMinor }) => [refundOf, [method, amountMinor]]))).toEqual(
      new Map(taken.map(({ id, method, amountMinor }) => [id, [method, amountMinor]])),
    );
    expect(returns()).toMatchObject([
      {
        type: 'refund',
        orderId: SALE_ID,
        operator: { name: ANNA.name, vatin: ANNA.vatin },
        receipt: {
          kind: 'sell_return',
          taxationSystem: 'usn_income',
          totalMinor: 65_000,
          payments: [card(50_000), cash(15_000)],
          customerContact: '+79001234567',
          items: [
            { name: MILK.name, priceMinor: 8990, quantityMilli: 2000, totalMinor: 17_000, vat: 'vat10' },
            {
              name: DIAGNOSTICS.name,
              totalMinor: 48_000,
              vat: 'vat5',
              paymentObject: 'service',
              paymentMethod: 'full_payment',
            },
          ],
        },
      },
    ]);
  });
});

describe('a part of a sale', () => {
  test('card first as far as it goes, then cash, until nothing is left', () => {
    world.payments.checkout(SALE);
    expect(giveBack([{ line: 1, quantityMilli: 1000 }], 48_000, 1).tenders).toEqual([card(48_000)]);
    expect(giveBack([{ line: 0, quantityMilli: 1000 }], 8500, 2).tenders).toEqual([card(2000), cash(6500)]);
    expect(world.orders.get(SALE_ID).order).toMatchObject({
      status: 'paid',
      returned: {
        lines: [
          { line: 0, quantityMilli: 1000, totalMinor: 8500 },
          { line: 1, quantityMilli: 1000, totalMinor: 48_000 },
        ],
      },
    });
    expect(giveBack([{ line: 0, quantityMilli: 1000 }], 8500, 3).tenders).toEqual([cash(8500)]);
    expect(world.orders.get(SALE_ID).order.status).toBe('refunded');
    expect(returns().map(({ receipt }) => receipt?.totalMinor)).toEqual([48_000, 8500, 8500]);
  });

  test('a fraction of what was sold by weight', () => {
    world.payments.checkout({ ...SALE, lines: [{ itemId: MILK.id, quantityMilli: 333 }], tenders: [cash(2994)] });
    expect(giveBack([{ line: 0, quantityMilli: 100 }], 899, 1).totalMinor).toBe(899);
    expect(giveBack([{ line: 0, quantityMilli: 233 }], 2095, 2).totalMinor).toBe(2095);
    expect(remaindersOf(world.orders.get(SALE_ID).order)).toEqual([{ line: 0, quantityMilli: 0, totalMinor: 0 }]);
  });
});

describe('AF-21 refused, and nothing came back', () => {
  beforeEach(() => world.payments.checkout(SALE));

  test.each<[string, RefundRequest['lines'], number, string]>([
    ['600 of a sale of 500, by the sum', WHOLE, 65_001, 'orders.refund_exceeds_sale'],
    ['more of a line than was sold', [{ line: 0, quantityMilli: 2001 }], 17_000, 'orders.refund_exceeds_sale'],
    ['another sum than the lines are worth', [{ line: 0, quantityMilli: 1000 }], 8990, 'payments.amount_mismatch'],
    ['a line that was not sold', [{ line: 2, quantityMilli: 1000 }], 100, 'app.bad_input'],
  ])('%s', (_name, lines, totalMinor, code) => {
    expect(() => giveBack(lines, totalMinor)).toThrow(refusal(code));
    nothingCameBack();
  });

  test('without a supervisor; with one at the till there is no need to ask', () => {
    expect(() => world.payments.refund(request(WHOLE, 65_000))).toThrow(
      refusal('staff.approval_required', { action: 'refund', subject: refundId(1), totalMinor: 65_000 }),
    );
    nothingCameBack();
    world.state.cashier = OLGA;
    expect(world.payments.refund(request(WHOLE, 65_000)).totalMinor).toBe(65_000);
  });

  test('again, what came back already', () => {
    giveBack([{ line: 0, quantityMilli: 1500 }], 12_750, 1);
    expect(() => giveBack([{ line: 0, quantityMilli: 501 }], 4250, 2)).toThrow(refusal('orders.refund_exceeds_sale'));
    giveBack(
      [
        { line: 0, quantityMilli: 500 },
        { line: 1, quantityMilli: 1000 },
      ],
      52_250,
      3,
    );
    expect(() => giveBack([{ line: 0, quantityMilli: 1 }], 1, 4)).toThrow(
      refusal('orders.illegal_transition', { status: 'refunded' }),
    );
    expect(world.count('refunds')).toBe(2);
  });

  test('a queue that fails leaves the sale as it was, and the approval good', () => {
    world.state.queueFails = true;
    const asked = { ...request(WHOLE, 65_000), approvalId: world.approve('refund', refundId(1)) };
    expect(() => world.payments.refund(asked)).toThrow('the disk is full');
    nothingCameBack();
    expect(world.orders.get(SALE_ID).order.status).toBe('paid');
    world.state.queueFails = false;
    expect(world.payments.refund(asked).totalMinor).toBe(65_000);
  });
});

test('a sale whose own receipt failed is not given back before it has one', () => {
  world.payments.checkout(SALE);
  const sold = (status: FiscalRecord['status']) => {
    const fields: FiscalRecord = {
      id: deriveId(SALE_ID, 'sale'),
      type: 'sale',
      fiscalDeviceId: 'fd-1',
      deviceId: TEST_WRITER.deviceId,
      shopId: TEST_WRITER.shopId,
      orderId: SALE_ID,
      status,
      totalMinor: 65_000,
      operator: { name: ANNA.name },
      createdAt: 1,
      updatedAt: 1,
    };
    world.core.db
      .insert(fiscalRecords)
      .values({ id: fields.id, scope: 'shop:1', ver: 1, fields })
      .onConflictDoUpdate({ target: fiscalRecords.id, set: { fields } })
      .run();
  };
  sold('error');
  expect(() => giveBack(WHOLE, 65_000)).toThrow(refusal('orders.sale_not_fiscal'));
  nothingCameBack();
  sold('queued');
  expect(giveBack(WHOLE, 65_000).totalMinor).toBe(65_000);
});

test('the same id answers the same refund, also with nobody at the till; its lines are not asked again', () => {
  world.payments.checkout(SALE);
  const first = giveBack([{ line: 0, quantityMilli: 1000 }], 8500);
  giveBack([{ line: 1, quantityMilli: 1000 }], 48_000, 2);
  world.state.cashier = undefined;
  expect(world.payments.refund(request([{ line: 0, quantityMilli: 1000 }], 8500))).toEqual(first);
  expect(world.count('refunds')).toBe(2);
  expect(returns()).toHaveLength(2);
});

test('the audit keeps what came back, why, who gave it and who allowed it', () => {
  world.payments.checkout(SALE);
  const approvalId = world.approve('refund', refundId(1));
  world.payments.refund({ ...request([{ line: 0, quantityMilli: 1000 }], 8500), comment: 'прокисло', approvalId });
  expect(listSteps(world.core.db, 'audit', refundId(1)).map(({ step }) => step)).toEqual([
    'APPROVAL_GIVEN',
    'APPROVAL_USED',
    'REFUND',
  ]);
  expect(listSteps(world.core.db, 'audit', refundId(1)).at(-1)?.details).toMatchObject({
    orderId: SALE_ID,
    totalMinor: 8500,
    reason: 'defective',
    comment: 'прокисло',
    by: ANNA.name,
    approvedBy: OLGA.name,
  });
});

test('an unknown order, and one that is not paid', () => {
  expect(() => giveBack(WHOLE, 65_000)).toThrow(refusal('orders.not_found'));
  world.core.db.transaction((tx) =>
    world.orders.place(tx, { id: SALE_ID, origin: 'kiosk', lines: [world.orders.serviceLine(tx, 'diagnostics')] }),
  );
  expect(() => giveBack([{ line: 0, quantityMilli: 1000 }], 48_000)).toThrow(
    refusal('orders.illegal_transition', { status: 'awaiting_payment' }),
  );
  expect(() => world.payments.checkout(SALE)).toThrow(refusal('app.bad_input'));
});

test('money of a provider that is not here does not go back from the till', () => {
  world.payments.checkout(SALE);
  const setProvider = world.core.db.$client.prepare(
    "UPDATE payments SET fields = json_set(fields, '$.provider', 'dev', '$.method', 'psp')",
  );
  setProvider.run();
  expect(() => giveBack(WHOLE, 65_000)).toThrow(refusal('payments.provider_unavailable'));
  world = createCounterWorld({
    mode: 'cashier',
    provider: createDevProvider({ autoConfirmDelayMs: 0, manualMode: false }),
  });
  world.payments.checkout({ ...SALE, tenders: [card(65_000)] });
  world.core.db.$client
    .prepare("UPDATE payments SET fields = json_set(fields, '$.provider', 'dev', '$.method', 'psp')")
    .run();
  expect(giveBack(WHOLE, 65_000)).toMatchObject({ changeMinor: 0, tenders: [card(65_000)] });
});
