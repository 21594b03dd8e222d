import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench } from '#emulators/kkt/testing.ts';
import { describeBindings } from '#emulators/kkt/testing-bindings.ts';
import { Receipt } from '#shared/fiscal/fiscal.schema.ts';
import type { FiscalRegister } from '../fiscal.register.ts';
import { openFptrRegister } from './register.ts';

const operator = { name: 'Кассир Иванов И.', vatin: '123456789047' };
const receipt = (kind: 'sell' | 'sell_return', cashMinor: number, cardMinor: number) =>
  Receipt.parse({
    kind,
    taxationSystem: 'osn',
    items: [
      {
        name: 'Товар',
        priceMinor: cashMinor + cardMinor,
        quantityMilli: 1000,
        totalMinor: cashMinor + cardMinor,
        vat: 'none',
      },
    ],
    payments: [
      { type: 'cash', sumMinor: cashMinor },
      { type: 'card', sumMinor: cardMinor },
    ].filter(({ sumMinor }) => sumMinor > 0),
    totalMinor: cashMinor + cardMinor,
  });

describeBindings('the shift of a register', (bind) => {
  let bench: Bench;
  let register: FiscalRegister;
  let tasks = 0;

  beforeEach(async () => {
    bench = await openBench();
    register = await openFptrRegister({
      binding: bind(),
      timeZone: () => 'Europe/Moscow',
      check: { tries: 3, pauseMs: 5 },
    })({ ip: '127.0.0.1', port: bench.register().port });
  });
  afterEach(async () => {
    await register.close();
    await bench.dispose();
  });
  const print = (kind: 'sell' | 'sell_return', cashMinor: number, cardMinor: number) =>
    register.printReceipt({ taskId: `task-${(tasks += 1)}`, operator, receipt: receipt(kind, cashMinor, cardMinor) });
  const move = async (direction: 'in' | 'out', amountMinor: number) =>
    register.moveCash({ operator, direction, amountMinor, before: await register.cashReading(direction) });

  test('counts sales, returns and cash by tender, and begins anew with a new shift', async () => {
    await print('sell', 300_00, 700_00);
    await print('sell', 50_50, 0);
    await print('sell_return', 50_50, 0);
    expect(await move('in', 1000_00)).toEqual({ outcome: 'moved', shiftNumber: 1 });
    expect(await move('out', 200_00)).toEqual({ outcome: 'moved', shiftNumber: 1 });
    expect(await register.counters()).toEqual({
      totals: {
        sell: { count: 2, totalMinor: 1050_50, cashMinor: 350_50, cardMinor: 700_00 },
        sellReturn: { count: 1, totalMinor: 50_50, cashMinor: 50_50, cardMinor: 0 },
        cashIn: { count: 1, totalMinor: 1000_00 },
        cashOut: { count: 1, totalMinor: 200_00 },
      },
      drawerMinor: 1100_00,
    });
    await register.closeShift({ taskId: 'close', operator });
    await register.openShift({ taskId: 'open', operator });
    const { totals, drawerMinor } = await register.counters();
    expect(totals.sell.count + totals.cashIn.count).toBe(0);
    expect(drawerMinor).toBe(1100_00);
  });

  test('cash put in while the shift is closed opens it, and is counted in the new one', async () => {
    await print('sell', 100, 0);
    await move('in', 500);
    await register.closeShift({ taskId: 'close', operator });
    expect(await move('in', 700)).toEqual({ outcome: 'moved', shiftNumber: 2 });
  });

  test('more cash than the drawer holds is refused, and nothing is moved', async () => {
    await move('in', 500);
    expect(await move('out', 501)).toMatchObject({ outcome: 'not_closed', error: { driverCode: 80 } });
    expect((await register.counters()).drawerMinor).toBe(500);
  });

  test.each([
    ['before_fn_write', 'not_closed'],
    ['after_fn_write_before_answer', 'moved'],
  ] as const)('a link lost at %s: the counter says %s', async (point, outcome) => {
    await move('in', 500);
    await bench.arm({ point, method: 'cash_income' });
    expect(await move('in', 700)).toMatchObject({ outcome });
  });

  test('a slip that ran out of paper is finished before the next receipt, by itself', async () => {
    await register.openShift({ taskId: 'open', operator });
    await bench.arm({ point: 'paper_out_after_write', method: 'cash_income' });
    expect(await move('in', 500)).toMatchObject({ outcome: 'moved' });
    expect(await print('sell', 100, 0)).toMatchObject({ outcome: 'not_closed', error: { driverCode: 177 } });
    await bench.post('/paper', { present: true });
    expect(await print('sell', 100, 0)).toMatchObject({ outcome: 'closed' });
    expect((await bench.tape()).match(/ВНЕСЕНИЕ/g)).toHaveLength(1);
  });

  test('a copy of a document and plain text come out on paper, and make no document', async () => {
    await print('sell', 123_45, 0);
    await register.printCopy(2);
    await register.printText(['Отчёт', 'строка вторая']);
    const tape = await bench.tape();
    expect(tape).toContain('КОПИЯ ДОКУМЕНТА');
    expect(tape).toContain('строка вторая');
    expect((await register.status()).lastDocumentNumber).toBe(2);
    await expect(register.printCopy(99)).rejects.toMatchObject({ name: 'RegisterError' });
    // Text left no document open: the next receipt is printed.
    expect(await print('sell', 100, 0)).toMatchObject({ outcome: 'closed' });
  });
});
