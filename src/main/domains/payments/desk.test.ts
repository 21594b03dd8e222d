import { beforeEach, describe, expect, test } from 'vitest';
import { checkTask } from '#shared/fiscal/fiscal.rules.ts';
import { UUID_PATTERN } from '#shared/kernel/ids.ts';
import { type CounterWorld, createCounterWorld, MILK, OLGA } from '#test/doubles/counter-world.ts';
import { deriveId } from './derived-id.ts';
import type { Checkout } from './desk.service.ts';
import { settleTenders, tenderOf } from './receipts.rules.ts';
import type { RefundRequest } from './refunds.service.ts';

const SALE_ID = '00000000-0000-7000-8000-0000000000f1';
const REFUND_ID = '00000000-0000-7000-8000-0000000000f2';
const SALE: Checkout = {
  id: SALE_ID,
  lines: [{ itemId: MILK.id, quantityMilli: 2000, discount: { kind: 'amount', amountMinor: 980 } }],
  tenders: [{ type: 'cash', sumMinor: 20_000 }],
};

const WHOLE: RefundRequest = {
  id: REFUND_ID,
  orderId: SALE_ID,
  lines: [{ line: 0, quantityMilli: 2000 }],
  totalMinor: 17_000,
  reason: 'unwanted',
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
    world.payments.refund({ ...WHOLE, approvalId: world.approve('refund', REFUND_ID) });
    world.state.cashier = undefined;
    expect(world.payments.checkout(SALE)).toEqual(first);
    expect(world.count('orders')).toBe(1);
    expect(world.receipts().map(({ type }) => type)).toEqual(['sale', 'refund']);
  });

  test.each([
    ['33.33 × 3', 3333, 3000, 9999, 10_000],
    ['1000.00 × 0.333', 100_000, 333, 33_300, 33_301],
  ])(
    'AF-26 %s is to the kopeck, on the receipt too, and another sum is refused',
    (_name, price, quantityMilli, total, wrong) => {
      world.core.db.$client
        .prepare("UPDATE catalogue_items SET fields = json_set(fields, '$.priceMinor', ?) WHERE id = ?")
        .run(price, MILK.id);
      const sale = (sumMinor: number): Checkout => ({
        id: SALE_ID,
        lines: [{ itemId: MILK.id, quantityMilli }],
        tenders: [{ type: 'card', sumMinor }],
      });
      expect(() => world.payments.checkout(sale(wrong))).toThrow(
        refusal('payments.amount_mismatch', { totalMinor: total }),
      );
      nothingHappened();
      expect(world.payments.checkout(sale(total)).totalMinor).toBe(total);
      expect(world.receipts()[0]?.receipt).toMatchObject({
        totalMinor: total,
        items: [{ priceMinor: price, quantityMilli, totalMinor: total }],
      });
    },
  );

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
    ['an item that is not sold', { lines: [{ itemId: SALE_ID, quantityMilli: 1000 }] }, 'catalogue.item_not_found'],
    [
      'everything off',
      { lines: [{ itemId: MILK.id, quantityMilli: 1000, discount: { kind: 'percent', basisPoints: 10_000 } }] },
      'orders.empty',
    ],
    [
      'more than everything off',
      { lines: [{ itemId: MILK.id, quantityMilli: 1000, discount: { kind: 'amount', amountMinor: 8991 } }] },
      'app.bad_input',
    ],
  ])('%s is refused, and nothing happened', (_name, change, code) => {
    expect(() => world.payments.checkout({ ...SALE, ...change })).toThrow(refusal(code));
    nothingHappened();
  });

  test('the longest receipt there is fits through sync', () => {
    const line = { itemId: MILK.id, quantityMilli: 1000, discount: { kind: 'amount', amountMinor: 1 } } as const;
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
    expect(heard).toEqual(['sync', 'orders', 'payments', 'fiscal']);
  });
});

describe('a discount above the cashier’s limit', () => {
  // 10 % of 17,980 is 1,798.
  const sale = (amountMinor: number): Checkout => ({
    ...SALE,
    lines: [{ itemId: MILK.id, quantityMilli: 2000 }],
    discount: { kind: 'amount', amountMinor },
  });

  test('up to it nobody is asked, and the line keeps what came off', () => {
    expect(world.payments.checkout(sale(1798)).totalMinor).toBe(16_182);
    const { order } = world.orders.get(SALE_ID);
    expect(order.lines).toMatchObject([{ totalMinor: 16_182, discount: { lineMinor: 0, receiptMinor: 1798 } }]);
    expect(order.discountApprovedBy).toBeUndefined();
  });

  test('above it a supervisor is, and the order says who it was', () => {
    expect(() => world.payments.checkout(sale(1799))).toThrow(
      refusal('staff.approval_required', {
        action: 'discount',
        subject: SALE_ID,
        fullMinor: 17_980,
        discountMinor: 1799,
        limitPercent: 10,
      }),
    );
    nothingHappened();
    const approvalId = world.approve('discount', SALE_ID);
    const made = world.payments.checkout({ ...sale(1799), approvalId });
    expect(world.orders.get(SALE_ID).order.discountApprovedBy).toBe(OLGA.name);
    expect(world.payments.checkout(sale(1799)), 'asked again without the approval').toEqual(made);
    expect(() => world.payments.checkout({ ...sale(1799), id: REFUND_ID, approvalId })).toThrow(
      refusal('staff.approval_required'),
    );
  });

  test('line and receipt discounts count together', () => {
    const lines = [{ itemId: MILK.id, quantityMilli: 2000, discount: { kind: 'amount', amountMinor: 1000 } }] as const;
    expect(() => world.payments.checkout({ ...sale(799), lines })).toThrow(refusal('staff.approval_required'));
    expect(world.payments.checkout({ ...sale(798), lines }).totalMinor).toBe(16_182);
  });

  test('a refused sale leaves the approval good for the next try', () => {
    const approvalId = world.approve('discount', SALE_ID);
    world.state.queueFails = true;
    expect(() => world.payments.checkout({ ...sale(5000), approvalId })).toThrow('the disk is full');
    world.state.queueFails = false;
    expect(world.payments.checkout({ ...sale(5000), approvalId }).totalMinor).toBe(12_980);
  });

  test('a supervisor at the till needs nobody', () => {
    world.state.cashier = OLGA;
    world.payments.checkout(sale(9000));
    expect(world.orders.get(SALE_ID).order.discountApprovedBy).toBe(OLGA.name);
  });
});

test('a derived id is a UUID, the same each time, and of its parent and role alone', () => {
  const ids = [deriveId(SALE_ID, 'sale'), deriveId(SALE_ID, 'refund'), deriveId(REFUND_ID, 'sale')];
  for (const id of ids) expect(id).toMatch(UUID_PATTERN);
  expect(new Set(ids).size).toBe(3);
  expect(deriveId(SALE_ID.toUpperCase(), 'sale')).toBe(ids[0]);
});
