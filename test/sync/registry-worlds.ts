/** Arguments of every mutator and rows that it may find: what the properties of the registry are tried on. */
import fc from 'fast-check';
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Passport } from '#shared/clients/passport.schema.ts';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import type { FreeCode, Kiosk, KioskLedgerEntry } from '#shared/kiosk/kiosk.schema.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { Refund } from '#shared/payments/refunds.schema.ts';
import type { Report } from '#shared/reports/reports.schema.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import type { MutationContext } from '#shared/sync/mutator.ts';
import type { MutatorName } from '#shared/sync/registry.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';

export const id = (n: number) => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const WRITER = { organizationId: id(1), shopId: id(2), deviceId: id(3) };
export const CONTEXT: MutationContext = { writer: WRITER, at: 1_763_000_000_000 };
export const PLACED = ['draft', 'awaiting_payment'] as const;

export const order = (status: Order['status'], n = 10): Order => ({
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
export const payment = (kind: Payment['kind'], amountMinor: number, n: number): Payment => ({
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
export const refund = (n: number, quantityMilli: number, totalMinor: number): Refund => ({
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
export const visit = (status: Visit['status']): Visit => ({
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
export const record = (status: FiscalRecord['status'], updatedAt: number, documentNumber?: number): FiscalRecord => ({
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

export const client = (status: Client['status'], tags: string[] = []): Client => ({
  id: id(50),
  shopId: WRITER.shopId,
  name: 'Смирнова Елена',
  phones: [],
  tags,
  status,
  createdAt: 1,
  updatedAt: 2,
});
const sealed = (letter: string) => `s1.${letter.repeat(40)}`;
export const passport = (series: string): Passport => ({
  id: id(50),
  shopId: WRITER.shopId,
  series: sealed(series),
  createdAt: 1,
  updatedAt: 2,
});
export const appliance = (photos: string[] = []): Appliance => ({
  id: id(55),
  clientId: id(50),
  shopId: WRITER.shopId,
  kind: 'television',
  title: 'Samsung QE55Q60',
  extraFeeMinor: 0,
  photos,
  createdAt: 1,
  updatedAt: 2,
});
const PHOTOS = ['a'.repeat(64), 'b'.repeat(64)];
const seenStatus = fc.option(fc.constantFrom<Client['status'][]>('new', 'awaiting_contract', 'processed'), {
  nil: undefined,
});
const choice = (field: string, row: number) =>
  fc.constantFrom(1, 2, 3, 4).map((mid) => ({
    id: id(row),
    field,
    choose: { deviceId: id(mid), incarnation: 1, mid },
    by: 'Анна',
  }));
const CLIENT_PHONES = ['client', 50, 'phone', '+79001234567', '+79007654321'] as const;
const SERIES = ['passport', 50, 'series', sealed('A'), sealed('B')] as const;
const TITLES = ['appliance', 55, 'title', 'Samsung', 'LG'] as const;
const side = (mid: number, value: string | null) => ({ deviceId: id(mid), incarnation: 1, mid, value, at: mid });
const conflict = (
  resolvedAt: number | undefined,
  [entityType, row, field, kept, other]: readonly [string, number, string, string, string] = CLIENT_PHONES,
): FieldConflict => ({
  id: conflictId(id(row), field),
  entityType,
  entityId: id(row),
  field,
  kept: side(1, kept),
  others: [side(2, other), side(3, null)],
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

const freeCode = (redemption: number | undefined): FreeCode => ({
  id: id(60),
  deviceId: WRITER.deviceId,
  hash: 'd'.repeat(64),
  type: 'cash',
  issuedAt: 1,
  expiresAt: 2,
  ...(redemption === undefined ? {} : { consumedAt: 3, redemptionId: id(redemption) }),
});
const kiosk = (status: Kiosk['status']): Kiosk => ({ id: WRITER.deviceId, status, defaultLanguage: 'he' });
const debt = (kind: KioskLedgerEntry['kind'], n: number): KioskLedgerEntry => ({
  id: id(n),
  deviceId: WRITER.deviceId,
  codeId: id(60),
  kind,
  amountMinor: 48_000,
  at: 3,
});

const NO_RECEIPTS = { count: 0, totalMinor: 0, cashMinor: 0, cardMinor: 0 };
const NO_CASH = { count: 0, totalMinor: 0 };
const NO_TOTALS = { sell: NO_RECEIPTS, sellReturn: NO_RECEIPTS, cashIn: NO_CASH, cashOut: NO_CASH };

/** Arguments of every mutator, legal in form; the rules may still refuse them. */
export const ARGS: Readonly<Record<MutatorName, fc.Arbitrary<unknown>>> = {
  'order.place': orderStatus.map((status) => ({ order: order(status) })),
  'order.advance': fc.constantFrom('awaiting_payment', 'fulfilled', 'cancelled').map((to) => ({ id: id(10), to })),
  'order.mark_print': fc.constantFrom('printed', 'not_printed').map((to) => ({ id: id(10), to })),
  'order.forget_customer': fc.constant({ id: id(10) }),
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
  'report.make': fc.constant({
    report: {
      id: 'RPT-DIAG-ABCDEF-123456',
      visitId: visit('active').id,
      deviceId: WRITER.deviceId,
      kind: 'diagnostics',
      language: 'ru',
      createdAt: 1,
      fileId: 'a'.repeat(64),
      bytes: 1000,
      template: 1,
      contentHash: 'b'.repeat(64),
      copyCode: `${'c'.repeat(21)}A`,
      summary: { now: 0, soon: 1, watch: 0, incomplete: false },
    } satisfies Report,
  }),
  'fiscal.report': records.map((one) => ({ record: one })),
  'kiosk.report_error': fc
    .constantFrom(WRITER.deviceId, id(9))
    .map((kioskId) => ({ id: id(70), kioskId, code: 'B2', message: 'Paper jam detected' })),
  'code.redeem': fc.record({
    codeId: fc.constant(id(60)),
    redemptionId: fc.constantFrom(id(61), id(62)),
    type: fc.constantFrom('cash', 'error'),
    amountMinor: fc.constantFrom(0, 48_000),
  }),
  'code.return': fc.record({
    codeId: fc.constant(id(60)),
    redemptionId: fc.constantFrom(id(61), id(62)),
    returnId: fc.constant(id(63)),
  }),
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
      seenStatus,
    },
    { requiredKeys: ['id'] },
  ),
  'client.take': fc.constantFrom(id(80), id(81)).map((memberId) => ({ id: id(50), memberId, by: 'Анна' })),
  'client.advance': clientStatus.filter((to) => to !== 'new').map((to) => ({ id: id(50), to })),
  'client.delete': fc.constantFrom({ id: id(50) }, { id: id(50), appliances: [id(55)] }),
  'passport.patch': fc.record({
    id: fc.constant(id(50)),
    set: fc.record(
      {
        series: fc.constantFrom(sealed('A'), sealed('B'), null),
        number: fc.constantFrom(sealed('C'), null),
        photo: fc.constantFrom(...PHOTOS, null),
      },
      { requiredKeys: [] },
    ),
    seenStatus,
  }),
  'passport.reveal': fc.constantFrom('Анна', 'Борис').map((memberName) => ({
    reveal: { id: id(57), clientId: id(50), shopId: id(2), deviceId: id(3), memberId: id(80), memberName, at: 5 },
  })),
  'passport.resolve_conflict': choice('series', 50),
  'appliance.create': fc.tuple(fc.subarray(PHOTOS), seenStatus).map(([photos, seen]) => {
    const { shopId: _, ...made } = appliance(photos.toReversed());
    return { appliance: made, seenStatus: seen };
  }),
  'appliance.patch': fc.record(
    {
      id: fc.constant(id(55)),
      clientId: fc.constantFrom(id(50), id(51)),
      set: fc.record({ title: fc.constantFrom('LG', 'Sony'), specs: fc.constantFrom(null, { Год: '2020' }) }),
      add: fc.record({ photos: fc.subarray(PHOTOS) }),
      remove: fc.record({ photos: fc.subarray(PHOTOS) }),
      seenStatus,
    },
    { requiredKeys: ['id', 'clientId'] },
  ),
  'appliance.delete': fc.record({ id: fc.constant(id(55)), clientId: fc.constantFrom(id(50), id(51)), seenStatus }),
  'appliance.resolve_conflict': choice('title', 55),
  'client.resolve_conflict': fc.constantFrom(1, 2, 3, 4).map((mid) => ({
    id: id(50),
    field: 'phone',
    choose: { deviceId: id(mid), incarnation: 1, mid },
    by: 'Анна',
  })),
};

const PHOTO: Partial<Order> = { imageId: 'a1'.repeat(32) };
const PRINTED: Partial<Order> = { ...PHOTO, printStatus: 'printed', printedAt: 1_763_000_000_000 };
export const WORLD = fc
  .record({
    order: fc.option(
      fc
        .tuple(orderStatus, fc.constantFrom<Partial<Order>>({}, PHOTO, { ...PHOTO, printStatus: 'new' }, PRINTED))
        .map(([status, photo]) => ({ ...order(status), ...photo })),
      { nil: undefined },
    ),
    visit: fc.option(visitStatus.map(visit), { nil: undefined }),
    record: fc.option(records, { nil: undefined }),
    payment: fc.option(fc.constant(payment('payment', 48_000, 20)), { nil: undefined }),
    refund: fc.option(fc.constant(refund(40, 1000, 48_000)), { nil: undefined }),
    client: fc.option(fc.tuple(clientStatus, fc.subarray(['vip', 'опт'])), { nil: undefined }),
    kiosk: fc.option(fc.constantFrom<Kiosk['status'][]>('active', 'inactive', 'error').map(kiosk), { nil: undefined }),
    code: fc.option(fc.constantFrom(undefined, 61, 62).map(freeCode), { nil: undefined }),
    debts: fc.subarray([debt('code_cash', 61), debt('code_returned', 63)]),
    conflict: fc.option(
      fc.tuple(fc.option(fc.constant(7), { nil: undefined }), fc.constantFrom(CLIENT_PHONES, SERIES, TITLES)),
      { nil: undefined },
    ),
    passport: fc.option(fc.constantFrom('A', 'D').map(passport), { nil: undefined }),
    appliance: fc.option(fc.subarray(PHOTOS).map(appliance), { nil: undefined }),
  })
  .map((rows) => {
    const world = new Map<string, Readonly<Record<string, unknown>>>();
    if (rows.order) world.set(`order:${rows.order.id}`, rows.order);
    if (rows.visit) world.set(`visit:${rows.visit.id}`, rows.visit);
    if (rows.record) world.set(`fiscal_record:${rows.record.id}`, rows.record);
    if (rows.payment) world.set(`payment:${rows.payment.id}`, rows.payment);
    if (rows.refund) world.set(`refund:${rows.refund.id}`, rows.refund);
    if (rows.kiosk) world.set(`kiosk:${rows.kiosk.id}`, rows.kiosk);
    if (rows.code) world.set(`free_code:${rows.code.id}`, rows.code);
    for (const entry of rows.debts) world.set(`kiosk_ledger:${entry.id}`, entry);
    if (rows.client) world.set(`client:${id(50)}`, client(...rows.client));
    if (rows.client && rows.passport) world.set(`passport:${id(50)}`, rows.passport);
    if (rows.client && rows.appliance) world.set(`appliance:${id(55)}`, rows.appliance);
    const dispute = rows.conflict && conflict(...rows.conflict);
    if (rows.client && dispute) world.set(`field_conflict:${dispute.id}`, dispute);
    return world;
  });
