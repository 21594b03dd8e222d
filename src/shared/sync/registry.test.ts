import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { mayClientBecome } from '../clients/clients.rules.ts';
import type { Client } from '../clients/clients.schema.ts';
import type { FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { canonicalJson } from '../kernel/canonical.ts';
import { MODES } from '../kernel/mode.ts';
import { mayOrderBecome } from '../orders/orders.rules.ts';
import type { Order } from '../orders/orders.schema.ts';
import type { Payment } from '../payments/payments.schema.ts';
import type { Refund } from '../payments/refunds.schema.ts';
import { mayVisitBecome } from '../visits/visits.rules.ts';
import type { Visit } from '../visits/visits.schema.ts';
import { conflictId, type FieldConflict } from './conflict.schema.ts';
import { ENTITIES, ENTITY_TYPES, type EntityType, entityKind } from './entities.ts';
import type { Decision, MutationContext, Mutator, RowPut } from './mutator.ts';
import { refKey } from './refs.ts';
import { findMutator, MUTATOR_NAMES, type MutatorName } from './registry.ts';
import { type BaseLookup, declaredRows, effectOf, UndeclaredWrite } from './replay.ts';
import { scopeKind } from './scopes.ts';

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

const client = (status: Client['status'], tags: string[] = []): Client => ({
  id: id(50),
  shopId: WRITER.shopId,
  name: 'Смирнова Елена',
  phones: [],
  tags,
  status,
  createdAt: 1,
  updatedAt: 2,
});
const side = (mid: number, value: string | null) => ({ deviceId: id(mid), incarnation: 1, mid, value, at: mid });
const conflict = (resolvedAt: number | undefined): FieldConflict => ({
  id: conflictId(id(50), 'phone'),
  entityType: 'client',
  entityId: id(50),
  field: 'phone',
  kept: side(1, '+79001234567'),
  others: [side(2, '+79007654321'), side(3, null)],
  ...(resolvedAt === undefined ? {} : { resolvedAt }),
});
const clientStatus = fc.constantFrom<Client['status'][]>(
  'new',
  'in_verification',
  'awaiting_contract',
  'awaiting_payment',
  'processed',
);

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
  'client.create': fc
    .subarray(['vip', 'опт'])
    .map((tags) => ({ client: { ...client('new', tags.toReversed()), phone: '+79001234567' } })),
  'client.patch': fc.record(
    {
      id: fc.constant(id(50)),
      set: fc.record(
        { name: fc.constantFrom('Анна', 'Ольга'), phone: fc.constantFrom('+79001234567', null) },
        { requiredKeys: [] },
      ),
      add: fc.constant({ tags: ['vip'] }),
      remove: fc.constant({ tags: ['опт'], phones: ['+79001234567'] }),
      by: fc.constant('Анна'),
    },
    { requiredKeys: ['id'] },
  ),
  'client.advance': clientStatus.filter((to) => to !== 'new').map((to) => ({ id: id(50), to })),
  'client.delete': fc.constant({ id: id(50) }),
  'client.resolve_conflict': fc.constantFrom(1, 2, 3, 4).map((mid) => ({
    id: id(50),
    field: 'phone',
    choose: { deviceId: id(mid), incarnation: 1, mid },
    by: 'Анна',
  })),
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
    client: fc.option(fc.tuple(clientStatus, fc.subarray(['vip', 'опт'])), { nil: undefined }),
    conflict: fc.option(fc.option(fc.constant(7), { nil: undefined }).map(conflict), { nil: undefined }),
  })
  .map((rows) => {
    const world = new Map<string, Readonly<Record<string, unknown>>>();
    if (rows.order) world.set(`order:${rows.order.id}`, rows.order);
    if (rows.visit) world.set(`visit:${rows.visit.id}`, rows.visit);
    if (rows.record) world.set(`fiscal_record:${rows.record.id}`, rows.record);
    if (rows.payment) world.set(`payment:${rows.payment.id}`, rows.payment);
    if (rows.refund) world.set(`refund:${rows.refund.id}`, rows.refund);
    if (rows.client) world.set(`client:${id(50)}`, client(...rows.client));
    if (rows.client && rows.conflict) world.set(`field_conflict:${rows.conflict.id}`, rows.conflict);
    return world;
  });

/** Rows that have a state, and which steps there are. A receipt that is done stays done. */
const MACHINES: { readonly [T in EntityType]?: (from: never, to: never) => boolean } = {
  order: mayOrderBecome,
  visit: mayVisitBecome,
  client: mayClientBecome,
  fiscal_record: (from: FiscalRecord['status']) => from !== 'done',
};

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

const rowsOf =
  (world: ReadonlyMap<string, Readonly<Record<string, unknown>>>): BaseLookup =>
  (key) => {
    const fields = world.get(key);
    return fields && { scope: `shop:${WRITER.shopId}`, fields };
  };
const effect = (
  mutator: Mutator,
  world: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  decision: Decision,
): RowPut[] => (decision.kind === 'apply' ? effectOf(mutator, decision, rowsOf(world)) : []);

const after = (mutator: Mutator, world: ReadonlyMap<string, Readonly<Record<string, unknown>>>, decision: Decision) => {
  const next = new Map(world);
  for (const row of effect(mutator, world, decision)) {
    if (row.fields === null) next.delete(refKey(row));
    else next.set(refKey(row), row.fields);
  }
  return next;
};

