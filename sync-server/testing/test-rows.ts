/** Replicated rows as devices would have pushed them. */
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { Refund } from '#shared/payments/refunds.schema.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { writeRows } from '../sync/rows.writer.ts';
import type { TestApp, TestOrganization } from './test-app.ts';

export interface At extends TestOrganization {
  readonly deviceId: string;
}

export const order = (test: TestApp, at: At, change: Partial<Order> = {}): Order => ({
  id: test.newId(),
  shopId: at.shopId,
  deviceId: at.deviceId,
  number: 'K-0412',
  origin: 'kiosk',
  status: 'paid',
  printStatus: 'none',
  lines: [
    {
      name: 'Диагностика',
      priceMinor: 48_000,
      quantityMilli: 1000,
      totalMinor: 48_000,
      vat: 'vat22',
      paymentObject: 'service',
      unit: 'piece',
    },
  ],
  totalMinor: 48_000,
  currency: 'RUB',
  createdAt: test.clock.now,
  ...(change.status === 'draft' ? {} : { paidAt: test.clock.now }),
  ...change,
});

export const payment = (test: TestApp, of: Order, change: Partial<Payment> = {}): Payment => ({
  id: test.newId(),
  orderId: of.id,
  shopId: of.shopId,
  deviceId: of.deviceId,
  kind: 'payment',
  method: 'card',
  provider: 'cashdesk',
  amountMinor: of.totalMinor,
  currency: 'RUB',
  confirmedAt: of.paidAt ?? of.createdAt,
  ...change,
});

/** The whole of an order, back again. */
export const refund = (test: TestApp, of: Order, change: Partial<Refund> = {}): Refund => ({
  id: test.newId(),
  orderId: of.id,
  shopId: of.shopId,
  deviceId: of.deviceId,
  taskId: test.newId(),
  lines: of.lines.map(({ quantityMilli, totalMinor }, line) => ({ line, quantityMilli, totalMinor })),
  totalMinor: of.totalMinor,
  currency: 'RUB',
  reason: 'unwanted',
  operatorName: 'Иванов И.',
  approvedBy: 'Петрова А.',
  createdAt: of.createdAt,
  ...change,
});

export const record = (test: TestApp, of: Order, change: Partial<FiscalRecord> = {}): FiscalRecord => ({
  id: test.newId(),
  type: 'sale',
  fiscalDeviceId: 'fd-1',
  deviceId: of.deviceId,
  shopId: of.shopId,
  orderId: of.id,
  status: 'done',
  totalMinor: of.totalMinor,
  operator: { name: 'Иванов И.' },
  createdAt: of.createdAt,
  updatedAt: of.createdAt,
  ...change,
});

export async function put(
  test: TestApp,
  { organizationId }: TestOrganization,
  rows: {
    readonly orders?: readonly Order[];
    readonly payments?: readonly Payment[];
    readonly records?: readonly FiscalRecord[];
    readonly refunds?: readonly Refund[];
  },
): Promise<void> {
  const { orders = [], payments = [], records = [], refunds = [] } = rows;
  const puts: RowPut[] = [
    ...orders.map((fields) => ({ type: 'order' as const, id: fields.id, scope: shopScope(fields.shopId), fields })),
    ...payments.map((fields) => ({ type: 'payment' as const, id: fields.id, scope: shopScope(fields.shopId), fields })),
    ...refunds.map((fields) => ({ type: 'refund' as const, id: fields.id, scope: shopScope(fields.shopId), fields })),
    ...records.map((fields) => ({
      type: 'fiscal_record' as const,
      id: fields.id,
      scope: shopScope(fields.shopId),
      fields,
    })),
  ];
  await test.db.transaction((tx) => writeRows(tx, organizationId, puts, test.clock.now));
}
