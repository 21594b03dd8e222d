import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RegisterOptions } from '#emulators/kkt/register.ts';
import { type Bench, openBench } from '#emulators/kkt/testing.ts';
import { describeBindings } from '#emulators/kkt/testing-bindings.ts';
import { Receipt } from '#shared/fiscal/fiscal.schema.ts';
import { wallToUnixMs } from '#shared/kernel/wall-time.ts';
import type { FiscalRegister, RegisterOutcome } from '../fiscal.register.ts';
import { DriverError } from './constants.ts';
import { type FptrRegisterOptions, openFptrRegister } from './register.ts';

const operator = { name: 'Иванова Анна', vatin: '123654789507' };
const TASK = '0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b';
const DAY_MS = 24 * 60 * 60 * 1000;

/** Latte twice, 480.00, 400 by card and 80 in cash. */
const sale = (change: Partial<Receipt> = {}): Receipt =>
  Receipt.parse({
    kind: 'sell',
    taxationSystem: 'usn_income',
    items: [{ name: 'Латте 0,4', priceMinor: 24000, quantityMilli: 2000, totalMinor: 48000, vat: 'vat10' }],
    payments: [
      { type: 'cash', sumMinor: 8000 },
      { type: 'card', sumMinor: 40000 },
    ],
    totalMinor: 48000,
    ...change,
  });

const one = (name: string, minor: number, vat: string): Partial<Receipt> =>
  sale({
    items: Receipt.shape.items.parse([{ name, priceMinor: minor, quantityMilli: 1000, totalMinor: minor, vat }]),
    payments: [{ type: 'cash', sumMinor: minor }],
    totalMinor: minor,
  });

function closed(outcome: RegisterOutcome) {
  if (outcome.outcome !== 'closed') throw new Error(JSON.stringify(outcome));
  return outcome.document;
}

