import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { canonicalJson } from '../kernel/canonical.ts';
import { MODES } from '../kernel/mode.ts';
import type { Order } from '../orders/orders.schema.ts';
import type { Payment } from '../payments/payments.schema.ts';
import type { Refund } from '../payments/refunds.schema.ts';
import type { Visit } from '../visits/visits.schema.ts';
import { ENTITIES } from './entities.ts';
import type { Decision, MutationContext, Mutator } from './mutator.ts';
import { refKey } from './refs.ts';
import { findMutator, MUTATOR_NAMES, type MutatorName } from './registry.ts';
import { declaredRows } from './replay.ts';

const id = (n: number) => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const WRITER = { organizationId: id(1), shopId: id(2), deviceId: id(3) };
const CONTEXT: MutationContext = { writer: WRITER, at: 1_763_000_000_000 };
const PLACED = ['draft', 'awaiting_payment'] as const;

const order = (status: Order['status'], n = 10): Order => ({
  id: id(n),
  shopId: WRITER.shopId,
  deviceId: WRITER.deviceId,
  number: 'K-0001',
  origin: 'kiosk',
  status,
  printStatus: 'none',
  lines: [
    {
      name: 'Мойка кузова',
      priceMinor: 48_000,
      quantityMilli: 1000,
      totalMinor: 48_000,
      vat: 'vat20',
      paymentObject: 'service',
      unit: 'piece',
    },
  ],
  totalMinor: 48_000,
  currency: 'RUB',
  createdAt: 1_763_000_000_000,
});
const payment = (kind: Payment['kind'], amountMinor: number, n: number): Payment => ({
  id: id(n),
  orderId: id(10),
  shopId: WRITER.shopId,
  deviceId: WRITER.deviceId,
  kind,
  method: 'cash',
  provider: 'cashdesk',
  amountMinor,
  currency: 'RUB',
  confirmedAt: 1_763_000_000_000,
});
const refund = (n: number, quantityMilli: number, totalMinor: number): Refund => ({
  id: id(n),
  orderId: id(10),
  shopId: WRITER.shopId,
  deviceId: WRITER.deviceId,
  taskId: id(n + 100),
  lines: [{ line: 0, quantityMilli, totalMinor }],
  totalMinor,
  currency: 'RUB',
  reason: 'unwanted',
  operatorName: 'Иванова',
  approvedBy: 'Петрова',
  createdAt: 1_763_000_000_000,
});
const visit = (status: Visit['status']): Visit => ({
  id: 'OBD-ABCDEF-123456',
  deviceId: WRITER.deviceId,
  kind: 'diagnostics',
  status,
  language: 'ru',
  contact: {},
  metadata: {},
  createdAt: 1,
  expiresAt: 2,
});
const record = (status: FiscalRecord['status'], updatedAt: number, documentNumber?: number): FiscalRecord => ({
  id: id(30),
  type: 'sale',
  fiscalDeviceId: 'kkt-1',
  deviceId: WRITER.deviceId,
  shopId: WRITER.shopId,
  status,
  totalMinor: 48_000,
  operator: { name: 'Иванова' },
  createdAt: 1,
  updatedAt,
  ...(documentNumber === undefined
    ? {}
    : {
        document: {
          fiscalDocumentNumber: documentNumber,
          fiscalSign: '0123456789',
          fnNumber: '9999078900001234',
          registrationNumber: '0000000001234567',
          kktSerial: '00106701234567',
          shiftNumber: 1,
          fiscalAt: 1,
          totalMinor: 48_000,
          shiftAutoOpened: false,
          printed: true,
        },
      }),
});

const orderStatus = fc.constantFrom<Order['status'][]>(
  'draft',
  'awaiting_payment',
  'paid',
  'fulfilled',
  'cancelled',
  'refunded',
);
const visitStatus = fc.constantFrom<Visit['status'][]>('active', 'completed', 'expired', 'failed');
const recordStatus = fc.constantFrom<FiscalRecord['status'][]>('queued', 'in_progress', 'done', 'error', 'unknown');
const records = fc
  .record({
    status: recordStatus,
    updatedAt: fc.nat({ max: 3 }),
    document: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
  })
  .map(({ status, updatedAt, document }) => record(status, updatedAt, document));

