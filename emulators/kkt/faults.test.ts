/** Each fault through the driver's own methods: a fault that did nothing would fail its test. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriverError, Param, ReportType } from '#main/domains/fiscal/fptr/constants.ts';
import { int, money, str } from '#main/domains/fiscal/fptr/fptr-param.ts';
import { FAULT_POINTS, type FaultPoint } from './faults.ts';
import { type Bench, openBench } from './testing.ts';
import { describeBindings } from './testing-bindings.ts';
import { driverOver, type TestDriver } from './testing-driver.ts';

describeBindings('faults of the register', (bind) => {
  let bench: Bench;
  let driver: TestDriver;

  beforeEach(async () => {
    bench = await openBench();
    driver = driverOver(bind());
    expect(await driver.open(bench.register().port)).toBe(0);
    expect(await driver.sell(10_000)).toBe(0);
  });
  afterEach(async () => {
    driver.free();
    await bench.dispose();
  });

  const documents = async (): Promise<number> => (await bench.documents()).length;
  const slips = async (): Promise<number> => (await bench.tape()).match(/КАССОВЫЙ ЧЕК/g)?.length ?? 0;
  const armed = async (): Promise<unknown> => (await bench.state())['faults'];
  const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
  };

  // The opening of the shift and the first receipt are there already: documents 1 and 2.
  const POINTS: Readonly<Record<FaultPoint, () => Promise<void>>> = {
    async before_fn_write() {
      await bench.arm({ point: 'before_fn_write', method: 'close_receipt' });
      expect(await driver.sell(500)).toBe(DriverError.CONNECTION_LOST);
      expect([await documents(), await slips()]).toEqual([2, 1]);
      // The receipt is as it was, and can be closed by whoever logs in again.
      await driver.call('operator_login', [str(1021, 'Иванова')]);
      expect(await driver.codeOf('close_receipt')).toBe(0);
    },
    async after_fn_write_before_answer() {
      await bench.arm({ point: 'after_fn_write_before_answer', method: 'close_receipt' });
      expect(await driver.sell(500)).toBe(DriverError.CONNECTION_LOST);
      expect([await documents(), await slips()]).toEqual([3, 2]);
      expect(await driver.codeOf('close_receipt')).toBe(DriverError.DENIED_IN_CLOSED_RECEIPT);
    },
    async paper_out_after_write() {
      await bench.arm({ point: 'paper_out_after_write' });
      expect(await driver.sell(500)).toBe(DriverError.NO_PAPER);
      expect([await documents(), await slips()]).toEqual([3, 1]);
      const checked = await driver.call('check_document_closed');
      expect([checked.bool(Param.DOCUMENT_CLOSED), checked.bool(Param.DOCUMENT_PRINTED)]).toEqual([true, false]);
      expect(await driver.codeOf('continue_print')).toBe(DriverError.NO_PAPER);
      await bench.post('/paper', { present: true });
      expect(await driver.codeOf('continue_print')).toBe(0);
      expect([await documents(), await slips()]).toEqual([3, 2]);
    },
    async hang() {
      await bench.arm({ point: 'hang', method: 'close_receipt', seconds: 0.4 });
      expect(await secondsOf(async () => expect(await driver.sell(500)).toBe(0))).toBeGreaterThan(0.4);
      await bench.arm({ point: 'hang', method: 'close_receipt', when: 'after', seconds: 0.4 });
      await driver.fill(500);
      const closing = driver.codeOf('close_receipt');
      await expect.poll(documents).toBe(4);
      expect(await armed()).toEqual([]);
      expect(await closing).toBe(0);
    },
    async port_busy() {
      await bench.arm({ point: 'port_busy', times: 2 });
      const other = driverOver(bind());
      for (const expected of [DriverError.PORT_BUSY, DriverError.PORT_BUSY, 0]) {
        expect(await other.open(bench.register().port)).toBe(expected);
      }
      other.free();
    },
    async shift_expired() {
      await bench.arm({ point: 'shift_expired' });
      await expect(driver.fill(500)).rejects.toMatchObject({ code: DriverError.SHIFT_EXPIRED });
      expect(await driver.codeOf('report', [int(Param.REPORT_TYPE, ReportType.CLOSE_SHIFT)])).toBe(0);
      expect(await driver.sell(500)).toBe(0);
      expect((await bench.documents()).map(({ kind }) => kind).slice(2)).toEqual([
        'close_shift',
        'open_shift',
        'receipt',
      ]);
    },
    async fn_blocked() {
      await bench.arm({ point: 'fn_blocked' });
      await expect(driver.fill(500)).rejects.toMatchObject({ code: DriverError.FN_RESOURCE_HAS_EXPIRED });
      await bench.arm({ point: 'fn_blocked', method: 'close_receipt' });
      expect(await driver.sell(500)).toBe(DriverError.FN_RESOURCE_HAS_EXPIRED);
      expect(await documents()).toBe(2);
    },
    async link_error_on_check() {
      await bench.arm({ point: 'link_error_on_check', times: 2 });
      await driver.sell(500);
      for (const expected of [DriverError.NO_CONNECTION, DriverError.NO_CONNECTION, 0]) {
        expect(await driver.codeOf('check_document_closed')).toBe(expected);
      }
    },
    async kill() {
      for (const [when, written] of [
        ['before', 2],
        ['after', 3],
      ] as const) {
        await bench.arm({ point: 'kill', when, method: 'close_receipt' });
        expect(await driver.sell(500)).toBe(DriverError.CONNECTION_LOST);
        expect(await driver.codeOf('query_data', [int(Param.DATA_TYPE, 0)])).toBe(DriverError.NO_CONNECTION);
        await bench.restart({ port: bench.register().port });
        expect(await documents(), when).toBe(written);
        // A receipt that was open went with the power; the paper of one that was written is still owed.
        expect(await bench.state()).toMatchObject({ receiptOpen: false, unprinted: when === 'after' ? 3 : null });
        expect(await driver.codeOf('continue_print')).toBe(0);
        expect(await slips()).toBe(written - 1);
      }
      await bench.arm({ point: 'kill' });
      expect(await driver.codeOf('query_data', [int(Param.DATA_TYPE, 0)])).not.toBe(0);
      await bench.restart();
    },
  };

  test.each(FAULT_POINTS)('%s', (point) => POINTS[point]());

  describe('strike cash put in and taken out as they strike documents', () => {
    const move = (method: 'cash_income' | 'cash_outcome', minor: number): Promise<number> =>
      driver.codeOf(method, [money(Param.SUM, minor)]);
    const drawer = async (): Promise<unknown> => (await bench.state())['cashMinor'];

    test.each(['cash_income', 'cash_outcome'] as const)('%s, before and after it is durable', async (method) => {
      const after = method === 'cash_income' ? 10_300 : 9700;
      await bench.arm({ point: 'before_fn_write', method });
      expect(await move(method, 300)).toBe(DriverError.CONNECTION_LOST);
      expect(await drawer()).toBe(10_000);
      await bench.arm({ point: 'kill', when: 'before', method });
      await driver.call('operator_login', [str(1021, 'Иванова')]);
      expect(await move(method, 300)).toBe(DriverError.CONNECTION_LOST);
      await bench.restart({ port: bench.register().port });
      expect(await drawer()).toBe(10_000);

      await bench.arm({ point: 'after_fn_write_before_answer', method });
      await driver.call('operator_login', [str(1021, 'Иванова')]);
      expect(await move(method, 300)).toBe(DriverError.CONNECTION_LOST);
      expect(await drawer()).toBe(after);
      await bench.arm({ point: 'kill', when: 'after', method });
      await driver.call('operator_login', [str(1021, 'Иванова')]);
      expect(await move(method, 300)).toBe(DriverError.CONNECTION_LOST);
      await bench.restart({ port: bench.register().port });
      expect(await drawer()).toBe(2 * after - 10_000);
      expect(await bench.state()).toMatchObject({ slipOwed: true });
      expect(await documents()).toBe(2);
    });

    test('without paper it counts, and its slip comes out when there is paper, over a restart too', async () => {
      await bench.arm({ point: 'paper_out_after_write', method: 'cash_income' });
      expect(await move('cash_income', 300)).toBe(DriverError.NO_PAPER);
      expect(await bench.state()).toMatchObject({ cashMinor: 10_300, paper: false, slipOwed: true });
      await bench.restart({ port: bench.register().port });
      await bench.post('/paper', { present: true });
      await expect(driver.sell(500)).rejects.toMatchObject({ code: DriverError.CLOSE_RECEIPT_INTERRUPTED });
      expect(await driver.codeOf('continue_print')).toBe(0);
      expect(await driver.codeOf('continue_print')).toBe(0);
      expect((await bench.tape()).match(/ВНЕСЕНИЕ/g)).toHaveLength(1);
      expect(await bench.state()).toMatchObject({ cashMinor: 10_300, slipOwed: false });
    });

    test('more than there is in the drawer is refused, and nothing moves', async () => {
      expect(await move('cash_outcome', 10_001)).toBe(DriverError.NO_CASH);
      expect(await drawer()).toBe(10_000);
      expect(await move('cash_outcome', 10_000)).toBe(0);
      expect(await drawer()).toBe(0);
      expect(await move('cash_income', 0)).toBe(DriverError.INVALID_SUM);
    });
  });
});
