/** Deterministic orders, payments and identities for the tests and the benchmark of sync. */
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { Order, OrderLine } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';

/** A UUID of the right shape that says what it is. */
export const uuid = (kind: number, n: number): string =>
  `0190${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const ORGANIZATION = uuid(1, 1);
export const shopId = (n: number): string => uuid(2, n);
export const deviceId = (n: number): string => uuid(3, n);

export interface TestActor {
  readonly organizationId: string;
  readonly shopId: string;
  readonly deviceId: string;
  readonly mode: Mode;
  readonly incarnation: number;
}

export const actor = (device: number, shop = 1, mode: Mode = 'cashier'): TestActor => ({
  organizationId: ORGANIZATION,
  shopId: shopId(shop),
  deviceId: deviceId(device),
  mode,
  incarnation: 1,
});

const NAMES = ['Мойка кузова', 'Диагностика двигателя', 'Масло 5W-30, 4 л', 'Щётка стеклоочистителя', 'Ароматизатор'];

/** About 520 bytes of JSON. */
export function order(n: number, by: TestActor, changes: Partial<Order> = {}): Order {
  const line = (index: number): OrderLine => {
    const priceMinor = 10_000 + ((n * 37 + index * 1009) % 90_000);
    return {
      name: NAMES[(n + index) % NAMES.length] ?? 'Товар',
      priceMinor,
      quantityMilli: 1000,
      totalMinor: priceMinor,
      vat: 'vat20',
      paymentObject: 'commodity',
      unit: 'piece',
    };
  };
  const lines = n % 2 === 0 ? [line(0)] : [line(0), line(1)];
  return {
    id: uuid(4, n),
    shopId: by.shopId,
    deviceId: by.deviceId,
    number: `K-${String(n).padStart(4, '0')}`,
    origin: 'cashier',
    status: 'awaiting_payment',
    printStatus: 'none',
    lines,
    totalMinor: lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
    currency: 'RUB',
    createdAt: 1_763_000_000_000 + n,
    ...changes,
  };
}

export const payment = (n: number, of: Order, changes: Partial<Payment> = {}): Payment => ({
  id: uuid(5, n),
  orderId: of.id,
  shopId: of.shopId,
  deviceId: of.deviceId,
  kind: 'payment',
  method: 'cash',
  provider: 'cashdesk',
  amountMinor: of.totalMinor,
  currency: of.currency,
  confirmedAt: of.createdAt + 60_000,
  ...changes,
});

export const client = (
  n: number,
  by: TestActor,
  changes: Partial<Client> = {},
): Client & { readonly status: 'new' } => ({
  id: uuid(6, n),
  shopId: by.shopId,
  name: `Клиент ${n}`,
  phones: [],
  tags: [],
  createdAt: 1_763_000_000_000 + n,
  updatedAt: 1_763_000_000_000 + n,
  ...changes,
  status: 'new',
});