const NO_RECEIPTS = { count: 0, totalMinor: 0, cashMinor: 0, cardMinor: 0 };
const NO_CASH = { count: 0, totalMinor: 0 };
const NO_TOTALS = { sell: NO_RECEIPTS, sellReturn: NO_RECEIPTS, cashIn: NO_CASH, cashOut: NO_CASH };

/** Arguments of every mutator, legal in form; the rules may still refuse them. */
const ARGS: Readonly<Record<MutatorName, fc.Arbitrary<unknown>>> = {
  'order.place': orderStatus.map((status) => ({ order: order(status) })),
  'order.advance': fc.constantFrom('awaiting_payment', 'fulfilled', 'cancelled').map((to) => ({ id: id(10), to })),
  'payment.settle': fc
    .array(
      fc.record({
        kind: fc.constantFrom<Payment['kind'][]>('payment', 'refund'),
        amount: fc.constantFrom(48_000, 24_000, 1),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((parts) => ({ payments: parts.map(({ kind, amount }, index) => payment(kind, amount, 20 + index)) })),
  'fiscal.shift_report': fc.constant({
    report: {
      id: id(40),
      kind: 'z',
      fiscalDeviceId: 'fd-1',
      shopId: id(1),
      deviceId: id(2),
      at: 1,
      operatorName: 'Анна',
      automatic: false,
      counts: [],
      shiftNumber: 1,
      kktSerial: '00106701234567',
      fnNumber: '9999078902001234',
      register: NO_TOTALS,
      ledger: NO_TOTALS,
      drawerMinor: 0,
      differences: [],
      causes: [],
      unsentDocuments: 0,
    },
  }),
  'refund.make': fc
    .record({
      quantityMilli: fc.constantFrom(1000, 500, 1),
      totalMinor: fc.constantFrom(48_000, 24_000, 1),
      refundOf: fc.constantFrom(id(20), id(21)),
    })
    .map(({ quantityMilli, totalMinor, refundOf }) => ({
      refund: refund(40, quantityMilli, totalMinor),
      payments: [{ ...payment('refund', totalMinor, 41), refundOf }],
    })),
  'visit.start': visitStatus.map((status) => ({ visit: visit(status) })),
  'visit.update': fc.constant({ id: visit('active').id, contact: { email: 'a@b.ru' } }),
  'visit.finish': fc
    .constantFrom('completed', 'expired', 'failed')
    .map((status) => ({ id: visit('active').id, status, finishedAt: 5 })),
  'visit.erase': fc.constant({ id: visit('active').id, erasedAt: 7 }),
  'fiscal.report': records.map((one) => ({ record: one })),
};

const WORLD = fc
  .record({
    order: fc.option(
      orderStatus.map((status) => order(status)),
      { nil: undefined },
    ),
    visit: fc.option(visitStatus.map(visit), { nil: undefined }),
    record: fc.option(records, { nil: undefined }),
    payment: fc.option(fc.constant(payment('payment', 48_000, 20)), { nil: undefined }),
    refund: fc.option(fc.constant(refund(40, 1000, 48_000)), { nil: undefined }),
  })
  .map((rows) => {
    const world = new Map<string, Readonly<Record<string, unknown>>>();
    if (rows.order) world.set(`order:${rows.order.id}`, rows.order);
    if (rows.visit) world.set(`visit:${rows.visit.id}`, rows.visit);
    if (rows.record) world.set(`fiscal_record:${rows.record.id}`, rows.record);
    if (rows.payment) world.set(`payment:${rows.payment.id}`, rows.payment);
    if (rows.refund) world.set(`refund:${rows.refund.id}`, rows.refund);
    return world;
  });

function get(name: MutatorName): Mutator {
  const mutator = findMutator(name);
  if (mutator === undefined) throw new Error(name);
  return mutator;
}

function decide(
  mutator: Mutator,
  args: unknown,
  world: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Decision {
  const parsed = mutator.args.parse(args);
  const rows = declaredRows(mutator.name, mutator.reads(parsed), (key) => world.get(key));
  return mutator.decide(parsed, rows, CONTEXT);
}

const after = (world: ReadonlyMap<string, Readonly<Record<string, unknown>>>, decision: Decision) => {
  const next = new Map(world);
  if (decision.kind === 'apply') for (const put of decision.puts) next.set(refKey(put), put.fields);
  return next;
};

test('who may ask for what', () => {
  expect(
    MUTATOR_NAMES.map((name) => {
      const { fact, modes } = get(name);
      return `${name}: ${MODES.filter((mode) => modes.includes(mode)).join(', ')}${fact ? ' (fact)' : ''}`;
    }),
  ).toEqual([
    'visit.start: kiosk (fact)',
    'visit.update: kiosk',
    'visit.finish: kiosk (fact)',
    'visit.erase: kiosk',
    'order.place: kiosk, cashier',
    'order.advance: kiosk, cashier',
    'payment.settle: kiosk, cashier (fact)',
    'refund.make: cashier (fact)',
    'fiscal.report: kiosk, cashier (fact)',
    'fiscal.shift_report: kiosk, cashier (fact)',
  ]);
});

test('a name that is no mutator is none, also when JavaScript knows it', () => {
  for (const name of ['', 'toString', '__proto__', 'constructor', 'order.nothing'])
    expect(findMutator(name)).toBeUndefined();
});

describe.each(MUTATOR_NAMES)('%s', (name) => {
  const mutator = get(name);

  test('refuses arguments with members it does not know', () => {
    fc.assert(
      fc.property(ARGS[name], (args) => {
        expect(mutator.args.safeParse({ ...(args as object), surprise: 1 }).success).toBe(false);
        expect(mutator.args.safeParse(args).success).toBe(true);
      }),
    );
  });

  test('reads only what it declares, writes only what it reads, in the schema and the scopes of its writer', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        const declared = new Set(mutator.reads(mutator.args.parse(args)).map(refKey));
        const decision = decide(mutator, args, world);
        if (decision.kind === 'reject') return;
        expect(new Set(decision.puts.map(refKey)).size).toBe(decision.puts.length);
        for (const put of decision.puts) {
          expect(declared).toContain(refKey(put));
          expect(ENTITIES[put.type].schema.safeParse(put.fields).success).toBe(true);
          expect([`shop:${WRITER.shopId}`, `device:${WRITER.deviceId}`]).toContain(put.scope);
        }
      }),
    );
  });

  test('decides the same each time and leaves its arguments and rows alone', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        const before = canonicalJson([args, [...world]]);
        expect(decide(mutator, args, world)).toEqual(decide(mutator, args, world));
        expect(canonicalJson([args, [...world]])).toBe(before);
      }),
    );
  });

  test('asked twice changes nothing the second time', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        const once = after(world, decide(mutator, args, world));
        expect(canonicalJson([...after(once, decide(mutator, args, once))])).toBe(canonicalJson([...once]));
      }),
    );
  });

  test.runIf(mutator.fact)('is a fact: it is never refused', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        expect(decide(mutator, args, world).kind).toBe('apply');
      }),
    );
  });
});