test('who may ask for what', () => {
  expect(
    MUTATOR_NAMES.map((name) => {
      const { fact, modes, merge, writes, scope } = get(name);
      const who = MODES.filter((mode) => modes.includes(mode)).join(', ');
      return `${name}: ${who}${fact ? ' (fact)' : ''} | ${merge} | ${writes.join(', ')} | ${scope}`;
    }),
  ).toEqual([
    'visit.start: kiosk (fact) | insert_once | visit | device',
    'visit.update: kiosk | transitions | visit | device',
    'visit.finish: kiosk (fact) | transitions | visit | device',
    'visit.erase: kiosk | transitions | visit | device',
    'order.place: kiosk, cashier | insert_once | order | shop',
    'order.advance: kiosk, cashier | transitions | order | shop',
    'payment.settle: kiosk, cashier (fact) | insert_once | payment, order | shop',
    'refund.make: cashier (fact) | insert_once | refund, payment, order | shop',
    'fiscal.report: kiosk, cashier (fact) | report | fiscal_record | shop',
    'fiscal.shift_report: kiosk, cashier (fact) | insert_once | shift_report | shop',
    'client.create: manager | insert_once | client | shop',
    'client.patch: manager | fields | client, field_conflict | shop',
    'client.advance: manager | transitions | client | shop',
    'client.delete: manager | delete | client, field_conflict | shop',
    'client.resolve_conflict: manager | transitions | client, field_conflict | shop',
  ]);
});

describe('the registry and the entities agree', () => {
  test.each(ENTITY_TYPES)('%s', (type) => {
    const { merge, fields, schema, scope } = entityKind(type);
    const writers = MUTATOR_NAMES.map(get).filter(({ writes }) => writes.includes(type));
    expect(writers.length > 0).toBe(merge !== 'server');
    for (const writer of writers) expect(writer.scope).toBe(scope);
    expect(fields !== undefined).toBe(merge === 'fields');
    // A field without a rule could be written by nobody, and one that is forgotten would be merged by chance.
    if (fields) expect(Object.keys(fields).toSorted()).toEqual(Object.keys((schema as z.ZodObject).shape).toSorted());
  });

  test('I12 money is never merged, and money and fiscal data never leave the server', () => {
    for (const type of ['payment', 'refund', 'fiscal_record', 'shift_report', 'order'] as const) {
      expect(entityKind(type).merge).not.toBe('fields');
      expect(entityKind(type).retention.serverDays).toBeNull();
    }
    for (const type of ['payment', 'refund', 'shift_report'] as const) {
      expect(entityKind(type).merge).toBe('insert_once');
    }
    for (const name of MUTATOR_NAMES) {
      const { writes, merge } = get(name);
      if (writes.some((type) => type === 'payment' || type === 'fiscal_record')) expect(merge).not.toBe('fields');
    }
  });

  test('a decision that writes what its entry does not name is a fault', () => {
    const honest = get('order.advance');
    const sly: Mutator = { ...honest, writes: ['visit'] };
    const world = new Map([[`order:${id(10)}`, order('paid')]]);
    const decision = decide(sly, { id: id(10), to: 'fulfilled' }, world);
    expect(effect(honest, world, decision)).toHaveLength(1);
    expect(() => effect(sly, world, decision)).toThrow(UndeclaredWrite);
    const deletes: Mutator = { ...get('client.delete'), writes: ['field_conflict'] };
    const files = new Map([[`client:${id(50)}`, client('new')]]);
    expect(() => effect(deletes, files, decide(deletes, { id: id(50) }, files))).toThrow(UndeclaredWrite);
    const patches: Mutator = { ...get('client.patch'), writes: ['field_conflict'] };
    expect(() => effect(patches, files, decide(patches, { id: id(50), set: {} }, files))).toThrow(UndeclaredWrite);
  });
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
        const rows = effect(mutator, world, decision);
        expect(new Set(decision.puts.map(refKey)).size).toBe(decision.puts.length);
        for (const row of rows) {
          expect(declared).toContain(refKey(row));
          expect(mutator.writes).toContain(row.type);
          expect(row.fields === null || ENTITIES[row.type].schema.safeParse(row.fields).success).toBe(true);
        }
        for (const put of decision.puts) {
          expect([`shop:${WRITER.shopId}`, `device:${WRITER.deviceId}`]).toContain(put.scope);
          expect(scopeKind(put.scope)).toBe(mutator.scope);
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

  test('takes nobody a step back: what has a state moves along its transitions only', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        for (const row of effect(mutator, world, decide(mutator, args, world))) {
          const machine = MACHINES[row.type];
          const from = world.get(refKey(row))?.['status'];
          if (machine === undefined || row.fields === null || typeof from !== 'string') continue;
          const { status: to } = row.fields as unknown as { readonly status: string };
          expect(to === from || machine(from as never, to as never), `${row.type}: ${from} to ${to}`).toBe(true);
        }
      }),
    );
  });

  test('asked twice changes nothing the second time', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        const once = after(mutator, world, decide(mutator, args, world));
        expect(canonicalJson([...after(mutator, once, decide(mutator, args, once))])).toBe(canonicalJson([...once]));
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
      const paid = after(settle, world, decide(settle, { payments: [payment('payment', 48_000, 20)] }, world));
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
