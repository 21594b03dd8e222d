import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineTotal, priceReaching, sumMinor } from '../kernel/money.ts';
import { priceReceipt } from '../orders/discount.rules.ts';
import type { Discount, Order } from '../orders/orders.schema.ts';
import type { Decision } from '../sync/mutator.ts';
import { refKey } from '../sync/refs.ts';
import { declaredRows } from '../sync/replay.ts';
import type { Payment } from './payments.schema.ts';
import { makeRefund } from './refunds.mutators.ts';
import { priceReturn, remainderMinorOf, remaindersOf, splitReturn } from './refunds.rules.ts';
import type { Refund } from './refunds.schema.ts';

const id = (n: number) => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const WRITER = { organizationId: id(1), shopId: id(2), deviceId: id(3) };

interface Sold {
  readonly priceMinor: number;
  readonly quantityMilli: number;
}

const saleOf = (lines: readonly Sold[], discount?: Discount): Order => {
  const priced = priceReceipt(lines, discount);
  return {
    id: id(10),
    shopId: WRITER.shopId,
    deviceId: WRITER.deviceId,
    number: 'C-0001',
    origin: 'cashier',
    status: 'paid',
    printStatus: 'none',
    lines: lines.map((line, index) => ({
      ...line,
      name: `Товар ${index}`,
      totalMinor: priced.lines[index]?.totalMinor ?? 0,
      vat: 'none',
      paymentObject: 'commodity',
      unit: 'piece',
    })),
    totalMinor: priced.totalMinor,
    currency: 'RUB',
    createdAt: 1,
  };
};
const paid = (n: number, method: Payment['method'], amountMinor: number): Payment => ({
  id: id(n),
  orderId: id(10),
  shopId: WRITER.shopId,
  deviceId: WRITER.deviceId,
  kind: 'payment',
  method,
  provider: 'cashdesk',
  amountMinor,
  currency: 'RUB',
  confirmedAt: 1,
});

/** What the mutator sees, as a device or the server holds it. */
type World = ReadonlyMap<string, Readonly<Record<string, unknown>>>;
const worldOf = (order: Order, money: readonly Payment[]): World =>
  new Map<string, Readonly<Record<string, unknown>>>([
    [`order:${order.id}`, order],
    ...money.map((one) => [`payment:${one.id}`, one] as const),
  ]);
const orderIn = (world: World): Order => world.get(`order:${id(10)}`) as unknown as Order;
const moneyIn = (world: World): Payment[] =>
  [...world].filter(([key]) => key.startsWith('payment:')).map(([, fields]) => fields as unknown as Payment);

/** A refund as the till asks for it, by what this world shows. */
const ask = (world: World, n: number, wanted: readonly { readonly line: number; readonly quantityMilli: number }[]) => {
  const lines = priceReturn(orderIn(world), wanted);
  const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
  const parts = splitReturn(totalMinor, moneyIn(world));
  const refund: Refund = {
    id: id(n),
    orderId: id(10),
    shopId: WRITER.shopId,
    deviceId: WRITER.deviceId,
    taskId: id(n + 500_000),
    lines: [...lines],
    totalMinor,
    currency: 'RUB',
    reason: 'defective',
    operatorName: 'Иванова',
    approvedBy: 'Петрова',
    createdAt: 2,
  };
  const payments = parts.map(
    ({ payment, amountMinor }, index): Payment => ({
      ...paid(n * 10 + index, payment.method, amountMinor),
      kind: 'refund',
      refundOf: payment.id,
    }),
  );
  return { refund, payments };
};
const decide = (world: World, args: ReturnType<typeof ask>): Decision =>
  makeRefund.decide(
    args,
    declaredRows('refund.make', makeRefund.reads(args), (key) => world.get(key)),
    {
      writer: WRITER,
      at: 2,
    },
  );
const after = (world: World, args: ReturnType<typeof ask>): World => {
  const decision = decide(world, args);
  if (decision.kind !== 'apply') throw new Error('a fact was refused');
  return new Map([...world, ...decision.puts.map((put) => [refKey(put), put.fields] as const)]);
};
const anomalies = (decision: Decision) => (decision.kind === 'apply' ? (decision.anomalies ?? []) : []);
const refusal = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

const SALE = saleOf([
  { priceMinor: 50_000, quantityMilli: 1000 },
  { priceMinor: 10_000, quantityMilli: 3000 },
]);
const MONEY = [paid(20, 'card', 60_000), paid(21, 'cash', 20_000)];
const WORLD = worldOf(SALE, MONEY);