describe('money', () => {
  test('a payment is never changed, and the order follows only the exact sum', () => {
    for (const status of PLACED) {
      const world = new Map([[`order:${id(10)}`, order(status)]]);
      const settle = get('payment.settle');
      const paid = after(world, decide(settle, { payments: [payment('payment', 48_000, 20)] }, world));
      expect(paid.get(`order:${id(10)}`)).toMatchObject({ status: 'paid' });
      const again = decide(settle, { payments: [{ ...payment('payment', 1, 20) }] }, paid);
      expect(again).toMatchObject({ kind: 'apply', puts: [] });
      const short = decide(settle, { payments: [payment('payment', 47_999, 20)] }, world);
      expect(short).toMatchObject({ kind: 'apply', anomalies: [{ kind: 'payment_without_order' }] });
      expect(short.kind === 'apply' && short.puts.map(({ type }) => type)).toEqual(['payment']);
    }
  });

  test('two fiscal documents of one task are the gravest anomaly, and the first stays', () => {
    const world = new Map([[`fiscal_record:${id(30)}`, record('done', 5, 1)]]);
    expect(decide(get('fiscal.report'), { record: record('done', 9, 2) }, world)).toMatchObject({
      kind: 'apply',
      puts: [],
      anomalies: [{ kind: 'two_fiscal_documents' }],
    });
  });
});
