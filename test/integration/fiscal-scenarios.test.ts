/** The scenarios of the fiscal agent, word for word, through the server's HTTP and the driver's real C interface. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openScenarioWorld, type ScenarioWorld, shim, TASK_ID, taskOf } from './fiscal-scenario-world.ts';

if (shim.path === undefined) console.warn(`the fiscal scenarios are skipped: ${shim.reason}`);

const TS = taskOf(TASK_ID);
const FN = '9999078902001234';
const CLOSE = { method: 'close_receipt', nth: 1 } as const;

describe.skipIf(shim.path === undefined)('the fiscal agent', () => {
  let world: ScenarioWorld;
  beforeEach(async () => {
    world = await openScenarioWorld();
  });
  afterEach(() => world.close());

  const statuses = (): string[] =>
    world.heard.map(({ status, uncertain }) => (uncertain === true ? `${status} uncertain` : status));
  const untilHeard = (status: string) =>
    world.until(`the server to hear ${status}`, () => (statuses().includes(status) ? true : undefined));
  const view = async () => (await world.life()).rpc.fiscal.task({ id: TASK_ID });
  const untilState = (state: string) =>
    world.until(`the task to be ${state}`, async () => {
      const task = await view().catch(() => undefined);
      return task?.state === state ? task : undefined;
    });
  const kinds = async (): Promise<string[]> => (await world.documents()).map(({ kind }) => kind);
  const events = async (event: string) => (await world.life()).log.tail().filter((entry) => entry['event'] === event);
  const openShift = async (): Promise<void> => {
    await world.post({ ...taskOf(crypto.randomUUID()), type: 'open_shift', receipt: undefined });
    await world.until('the shift to be open', async () => ((await kinds()).length === 1 ? true : undefined));
    await untilHeard('done');
    world.heard.length = 0;
  };

  test('AF-12 happy print: in_progress, then done with the fiscal data; one paper; the task is completed', async () => {
    await openShift();
    await world.post(TS);
    await untilHeard('done');
    expect(statuses()).toEqual(['in_progress', 'done']);
    const [document] = await world.bearing(TASK_ID);
    expect(world.heard[1]).toEqual({
      taskId: TASK_ID,
      status: 'done',
      fiscal: {
        fnCode: FN,
        receiptId: '1',
        shiftAutoOpened: false,
        fiscalDocumentNumber: 2,
        fiscalSign: document?.sign,
        registrationNumber: '0000000001002345',
        fiscalAt: expect.any(Number),
      },
    });
    expect(document?.sign).toMatch(/^\d{1,10}$/);
    expect(await world.slips('КАССОВЫЙ ЧЕК')).toBe(1);
    expect(await world.standing(TS)).toMatchObject({ status: 'done', attempts: 1, completedAt: expect.anything() });
  });

  test('AF-13 a closed shift is opened with the sale, and the answer says so', async () => {
    await world.post(TS);
    await untilHeard('done');
    expect(await kinds()).toEqual(['open_shift', 'receipt']);
    expect(world.heard.at(-1)?.fiscal).toMatchObject({ fnCode: FN, shiftAutoOpened: true, fiscalDocumentNumber: 2 });
  });

  test('AF-13 a shift older than 24 hours (driver error 68) is closed, opened, and then the sale is made', async () => {
    await openShift();
    await world.bench.arm({ point: 'shift_expired' });
    await world.post(TS);
    await untilHeard('done');
    expect(await kinds()).toEqual(['open_shift', 'close_shift', 'open_shift', 'receipt']);
    expect(world.heard.at(-1)?.fiscal).toMatchObject({ shiftAutoOpened: true, fiscalDocumentNumber: 4 });
    expect(await events('SHIFT_EXPIRED_REOPENED')).toMatchObject([{ taskId: TASK_ID }]);
  });

  test.each([
    ['the fiscal memory has it, the driver has not said so', { kind: 'call', at: 'answer', ...CLOSE }],
    [
      'the driver has said so, the journal not yet',
      { kind: 'call', at: 'answer', ...CLOSE, method: 'check_document_closed' },
    ],
  ] as const)(
    'AF-14 killed when the receipt is closed and not reported (%s): told from the memory, nothing printed',
    async (_name, moment) => {
      await openShift();
      await world.dieAt(moment);
      await world.post(TS);
      await untilHeard('done');
      expect(world.deaths()).toBe(1);
      const [document] = await world.bearing(TASK_ID);
      expect(document).toMatchObject({ number: 2, totalMinor: 50_000 });
      expect(world.heard.at(-1)?.fiscal).toMatchObject({ fiscalDocumentNumber: 2, fiscalSign: document?.sign });
      expect(await world.documents()).toHaveLength(2);
      expect(await world.slips('КАССОВЫЙ ЧЕК')).toBe(1);
      expect(await world.standing(TS)).toMatchObject({ status: 'done', attempts: 1 });
    },
  );

  test('AF-15 killed before the receipt was closed: it is cancelled, and after that one receipt is printed', async () => {
    await openShift();
    await world.dieAt({ kind: 'call', at: 'request', ...CLOSE });
    await world.post(TS);
    await untilHeard('done');
    expect(world.deaths()).toBe(1);
    const steps = (await (await world.life()).rpc.fiscal.journal({ taskId: TASK_ID })).map(({ step }) => step);
    expect(steps.slice(0, 7)).toEqual(['queued', 'claimed', 'baseline', 'sending', 'not_closed', 'queued', 'claimed']);
    expect(await world.slips('ЧЕК АННУЛИРОВАН')).toBe(1);
    expect(await world.slips('КАССОВЫЙ ЧЕК')).toBe(1);
    expect(await world.bearing(TASK_ID)).toHaveLength(1);
    // A machine prints again only by proof, and that needs nobody: headquarters saw one attempt.
    expect(statuses()).toEqual(['in_progress', 'done']);
  });

  describe('AF-16 the state is unknown', () => {
    /** The cable goes out when the register has written the receipt: nobody hears, nobody can be asked. */
    const pullTheCable = async (): Promise<void> => {
      await openShift();
      const life = await world.life();
      await life.signIn();
      await world.bench.arm({ point: 'hang', method: 'close_receipt', when: 'after', seconds: 0.3 });
      await world.post(TS);
      await world.until('the receipt to be written', async () =>
        (await world.bearing(TASK_ID)).length === 1 ? true : undefined,
      );
      await world.setPlugged(false);
      await untilState('unknown');
      await untilHeard('in_progress uncertain');
    };
    const LEASE_OVER_MS = 60 * 60_000;

    test('the task stays in progress and uncertain, nobody else is given it, the register is blocked for the cashier', async () => {
      await pullTheCable();
      expect(statuses()).toEqual(['in_progress', 'in_progress uncertain']);
      world.advance(LEASE_OVER_MS);
      expect(await world.nextForAnother()).toBeUndefined();
      expect(await world.standing(TS)).toMatchObject({ status: 'in_progress', uncertain: true, attempts: 1 });
      const { rpc } = await world.life();
      expect(await rpc.fiscal.register()).toMatchObject({ state: 'blocked', unknownTaskId: TASK_ID });
    });

    test('«Чека нет» said while the cable is out: the memory answers first, and its answer wins and is told', async () => {
      await pullTheCable();
      const { rpc } = await world.life();
      const said = await rpc.fiscal.settle({ verdict: 'not_printed', id: TASK_ID });
      expect(said).toMatchObject({ state: 'unknown', notPrintedSaidBy: 'Анна Петрова' });
      await world.setPlugged(true);
      await untilHeard('done');
      expect(await untilState('reported')).toMatchObject({ document: { fiscalDocumentNumber: 2 } });
      expect(await events('FISCAL_VERDICT_CONTRADICTED')).toHaveLength(1);
      expect(await world.bearing(TASK_ID)).toHaveLength(1);
      expect(await world.slips('КАССОВЫЙ ЧЕК')).toBe(1);
    });

    test('«Чек напечатан» names a document; the register is asked for it before it is believed', async () => {
      await pullTheCable();
      const { rpc } = await world.life();
      const settle = (fiscalDocumentNumber: number) =>
        rpc.fiscal.settle({ verdict: 'printed', id: TASK_ID, fiscalDocumentNumber });
      await expect(settle(2)).rejects.toMatchObject({ code: 'fiscal.register_unavailable' });
      expect(await view()).toMatchObject({ state: 'unknown' });
      await world.setPlugged(true);
      await untilHeard('done');
      expect(await untilState('reported')).toMatchObject({ document: { fiscalDocumentNumber: 2 } });
      expect(await world.documents()).toHaveLength(2);
    });
  });

  test('AF-17 closed but not printed: done at once, the screen warns, paper finishes it, no second document', async () => {
    await openShift();
    await world.bench.arm({ point: 'paper_out_after_write', method: 'close_receipt' });
    await world.post(TS);
    await untilHeard('done');
    expect(await world.slips('КАССОВЫЙ ЧЕК')).toBe(0);
    expect(await view()).toMatchObject({ state: 'closed', document: { printed: false, fiscalDocumentNumber: 2 } });
    const { rpc } = await world.life();
    await world.until('the screen to warn', async () =>
      (await rpc.fiscal.register()).paperPresent ? undefined : true,
    );
    await world.bench.post('/paper', { present: true });
    expect(await untilState('reported')).toMatchObject({ document: { printed: true } });
    expect(await world.slips('КАССОВЫЙ ЧЕК')).toBe(1);
    expect(await world.documents()).toHaveLength(2);
    expect(statuses().filter((status) => status === 'done')).toHaveLength(1);
  });

  test('AF-18 the register refuses: error, no connection, worth another try; and it prints when it is given out again', async () => {
    await world.setPlugged(false);
    await world.post(TS);
    await untilHeard('error');
    expect(statuses()).toEqual(['in_progress', 'error']);
    expect(world.heard.at(-1)).toMatchObject({ error: 'Нет связи с ККТ: Нет связи', retryable: true });
    expect(await world.documents()).toHaveLength(0);
    await world.setPlugged(true);
    await untilHeard('done');
    expect(await world.bearing(TASK_ID)).toHaveLength(1);
  });

  test('AF-19 done while the server is away for 20 minutes: told once when it returns, and given to nobody meanwhile', async () => {
    await openShift();
    await world.bench.arm({ point: 'hang', method: 'close_receipt', seconds: 0.5 });
    await world.post(TS);
    await untilHeard('in_progress');
    world.setOnline(false);
    await untilState('reported');
    world.advance(20 * 60_000);
    expect(await world.nextForAnother()).toBeUndefined();
    expect(await world.standing(TS)).toMatchObject({ status: 'in_progress', attempts: 1 });
    world.setOnline(true);
    await untilHeard('done');
    await world.until('the device to look again', async () => ((await view()).state === 'reported' ? true : undefined));
    expect(statuses()).toEqual(['in_progress', 'done']);
    expect(await world.standing(TS)).toMatchObject({ status: 'done', attempts: 1 });
    expect(await world.bearing(TASK_ID)).toHaveLength(1);
  });

  test("AF-23 the device's own address is used, not the task's, and the difference is said once", async () => {
    await openShift();
    const elsewhere = taskOf(TASK_ID, { kkt: { ip: '192.168.0.10', port: 5555 } });
    await world.post(elsewhere);
    await untilHeard('done');
    const told = (await events('FISCAL_KKT_ADDRESS_MISMATCH')).filter(({ told: to }) => to === '192.168.0.10:5555');
    expect(told).toHaveLength(1);
    expect(await world.bearing(TASK_ID)).toHaveLength(1);
  });
});
