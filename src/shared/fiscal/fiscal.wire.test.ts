import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sumMinor } from '../kernel/money.ts';
import { MeasurementUnit, PaymentMethod, PaymentObject, TaxationSystem, VAT_TYPES } from './fiscal.schema.ts';
import { fromWire, toWire, WireFiscalTask } from './fiscal.wire.ts';

const TASK = {
  taskId: '0190a000-0000-7000-8000-000000000001',
  type: 'sale',
  fiscalDeviceId: 'kkt-1',
  kkt: { ip: '192.168.1.50', port: 5555 },
  operator: { name: 'Иванова А.', vatin: '123456789047' },
  receipt: {
    items: [{ name: 'Диагностика', price: 480, quantity: 1, vat: { type: 'none' } }],
    payments: [{ type: 'card', sum: 480 }],
    total: 480,
    taxationSystem: 'usn_income',
    receiptType: 'sell',
  },
};
type Task = typeof TASK;
const issuesOf = (task: unknown) =>
  WireFiscalTask.safeParse(task).error?.issues.map(({ path }) => path.join('.')) ?? [];
const withReceipt = (change: (receipt: Task['receipt']) => object) => ({
  ...TASK,
  receipt: { ...TASK.receipt, ...change(structuredClone(TASK.receipt)) },
});

test('the contract as the owner wrote it becomes minor units and thousandths', () => {
  expect(fromWire(WireFiscalTask.parse(TASK))).toEqual({
    id: TASK.taskId,
    type: 'sale',
    fiscalDeviceId: 'kkt-1',
    kkt: TASK.kkt,
    operator: TASK.operator,
    receipt: {
      kind: 'sell',
      taxationSystem: 'usn_income',
      items: [
        {
          name: 'Диагностика',
          priceMinor: 48_000,
          quantityMilli: 1000,
          totalMinor: 48_000,
          vat: 'none',
          paymentObject: 'commodity',
          paymentMethod: 'full_payment',
          unit: 'piece',
        },
      ],
      payments: [{ type: 'card', sumMinor: 48_000 }],
      totalMinor: 48_000,
    },
  });
});

const item = fc.record({
  name: fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim().length > 0),
  priceMinor: fc.nat({ max: 100_000_00 }),
  quantityMilli: fc.integer({ min: 1, max: 99_999 }),
  vat: fc.constantFrom(...VAT_TYPES),
  paymentObject: fc.option(fc.constantFrom(...PaymentObject.options), { nil: undefined }),
  paymentMethod: fc.option(fc.constantFrom(...PaymentMethod.options), { nil: undefined }),
  unit: fc.option(fc.constantFrom(...MeasurementUnit.options), { nil: undefined }),
});

test('any sale that adds up comes through both ways unchanged', () => {
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...TaxationSystem.options),
      fc.constantFrom('sell', 'sell_return'),
      (items, taxationSystem, receiptType) => {
        // price × quantity, half a kopeck up, in whole numbers.
        const totals = items.map(({ priceMinor, quantityMilli }) =>
          Math.floor((priceMinor * quantityMilli * 2 + 1000) / 2000),
        );
        const total = sumMinor(totals);
        fc.pre(total > 0);
        const parsed = WireFiscalTask.parse({
          ...TASK,
          type: receiptType === 'sell' ? 'sale' : 'refund',
          receipt: {
            items: items.map(({ priceMinor, quantityMilli, vat, ...rest }) => ({
              ...rest,
              price: priceMinor / 100,
              quantity: quantityMilli / 1000,
              vat: { type: vat },
            })),
            payments: [{ type: 'cash', sum: total / 100 }],
            total: total / 100,
            taxationSystem,
            receiptType,
          },
        });
        const task = fromWire(parsed);
        expect(task.receipt?.items.map(({ totalMinor }) => totalMinor)).toEqual(totals);
        expect(fromWire(WireFiscalTask.parse(JSON.parse(JSON.stringify(toWire(task)))))).toEqual(task);
      },
    ),
  );
});

describe('what does not add up is refused, and said where', () => {
  test.each([
    ['receipt.total', withReceipt(() => ({ total: 480.01, payments: [{ type: 'card', sum: 480.01 }] }))],
    ['receipt.payments', withReceipt(() => ({ payments: [{ type: 'card', sum: 479.99 }] }))],
    ['receipt', { ...TASK, receipt: undefined }],
    ['receipt', { ...TASK, type: 'open_shift' }],
    ['receipt.receiptType', withReceipt(() => ({ receiptType: 'sell_return' }))],
    ['receipt.total', withReceipt(() => ({ total: 480.001 }))],
    ['receipt.payments.0.sum', withReceipt(() => ({ payments: [{ type: 'card', sum: 0 }] }))],
    ['receipt.items.0.quantity', withReceipt(({ items }) => ({ items: [{ ...items[0], quantity: 0.0005 }] }))],
    ['receipt.items.0.quantity', withReceipt(({ items }) => ({ items: [{ ...items[0], quantity: 1.0005 }] }))],
    ['receipt.items.0.price', withReceipt(({ items }) => ({ items: [{ ...items[0], price: -1 }] }))],
    ['operator.vatin', { ...TASK, operator: { name: 'Иванова', vatin: '7707083893' } }],
    ['taskId', { ...TASK, taskId: '1' }],
  ])('%s', (path, task) => {
    expect(issuesOf(task)).toContain(path);
  });
});

test('a shift carries no receipt', () => {
  const { receipt: _, ...shift } = TASK;
  for (const type of ['open_shift', 'close_shift']) {
    const task = fromWire(WireFiscalTask.parse({ ...shift, type }));
    expect(task).not.toHaveProperty('receipt');
    expect(toWire(task)).toEqual({ ...shift, type });
  }
});