describe('AF-21 a refund is never more than the sale', () => {
  test('more of a line than was sold, or than is left of it', () => {
    expect(() => priceReturn(SALE, [{ line: 0, quantityMilli: 1001 }])).toThrow(
      refusal('orders.refund_exceeds_sale', { line: 0, leftMilli: 1000 }),
    );
    const once = after(WORLD, ask(WORLD, 30, [{ line: 1, quantityMilli: 2000 }]));
    expect(() => priceReturn(orderIn(once), [{ line: 1, quantityMilli: 1001 }])).toThrow(
      refusal('orders.refund_exceeds_sale', { leftMilli: 1000 }),
    );
  });

  test('more money than was taken, or than is left of it', () => {
    expect(() => splitReturn(80_001, MONEY)).toThrow(refusal('orders.refund_exceeds_sale', { leftMinor: 80_000 }));
    const once = after(WORLD, ask(WORLD, 30, [{ line: 0, quantityMilli: 1000 }]));
    expect(() => splitReturn(30_001, moneyIn(once))).toThrow(refusal('orders.refund_exceeds_sale'));
  });

  test.each(['draft', 'awaiting_payment', 'cancelled', 'refunded'] as const)(
    'nothing is left of a sale that is %s',
    (status) => {
      expect(remainderMinorOf({ ...SALE, status })).toBe(0);
      expect(() => priceReturn({ ...SALE, status }, [{ line: 0, quantityMilli: 1 }])).toThrow(
        refusal('orders.refund_exceeds_sale'),
      );
    },
  );

  test.each([
    ['a line the sale has not', [{ line: 2, quantityMilli: 1000 }], 'lines.0.line'],
    [
      'a line named twice',
      [
        { line: 1, quantityMilli: 1000 },
        { line: 1, quantityMilli: 1000 },
      ],
      'lines.1.line',
    ],
  ])('%s', (_name, wanted, path) => {
    expect(() => priceReturn(SALE, wanted)).toThrow(
      refusal('app.bad_input', { issues: [expect.objectContaining({ path })] }),
    );
  });
});

describe('tenders', () => {
  test('the card first, up to what remains of its part, then cash', () => {
    expect(splitReturn(50_000, MONEY).map(({ payment, amountMinor }) => [payment.method, amountMinor])).toEqual([
      ['card', 50_000],
    ]);
    const once = after(WORLD, ask(WORLD, 30, [{ line: 0, quantityMilli: 1000 }]));
    expect(splitReturn(30_000, moneyIn(once)).map(({ payment, amountMinor }) => [payment.method, amountMinor])).toEqual(
      [
        ['card', 10_000],
        ['cash', 20_000],
      ],
    );
  });
});

