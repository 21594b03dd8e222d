/** What the register counts and prints of its shift, through the driver's own C interface. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DriverError,
  KktData,
  Param,
  PaymentType,
  ReceiptType,
  ReportType,
} from '#main/domains/fiscal/fptr/constants.ts';
import { int, money, str } from '#main/domains/fiscal/fptr/fptr-param.ts';
import { type Bench, buildShim, openBench } from './testing.ts';
import { openDriver, type TestDriver } from './testing-driver.ts';

const shim = buildShim();
if (shim.path === undefined) console.warn(`counter tests are skipped: ${shim.reason}`);

const CARD = { payBy: PaymentType.ELECTRONICALLY };
const RETURN = { kind: ReceiptType.SELL_RETURN };

describe.skipIf(shim.path === undefined)('a shift of the register', () => {
  let bench: Bench;
  let driver: TestDriver;

  beforeEach(async () => {
    bench = await openBench();
    driver = openDriver(shim.path ?? '');
    await driver.open(bench.register().port);
  });
  afterEach(async () => {
    driver.free();
    await bench.dispose();
  });

  /** Everything that a reconciliation asks for, in one reading. */
  const counters = async () => {
    const kind = (type: number) => [int(Param.RECEIPT_TYPE, type)];
    const paid = (type: number, by: number) =>
      driver.sum(KktData.PAYMENT_SUM, [...kind(type), int(Param.PAYMENT_TYPE, by)]);
    const { SELL, SELL_RETURN } = ReceiptType;
    const { CASH, ELECTRONICALLY } = PaymentType;
    return {
      sales: await driver.count(KktData.RECEIPT_COUNT, kind(SELL)),
      returns: await driver.count(KktData.RECEIPT_COUNT, kind(SELL_RETURN)),
      saleCash: await paid(SELL, CASH),
      saleCard: await paid(SELL, ELECTRONICALLY),
      returnCash: await paid(SELL_RETURN, CASH),
      returnCard: await paid(SELL_RETURN, ELECTRONICALLY),
      cashIn: [await driver.count(KktData.CASHIN_COUNT), await driver.sum(KktData.CASHIN_SUM)],
      cashOut: [await driver.count(KktData.CASHOUT_COUNT), await driver.sum(KktData.CASHOUT_SUM)],
      drawer: await driver.sum(KktData.CASH_SUM),
    };
  };
  const report = (type: number, ...more: Parameters<typeof int>[]) =>
    driver.codeOf('report', [int(Param.REPORT_TYPE, type), ...more.map((args) => int(...args))]);
  const logIn = () => driver.call('operator_login', [str(1021, 'Иванова Анна')]);

  async function workADay(): Promise<void> {
    expect(await driver.sell(48_000)).toBe(0);
    expect(await driver.sell(20_050, CARD)).toBe(0);
    expect(await driver.sell(1000)).toBe(0);
    expect(await driver.sell(8000, RETURN)).toBe(0);
    expect(await driver.sell(50, { ...RETURN, ...CARD })).toBe(0);
    expect(await driver.codeOf('cash_income', [money(Param.SUM, 5000)])).toBe(0);
    expect(await driver.codeOf('cash_income', [money(Param.SUM, 1)])).toBe(0);
    expect(await driver.codeOf('cash_outcome', [money(Param.SUM, 30_000)])).toBe(0);
  }
  const DAY = {
    sales: 3,
    returns: 2,
    saleCash: 49_000,
    saleCard: 20_050,
    returnCash: 8000,
    returnCard: 50,
    cashIn: [2, 5001],
    cashOut: [1, 30_000],
    drawer: 16_001,
  };

  test('counts sales, returns, payments and cash moves, remembers them over a restart, forgets them at the closing', async () => {
    await workADay();
    expect(await counters()).toEqual(DAY);
    await bench.restart({ port: bench.register().port });
    expect(await counters()).toEqual(DAY);

    await logIn();
    expect(await report(ReportType.CLOSE_SHIFT)).toBe(0);
    const nothing = {
      sales: 0,
      returns: 0,
      saleCash: 0,
      saleCard: 0,
      returnCash: 0,
      returnCard: 0,
      cashIn: [0, 0],
      cashOut: [0, 0],
    };
    // Money stays in the drawer over the night.
    expect(await counters()).toEqual({ ...nothing, drawer: 16_001 });
    expect(await driver.sell(100)).toBe(0);
    expect(await counters()).toEqual({ ...nothing, sales: 1, saleCash: 100, drawer: 16_101 });
  });

  test('a receipt that failed, was cancelled or not paid counts nothing', async () => {
    await driver.fill(500);
    await driver.call('cancel_receipt');
    await bench.arm({ point: 'before_fn_write', method: 'close_receipt' });
    expect(await driver.sell(500)).not.toBe(0);
    expect(await counters()).toMatchObject({ sales: 0, saleCash: 0, drawer: 0 });
  });

  test('a return takes no more cash than there is', async () => {
    await driver.sell(500);
    await expect(driver.fill(501, RETURN)).rejects.toMatchObject({ code: DriverError.NO_CASH });
    expect(await driver.codeOf('cancel_receipt')).toBe(0);
    expect(await driver.sell(501, { ...RETURN, ...CARD })).toBe(0);
  });

  test('prints X without changing anything, and Z with what the shift came to, also when its paper comes late', async () => {
    await workADay();
    expect(await report(ReportType.X)).toBe(0);
    expect(await counters()).toEqual(DAY);
    await bench.arm({ point: 'paper_out_after_write' });
    expect(await report(ReportType.CLOSE_SHIFT)).toBe(DriverError.NO_PAPER);
    await bench.post('/paper', { present: true });
    expect(await driver.codeOf('continue_print')).toBe(0);
    const [x, z] = (await bench.tape()).split('\n\n').filter((slip) => /X\)|ЗАКРЫТИИ/.test(slip));
    for (const slip of [x, z]) {
      for (const line of [/ПРИХОД {2}3 .*=690\.50/, /ВОЗВРАТ ПРИХОДА {2}2 .*=80\.50/, /ВНЕСЕНИЯ {2}2 .*=50\.01/]) {
        expect(slip).toMatch(line);
      }
      expect(slip).toMatch(/ВЫПЛАТЫ {2}1 .*=300\.00/);
      expect(slip).toMatch(/НАЛИЧНЫХ В ККТ .*=160\.01/);
    }
    expect(x).toContain('ОТЧЕТ БЕЗ ГАШЕНИЯ (X)');
    expect(z).toContain('ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ');
  });

  test('prints copies: of the last document, and of any by its number; a copy is no document', async () => {
    await driver.sell(12_300);
    await driver.sell(45_600);
    expect(await report(ReportType.LAST_DOCUMENT)).toBe(0);
    expect(await report(ReportType.FN_DOC_BY_NUMBER, [Param.DOCUMENT_NUMBER, 2])).toBe(0);
    expect(await report(ReportType.FN_DOC_BY_NUMBER, [Param.DOCUMENT_NUMBER, 99])).toBe(DriverError.FN_NO_MORE_DATA);
    const copies = (await bench.tape()).split('\n\n').filter((slip) => slip.startsWith('КОПИЯ ДОКУМЕНТА'));
    expect(copies).toHaveLength(2);
    expect(copies[0]).toMatch(/ИТОГ .*=456\.00/);
    expect(copies[1]).toMatch(/ИТОГ .*=123\.00/);
    expect(await bench.documents()).toHaveLength(3);

    await bench.post('/paper', { present: false });
    expect(await report(ReportType.LAST_DOCUMENT)).toBe(DriverError.NO_PAPER);
    expect(await report(ReportType.X)).toBe(DriverError.NO_PAPER);
  });

  test('prints plain text and opens the drawer', async () => {
    await driver.call('begin_nonfiscal_document');
    await driver.call('print_text', [str(Param.TEXT, 'Добро пожаловать\nв наш магазин')]);
    await driver.call('end_nonfiscal_document');
    expect(await driver.codeOf('open_drawer')).toBe(0);
    expect(await bench.tape()).toContain('Добро пожаловать\nв наш магазин');
    expect(await bench.documents()).toEqual([]);
  });

  test('is as old as its own clock says, which may be wrong', async () => {
    const clock = async () =>
      (await driver.call('query_data', [int(Param.DATA_TYPE, KktData.DATE_TIME)])).time(Param.DATE_TIME);
    const before = await clock();
    await bench.post('/clock', { offsetSeconds: 365 * 24 * 3600 });
    expect((await bench.post('/clock', { offsetSeconds: 1e9 })).status).toBe(400);
    expect((await clock()).year).toBe(before.year + 1);
    await driver.sell(100);
    expect((await bench.documents()).at(-1)).toMatchObject({ wall: { year: before.year + 1 } });
    await bench.restart({ port: bench.register().port });
    expect((await clock()).year).toBe(before.year + 1);
    await bench.restart({ port: bench.register().port, clockOffsetMs: 0 });
    expect((await clock()).year).toBe(before.year);
  });
});
