import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Order } from '#shared/orders/orders.schema.ts';
import { remaindersOf } from '#shared/payments/refunds.rules.ts';
import type { Refund } from '#shared/payments/refunds.schema.ts';
import { createTestDevice, type TestDevice } from './device-world.ts';
import { actor, order, payment, uuid } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let till: TestDevice;
let other: TestDevice;
const device = (n: number) => createTestDevice({ world: () => world, actor: actor(n) });
const SALE: Order = (() => {
  const made = order(2, actor(1));
  return {
    ...made,
    lines: made.lines.map((line) => ({ ...line, quantityMilli: 2000, totalMinor: line.priceMinor * 2 })),
  };
})();
const sale: Order = { ...SALE, totalMinor: SALE.lines.reduce((sum, line) => sum + line.totalMinor, 0) };

beforeEach(async () => {
  world = await createServerWorld();
  till = device(1);
  other = device(2);
  till.do('order.place', { order: sale });
  till.do('payment.settle', { payments: [payment(1, sale)] });
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
});
afterEach(() => world.close());

/** Gives a quantity of the only line back at a till. */
const giveBack = (on: TestDevice, n: number, quantityMilli: number): void => {
  const totalMinor = ((sale.lines[0]?.priceMinor ?? 0) * quantityMilli) / 1000;
  const refund: Refund = {
    id: uuid(6, n),
    orderId: sale.id,
    shopId: sale.shopId,
    deviceId: on.actor.deviceId,
    taskId: uuid(7, n),
    lines: [{ line: 0, quantityMilli, totalMinor }],
    totalMinor,
    currency: 'RUB',
    reason: 'defective',
    operatorName: 'Иванова',
    approvedBy: 'Петрова',
    createdAt: sale.createdAt + 120_000,
  };
  const money = payment(100 + n, sale, {
    kind: 'refund',
    amountMinor: totalMinor,
    refundOf: uuid(5, 1),
    refundId: refund.id,
  });
  on.do('refund.make', { refund, payments: [money] });
};
const seenBy = (on: TestDevice): Order => JSON.parse(on.rows().get(`order:${sale.id}`) ?? '{}') as Order;
const refundsAt = (on: TestDevice) => [...on.rows().keys()].filter((key) => key.startsWith('refund:')).length;
const told = async () => (await world.opened.db.execute(sql`SELECT kind FROM anomalies`)).rows.map(({ kind }) => kind);

test('what one till gave back the other knows, and gives back only the rest', async () => {
  giveBack(till, 1, 1000);
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  expect(seenBy(other)).toEqual(seenBy(till));
  expect(remaindersOf(seenBy(other))[0]?.quantityMilli).toBe(1000);
  giveBack(other, 2, 1000);
  await other.push();
  await Promise.all([till.pull(), other.pull()]);
  expect([seenBy(till).status, seenBy(other).status]).toEqual(['refunded', 'refunded']);
  expect(await told()).toEqual([]);
});

test('two tills without a line give the same thing back: both refunds are kept everywhere, and a person is told', async () => {
  giveBack(till, 1, 2000);
  giveBack(other, 2, 2000);
  expect([seenBy(till).status, seenBy(other).status]).toEqual(['refunded', 'refunded']);
  await till.push();
  await other.push();
  await Promise.all([till.pull(), other.pull()]);
  expect([refundsAt(till), refundsAt(other)]).toEqual([2, 2]);
  expect(seenBy(till)).toEqual(seenBy(other));
  expect(seenBy(till).returned?.lines).toMatchObject([{ line: 0, quantityMilli: 4000 }]);
  expect(remaindersOf(seenBy(till))[0]).toEqual({ line: 0, quantityMilli: 0, totalMinor: 0 });
  expect(new Set(await told())).toEqual(new Set(['refund_exceeds_payment', 'refund_exceeds_sale']));
});