describe('the order after a refund', () => {
  test('stays paid while something is left, and is refunded with the last of it', () => {
    const once = after(WORLD, ask(WORLD, 30, [{ line: 1, quantityMilli: 2000 }]));
    expect(orderIn(once).status).toBe('paid');
    expect(remaindersOf(orderIn(once)).map(({ quantityMilli, totalMinor }) => [quantityMilli, totalMinor])).toEqual([
      [1000, 50_000],
      [1000, 10_000],
    ]);
    const twice = after(
      once,
      ask(once, 31, [
        { line: 0, quantityMilli: 1000 },
        { line: 1, quantityMilli: 1000 },
      ]),
    );
    expect(orderIn(twice)).toMatchObject({ status: 'refunded' });
    expect(remainderMinorOf(orderIn(twice))).toBe(0);
  });

  test('the same refund twice is one', () => {
    const args = ask(WORLD, 30, [{ line: 1, quantityMilli: 2000 }]);
    const once = after(WORLD, args);
    expect(decide(once, args)).toEqual({ kind: 'apply', puts: [] });
  });

  test('two tills that did not hear of each other: both facts are kept, and a person is told', () => {
    const wanted = [{ line: 1, quantityMilli: 2000 }];
    const [first, second] = [ask(WORLD, 30, wanted), ask(WORLD, 31, wanted)];
    const once = after(WORLD, first);
    expect(anomalies(decide(once, second))).toEqual([
      { kind: 'refund_exceeds_sale', details: { orderId: SALE.id, refundId: id(31), lines: [1] } },
    ]);
    const twice = after(once, second);
    expect([twice.has(`refund:${id(30)}`), twice.has(`refund:${id(31)}`)]).toEqual([true, true]);
    expect(orderIn(twice).returned?.lines).toEqual([{ line: 1, quantityMilli: 4000, totalMinor: 40_000 }]);
    expect(remaindersOf(orderIn(twice))[1]).toEqual({ line: 1, quantityMilli: 0, totalMinor: 0 });
  });

  test('two tills that gave different lines back to the same card: more than it paid is told too', () => {
    const order = saleOf([
      { priceMinor: 50_000, quantityMilli: 1000 },
      { priceMinor: 50_000, quantityMilli: 1000 },
    ]);
    const world = worldOf(order, [paid(20, 'card', 60_000), paid(21, 'cash', 40_000)]);
    const second = ask(world, 31, [{ line: 1, quantityMilli: 1000 }]);
    const once = after(world, ask(world, 30, [{ line: 0, quantityMilli: 1000 }]));
    expect(anomalies(decide(once, second))).toEqual([
      { kind: 'refund_exceeds_payment', details: { orderId: order.id, refundId: id(31), paymentIds: [id(20)] } },
    ]);
    expect(orderIn(after(once, second)).status).toBe('refunded');
  });

  test.each([
    ['that nobody knows', undefined],
    ['that was cancelled', 'cancelled'],
  ] as const)('of an order %s: kept, and told', (_name, status) => {
    const args = ask(WORLD, 30, [{ line: 0, quantityMilli: 1000 }]);
    const world = new Map(WORLD);
    if (status) world.set(`order:${id(10)}`, { ...SALE, status });
    else world.delete(`order:${id(10)}`);
    const decision = decide(world, args);
    expect(anomalies(decision)).toMatchObject([{ kind: 'refund_without_sale' }]);
    expect(decision.kind === 'apply' && decision.puts.map(({ type }) => type)).toEqual(['refund', 'payment']);
  });
});

test('any way of giving a sale back in parts adds up to the sale, by line and by tender', () => {
  const line = fc.record({
    priceMinor: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_000_000 })),
    quantityMilli: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 9000 })),
  });
  const discount = fc.option(
    fc.integer({ min: 1, max: 9900 }).map((basisPoints): Discount => ({ kind: 'percent', basisPoints })),
    { nil: undefined },
  );
  const parts = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 100 })), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      discount,
      fc.nat({ max: 100 }),
      parts,
      (lines, off, share, steps) => {
        const order = saleOf(lines, off);
        fc.pre(order.totalMinor > 0);
        const card = Math.floor((order.totalMinor * share) / 100);
        const money = [
          ...(card > 0 ? [paid(20, 'card', card)] : []),
          ...(order.totalMinor > card ? [paid(21, 'cash', order.totalMinor - card)] : []),
        ];
        let world = worldOf(order, money);
        const back = new Map<number, number>();
        const giveBack = (n: number, wanted: readonly { line: number; quantityMilli: number }[]) => {
          const args = ask(world, n, wanted);
          if (args.refund.totalMinor === 0) return;
          for (const one of args.refund.lines) {
            const price = Math.max(
              order.lines[one.line]?.priceMinor ?? 0,
              priceReaching(one.totalMinor, one.quantityMilli),
            );
            expect(lineTotal(price, one.quantityMilli)).toBeGreaterThanOrEqual(one.totalMinor);
            back.set(one.line, (back.get(one.line) ?? 0) + one.totalMinor);
          }
          expect(anomalies(decide(world, args))).toEqual([]);
          world = after(world, args);
        };
        let n = 100;
        for (const [which, percent] of steps) {
          const left = remaindersOf(orderIn(world))[which % order.lines.length];
          if (left && left.quantityMilli > 0) {
            giveBack((n += 1), [
              { line: left.line, quantityMilli: Math.max(1, Math.floor((left.quantityMilli * percent) / 100)) },
            ]);
          }
        }
        const rest = remaindersOf(orderIn(world)).filter(({ quantityMilli }) => quantityMilli > 0);
        if (rest.length > 0)
          giveBack(
            n + 1,
            rest.map(({ line: at, quantityMilli }) => ({ line: at, quantityMilli })),
          );
        expect(orderIn(world).status).toBe('refunded');
        for (const [at, sold] of order.lines.entries()) expect(back.get(at) ?? 0).toBe(sold.totalMinor);
        for (const payment of money) {
          const given = moneyIn(world).filter(({ refundOf }) => refundOf === payment.id);
          expect(sumMinor(given.map(({ amountMinor }) => amountMinor))).toBe(payment.amountMinor);
        }
      },
    ),
  );
});