describeBindings('a register', (bind) => {
  let bench: Bench;
  let register: FiscalRegister;
  let offsetMs = 0;

  const connect = (options: Partial<FptrRegisterOptions> = {}): Promise<FiscalRegister> =>
    openFptrRegister({
      binding: bind(),
      timeZone: () => 'Europe/Moscow',
      check: { tries: 3, pauseMs: 5 },
      ...options,
    })({ ip: '127.0.0.1', port: bench.register().port });
  const start = async (options: Partial<RegisterOptions> = {}): Promise<void> => {
    bench = await openBench({ now: () => Date.now() + offsetMs, ...options });
    register = await connect();
  };
  const print = (receipt = sale(), taskId = TASK): Promise<RegisterOutcome> =>
    register.printReceipt({ taskId, operator, receipt });

  beforeEach(async () => {
    offsetMs = 0;
    await start();
  });
  afterEach(async () => {
    await register.close();
    await bench.dispose();
  });

  test('tells by which day its fiscal memory must be replaced', async () => {
    const until = wallToUnixMs(await register.fnValidUntil(), 'Europe/Moscow');
    expect(until - Date.now()).toBeGreaterThan(454 * 86_400_000);
  });

  test('lives a day: opens, sells, returns, prints X, closes', async () => {
    const opened = closed(await register.openShift({ taskId: 'open', operator }));
    expect(opened).toMatchObject({ fiscalDocumentNumber: 1, shiftNumber: 1, totalMinor: 0, printed: true });
    expect(opened).not.toHaveProperty('qr');
    expect((await register.status()).shiftState).toBe('open');

    const sold = closed(await print());
    expect(sold).toMatchObject({
      fiscalDocumentNumber: 2,
      receiptNumber: 1,
      shiftNumber: 1,
      totalMinor: 48000,
      fnNumber: '9999078902001234',
      registrationNumber: '0000000001002345',
      shiftAutoOpened: false,
      printed: true,
    });
    expect(Math.abs(sold.fiscalAt - Date.now())).toBeLessThan(5000);
    expect(sold.qr).toMatch(/^t=\d{8}T\d{4}&s=480\.00&fn=9999078902001234&i=2&fp=\d{1,10}&n=1$/);
    expect((await register.status()).cashMinor).toBe(8000);

    const returned = closed(await print(sale({ kind: 'sell_return' }), 'return-task'));
    expect(returned).toMatchObject({ fiscalDocumentNumber: 3, receiptNumber: 2 });
    expect(returned.qr).toMatch(/&n=2$/);
    expect((await register.status()).cashMinor).toBe(0);

    await register.printXReport(operator);
    expect(await bench.tape()).toContain('ОТЧЕТ БЕЗ ГАШЕНИЯ (X)');

    const ended = closed(await register.closeShift({ taskId: 'close', operator }));
    expect(ended).toMatchObject({ fiscalDocumentNumber: 4, shiftNumber: 1 });
    expect(await register.status()).toMatchObject({ shiftState: 'closed', shiftNumber: 1, lastDocumentNumber: 4 });
  });

  test('reads its documents back, ours by their id', async () => {
    const sold = closed(await print());
    expect(sold.shiftAutoOpened).toBe(true);
    const found = await register.findDocument(2);
    expect(found).toMatchObject({ kind: 'sell', taskId: TASK, totalMinor: 48000, receiptNumber: 1, shiftNumber: 1 });
    expect(await register.findDocument(1)).toMatchObject({ kind: 'open_shift', shiftNumber: 1, totalMinor: 0 });
    expect(await register.findDocument(1)).not.toHaveProperty('taskId');
    expect(await register.findDocument(99)).toBeUndefined();
    expect(await register.readDocument(found!)).toEqual({ ...sold, shiftAutoOpened: false });
    expect((await register.lastDocument()).fiscalDocumentNumber).toBe(2);
    // The proof is for machines: the buyer's paper does not show it.
    expect(await bench.tape()).not.toContain(TASK);
  });

  test('an id of 16 characters goes into the attribute of the receipt itself', async () => {
    closed(await print(sale(), 'short-task-00001'));
    expect(await register.findDocument(2)).toMatchObject({ taskId: 'short-task-00001' });
  });

  test('sends every line as it is: names, fractions of a unit, the discounted sum, the buyer, the cashier', async () => {
    const name = 'Груша «Конференция» 🍐'.padEnd(128, 'ё').slice(0, 128);
    const items = [
      { name, priceMinor: 19990, quantityMilli: 1234, totalMinor: 24000, vat: 'vat20', unit: 'kilogram' },
      {
        name: 'Доставка',
        priceMinor: 10000,
        quantityMilli: 1000,
        totalMinor: 10000,
        vat: 'none',
        paymentObject: 'service',
      },
    ];
    const receipt = Receipt.parse({
      ...sale({
        payments: [{ type: 'card', sumMinor: 34000 }],
        totalMinor: 34000,
        customerContact: 'buyer@example.com',
      }),
      items,
    });
    closed(await print(receipt));
    const [, document] = await bench.documents();
    const tags = (document?.['tlvs'] ?? []) as { tag: number; value: unknown }[];
    const value = (list: { tag: number; value: unknown }[], tag: number): unknown =>
      list.find((each) => each.tag === tag)?.value;
    const lines = tags
      .filter((each) => each.tag === 1059)
      .map((each) => each.value as { tag: number; value: unknown }[]);
    expect(
      lines.map((line) => [1030, 1079, 1023, 1043, 1199, 1212, 1214, 2108].map((tag) => value(line, tag))),
    ).toEqual([
      [name, 19990, 1234, 24000, 1, 1, 4, 11],
      ['Доставка', 10000, 1000, 10000, 6, 4, 4, 0],
    ]);
    expect([1008, 1021, 1203, 1055, 1081, 1031, 1102, 1105].map((tag) => value(tags, tag))).toEqual([
      'buyer@example.com',
      operator.name,
      operator.vatin,
      2,
      34000,
      0,
      4000,
      10000,
    ]);
  });

  test.each(['10.10.6.3', '10.10.7.0'])('driver %s never gets a rate it would take for another', async (version) => {
    await register.close();
    await bench.dispose();
    await start({ version });
    const outcome = await print(sale(one('Кофе', 10000, 'vat22')));
    expect(outcome).toMatchObject({ outcome: 'not_closed', error: { driverCode: 0, retryable: false } });
    expect(await register.status()).toMatchObject({ receiptOpen: false, shiftState: 'closed', lastDocumentNumber: 0 });
    const five = await print(sale(one('Кофе', 10000, 'vat5')));
    expect(five.outcome).toBe(version === '10.10.7.0' ? 'closed' : 'not_closed');
  });

  test('an unpaid receipt is not closed and leaves nothing open', async () => {
    const outcome = await print({ ...sale(), payments: [{ type: 'cash', sumMinor: 100 }] });
    expect(outcome).toMatchObject({ outcome: 'not_closed', error: { driverCode: DriverError.NOT_FULLY_PAID } });
    expect((await register.status()).receiptOpen).toBe(false);
    closed(await print());
  });

  test('a shift of 24 hours refuses receipts until it is closed', async () => {
    closed(await print());
    offsetMs = DAY_MS;
    expect(await register.status()).toMatchObject({ shiftState: 'expired' });
    expect(await print()).toMatchObject({ outcome: 'not_closed', error: { driverCode: DriverError.SHIFT_EXPIRED } });
    closed(await register.closeShift({ taskId: 'close', operator }));
    expect(closed(await print()).shiftAutoOpened).toBe(true);
  });

  test('closing a closed shift and opening an open one are refusals, not doubts', async () => {
    expect(await register.closeShift({ taskId: 'x', operator })).toMatchObject({
      outcome: 'not_closed',
      error: { driverCode: DriverError.DENIED_IN_CLOSED_SHIFT },
    });
    closed(await register.openShift({ taskId: 'x', operator }));
    expect(await register.openShift({ taskId: 'x', operator })).toMatchObject({
      outcome: 'not_closed',
      error: { driverCode: DriverError.DENIED_IN_OPENED_SHIFT },
    });
  });

  test('a receipt that another program left open is cancelled first', async () => {
    await bench.arm({ point: 'hang', method: 'close_receipt', seconds: 0.001 });
    const other = await connect();
    const stuck = other.printReceipt({ taskId: 'other', operator, receipt: sale() });
    await stuck;
    await other.close();
    await register.cancelOpenReceipt();
    closed(await print());
  });

  describe('faults', () => {
    beforeEach(async () => {
      closed(await register.openShift({ taskId: 'open', operator }));
    });

    test('before_fn_write: proved not closed, and the next try is the only document', async () => {
      await bench.arm({ point: 'before_fn_write', method: 'close_receipt' });
      expect(await print()).toMatchObject({
        outcome: 'not_closed',
        error: { driverCode: DriverError.CONNECTION_LOST, retryable: true },
      });
      expect(closed(await print()).fiscalDocumentNumber).toBe(2);
      expect(await bench.documents()).toHaveLength(2);
    });

    test('after_fn_write_before_answer: the driver reports an error, yet the receipt is closed', async () => {
      await bench.arm({ point: 'after_fn_write_before_answer', method: 'close_receipt' });
      const document = closed(await print());
      expect(document).toMatchObject({ fiscalDocumentNumber: 2, printed: true });
      expect(await register.findDocument(2)).toMatchObject({ taskId: TASK });
    });

    test('paper_out_after_write: fiscalised, not printed, finished when there is paper', async () => {
      await bench.arm({ point: 'paper_out_after_write', method: 'close_receipt' });
      const document = closed(await print());
      expect(document.printed).toBe(false);
      expect((await register.status()).paperPresent).toBe(false);
      expect(await register.continuePrint()).toBe(false);
      expect(await print()).toMatchObject({ outcome: 'not_closed', error: { retryable: true } });
      expect((await register.readDocument((await register.findDocument(2))!)).printed).toBe(false);

      await bench.post('/paper', { present: true });
      expect(await register.continuePrint()).toBe(true);
      expect((await register.readDocument((await register.findDocument(2))!)).printed).toBe(true);
      expect((await bench.tape()).match(/КАССОВЫЙ ЧЕК/g)).toHaveLength(1);
      expect(closed(await print()).fiscalDocumentNumber).toBe(3);
    });

    test('link_error_on_check: asked again, and ambiguous when it never answers', async () => {
      await bench.arm({ point: 'link_error_on_check', times: 2 });
      expect(closed(await print()).fiscalDocumentNumber).toBe(2);
      await bench.arm({ point: 'link_error_on_check', times: 3 });
      expect(await print()).toMatchObject({ outcome: 'ambiguous', error: { driverCode: DriverError.NO_CONNECTION } });
      expect(await bench.documents()).toHaveLength(3);
    });

    test('kill after the write: ambiguous here, found by the next connection', async () => {
      await bench.arm({ point: 'kill', when: 'after', method: 'close_receipt' });
      expect(await print()).toMatchObject({ outcome: 'ambiguous' });
      await register.close();
      await bench.restart();
      register = await connect();
      expect(await register.status()).toMatchObject({ lastDocumentNumber: 2, receiptOpen: false });
      expect(await register.findDocument(2)).toMatchObject({ kind: 'sell', taskId: TASK });
    });

    test('fn_blocked and port_busy: nothing was made', async () => {
      await bench.arm({ point: 'fn_blocked' });
      expect(await print()).toMatchObject({
        outcome: 'not_closed',
        error: { driverCode: DriverError.FN_RESOURCE_HAS_EXPIRED },
      });
      await bench.arm({ point: 'fn_blocked', method: 'close_receipt' });
      expect(await print()).toMatchObject({ outcome: 'not_closed' });
      await bench.arm({ point: 'port_busy' });
      await expect(connect()).rejects.toMatchObject({ fault: { driverCode: DriverError.PORT_BUSY, retryable: true } });
      expect(await bench.documents()).toHaveLength(1);
    });

    test('hang: the event loop keeps running, the register is said not to respond, the receipt comes out', async () => {
      await register.close();
      register = await connect({ callLimitMs: 100 });
      await bench.arm({ point: 'hang', method: 'close_receipt', seconds: 1.5 });
      const delay = monitorEventLoopDelay({ resolution: 5 });
      const printing = print();
      await vi.waitFor(() => expect(register.notResponding).toBe(true), { timeout: 10_000, interval: 10 });
      delay.enable();
      const document = closed(await printing);
      delay.disable();
      expect(register.notResponding).toBe(false);
      expect(document.fiscalDocumentNumber).toBe(2);
      // A call made on the main thread would have stopped the loop for the whole second and a half.
      expect(delay.max / 1e6).toBeLessThan(500);
    });
  });

  test('calls made at once come one after another and never mix', async () => {
    const receipts = Array.from({ length: 8 }, (_, index) => sale(one(`Товар ${index}`, 1000 + index, 'none')));
    const outcomes = await Promise.all([
      ...receipts.map((receipt, index) => print(receipt, `task-${index}`)),
      register.status(),
    ]);
    const documents = outcomes.slice(0, -1).map((outcome) => closed(outcome as RegisterOutcome));
    expect(documents.map((document) => document.totalMinor)).toEqual(receipts.map((receipt) => receipt.totalMinor));
    expect(documents.map((document) => document.fiscalDocumentNumber)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await register.findDocument(5)).toMatchObject({ taskId: 'task-3' });
  });

  test('the register remembers everything through a restart, and the driver finds it again', async () => {
    const sold = closed(await print());
    const before = await register.status();
    await bench.restart({ port: bench.register().port });
    // The same handle: the driver connects anew by itself.
    expect({ ...(await register.status()), clock: before.clock }).toEqual(before);
    expect(await register.readDocument((await register.findDocument(2))!)).toEqual({ ...sold, shiftAutoOpened: false });
    expect(closed(await print())).toMatchObject({ fiscalDocumentNumber: 3, receiptNumber: 2, shiftAutoOpened: false });
  });

  test('documents wait for the tax data operator while it is away', async () => {
    await bench.post('/ofd', { online: false });
    closed(await print());
    const status = await register.status();
    expect(status.unsentDocuments).toBe(2);
    expect(status.unsentSince?.year).toBe(status.clock.year);
    await bench.post('/ofd', { online: true });
    expect(await register.status()).not.toHaveProperty('unsentSince');
  });
});
