import { beforeEach, describe, expect, test } from 'vitest';
import { fiscalRecords } from '#main/domains/fiscal/fiscal.tables.ts';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { type CounterWorld, createCounterWorld, DIAGNOSTICS, MILK } from '#test/doubles/counter-world.ts';
import { TEST_WRITER } from '#test/doubles/local-sync.ts';

const FN = '9999078900005419';
const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

let world: CounterWorld;
const sell = (n: number, itemId: string, quantityMilli: number) => {
  world.core.advance(1000);
  return world.payments.checkout({
    id: id(n),
    lines: [{ itemId, quantityMilli }],
    tenders: [{ type: 'cash', sumMinor: 1_000_000 }],
  });
};
const receipt = (n: number, orderId: string, type: 'sale' | 'refund', documentNumber: number, fiscalSign: string) => {
  const fields: FiscalRecord = {
    id: id(n),
    type,
    fiscalDeviceId: 'fd-1',
    deviceId: TEST_WRITER.deviceId,
    shopId: TEST_WRITER.shopId,
    orderId,
    status: 'done',
    totalMinor: 100,
    operator: { name: 'Иванова' },
    createdAt: 1,
    updatedAt: 1,
    document: {
      fiscalDocumentNumber: documentNumber,
      fiscalSign,
      fnNumber: FN,
      registrationNumber: '0000000001012345',
      kktSerial: '00106700000001',
      shiftNumber: 1,
      fiscalAt: 1,
      totalMinor: 100,
      shiftAutoOpened: false,
      printed: true,
    },
  };
  world.core.db.insert(fiscalRecords).values({ id: fields.id, scope: 'shop:1', ver: 1, fields }).run();
};
const find = (text: string) => world.orders.recent(10, text).map(({ order }) => order.number);
const plan = (sql: string) =>
  world.core.db.$client
    .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => detail)
    .join('\n');

beforeEach(() => {
  world = createCounterWorld({ mode: 'cashier' });
  sell(1, MILK.id, 1000);
  sell(2, DIAGNOSTICS.id, 1000);
  sell(3, MILK.id, 3000);
  receipt(11, id(1), 'sale', 1042, '0012345678');
  receipt(12, id(3), 'sale', 1043, '1112345678');
  receipt(13, id(1), 'refund', 1044, '2212345678');
});

describe('a sale is found', () => {
  test.each([
    ['by its number', 'c-0002', ['C-0002']],
    ['by its number in a Russian layout, without zeros', 'С2', ['C-0002']],
    ['by the beginning of its number', 'C-00', ['C-0003', 'C-0002', 'C-0001']],
    ['by its number alone', '3', ['C-0003']],
    ['by its sum', '480', ['C-0002']],
    ['by its sum with kopecks', '269,70', ['C-0003']],
    ['by its fiscal document', '1043', ['C-0003']],
    ['by the document of its refund', '1044', ['C-0001']],
    ['by part of a name in any case', 'МОЛОКО', ['C-0003', 'C-0001']],
    ['not by what nobody sold', 'кефир', []],
  ])('%s', (_name, text, numbers) => {
    expect(find(text)).toEqual(numbers);
  });
});

describe('the receipt in a buyer’s hand', () => {
  const search = (fiscalDocumentNumber: number, fiscalSign: string, fnNumber = FN) =>
    world.orders.findByReceipt({ fiscalDocumentNumber, fiscalSign, fnNumber })?.order.id ?? null;

  test('names its sale, with the zeros of its sign or without them', () => {
    expect([search(1042, '0012345678'), search(1042, '12345678')]).toEqual([id(1), id(1)]);
  });

  test('a refund’s receipt names the sale it is of', () => {
    expect(search(1044, '2212345678')).toBe(id(1));
  });

  test.each([
    ['another sign', 1042, '999', FN],
    ['another document', 1050, '12345678', FN],
    ['another fiscal memory', 1042, '12345678', '9999078900000000'],
  ])('%s: nothing is found', (_name, number, sign, fn) => {
    expect(search(number, sign, fn)).toBeNull();
  });
});

test('each way of searching has its index', () => {
  expect(plan("SELECT rowid FROM orders WHERE number >= 'C-04' AND number < 'C-05'")).toContain('orders_by_number');
  const bySum = plan('SELECT fields FROM orders WHERE total_minor = 100 ORDER BY created_at DESC LIMIT 30');
  expect(bySum).toContain('orders_by_total');
  expect(bySum).not.toContain('TEMP B-TREE');
  expect(plan(`SELECT fields FROM fiscal_records WHERE document_number = 1 AND fn_number = '${FN}'`)).toContain(
    'fiscal_records_by_document (document_number=? AND fn_number=?)',
  );
  expect(plan("SELECT fields FROM refunds WHERE order_id IN ('1', '2')")).toContain('refunds_by_order');
});
