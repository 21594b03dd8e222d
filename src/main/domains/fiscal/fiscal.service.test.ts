import { beforeEach, describe, expect, test } from 'vitest';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import { toWire, type WireFiscalStatus } from '#shared/fiscal/fiscal.wire.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { MutatorArgs } from '#shared/sync/registry.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createRegisterDouble, type RegisterDouble } from '#test/doubles/register-double.ts';
import { createFiscalAgent } from './fiscal.agent.ts';
import { createFiscalService, type FiscalService } from './fiscal.service.ts';

const ivanov = { name: 'Кассир Иванов И.', vatin: '123456789047' };
const sale = (id: string, totalMinor = 50_000): FiscalTask => ({
  id,
  type: 'sale',
  fiscalDeviceId: 'fd-1',
  operator: ivanov,
  receipt: {
    kind: 'sell',
    taxationSystem: 'osn',
    items: [
      {
        name: 'Товар',
        priceMinor: totalMinor,
        quantityMilli: 1000,
        totalMinor,
        vat: 'none',
        paymentObject: 'commodity',
        paymentMethod: 'full_payment',
        unit: 'piece',
      },
    ],
    payments: [{ type: 'card', sumMinor: totalMinor }],
    totalMinor,
  },
});
const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';

let core: TestCore;
let register: RegisterDouble;
let reports: MutatorArgs<'fiscal.report'>['record'][];

const start = (): FiscalService =>
  createFiscalService({
    core,
    sync: {
      mutate: (_tx, name, args) => {
        if (name === 'fiscal.report') reports.push((args as MutatorArgs<'fiscal.report'>).record);
      },
      writer: () => ({ organizationId: 'org-1', shopId: B, deviceId: A }),
      wake() {},
    },
    openRegister: register.open,
    address: () => ({ ip: '127.0.0.1', port: 5555 }),
    fiscalDeviceId: () => 'fd-1',
    taxationSystem: () => 'osn',
    intervalMs: 1000,
    statusIntervalMs: 10_000,
  });
const enqueue = (fiscal: FiscalService, task: FiscalTask): void =>
  core.db.transaction((tx) => fiscal.enqueue(tx, task));
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
  return undefined;
};

/** Leaves task A sent, written by the register and unanswered, with the link gone. */
async function makeUnknown(): Promise<FiscalService> {
  register.fault = 'hang_after_write';
  const dead = start();
  enqueue(dead, sale(A));
  void dead.loop.tick();
  while (register.documents.length < 2) await new Promise(setImmediate);
  register.reachable = false;
  const fiscal = start();
  await fiscal.loop.tick();
  expect(fiscal.task(A).state).toBe('unknown');
  return fiscal;
}

beforeEach(() => {
  core = createTestCore();
  register = createRegisterDouble();
  reports = [];
});

describe('the queue', () => {
  test('refuses a task whose sums disagree, naming the field, and stores nothing', () => {
    const fiscal = start();
    const wrong = sale(A);
    expect(() =>
      enqueue(fiscal, { ...wrong, receipt: wrong.receipt && { ...wrong.receipt, totalMinor: 49_999 } }),
    ).toThrowError(
      expect.objectContaining({
        code: 'app.bad_input',
        details: { issues: expect.arrayContaining([expect.objectContaining({ path: 'receipt.total' })]) },
      }),
    );
    expect(fiscal.tasks(10)).toEqual([]);
  });

  test('a transaction that fails later takes the task with it', () => {
    const fiscal = start();
    expect(() =>
      core.db.transaction((tx) => {
        fiscal.enqueue(tx, sale(A));
        throw new Error('the order could not be stored');
      }),
    ).toThrow('the order');
    expect(fiscal.tasks(10)).toEqual([]);
  });
});

describe('what the shift bar shows', () => {
  test('connecting, then ready with what the register says', async () => {
    const fiscal = start();
    expect(fiscal.view().state).toBe('connecting');
    await fiscal.loop.tick();
    expect(fiscal.view()).toMatchObject({
      state: 'ready',
      model: 'АТОЛ 27Ф',
      shift: { state: 'open', number: 117 },
      queued: 0,
    });
  });

  test('not reachable: since when, why, and how much waits', async () => {
    register.reachable = false;
    const fiscal = start();
    enqueue(fiscal, sale(A));
    await fiscal.loop.tick();
    expect(fiscal.view()).toMatchObject({ state: 'unavailable', reason: 'Нет связи', since: core.now(), queued: 1 });
  });

  test('an unknown outcome blocks, and names the task', async () => {
    const fiscal = await makeUnknown();
    expect(fiscal.view()).toMatchObject({ state: 'blocked', unknownTaskId: A });
  });
});

describe('what a cashier may do', () => {
  test('opens and closes the shift by a document each', async () => {
    register.shiftState = 'closed';
    const fiscal = start();
    const opened = fiscal.changeShift('open_shift', ivanov);
    await fiscal.loop.tick();
    expect(fiscal.task(opened.id)).toMatchObject({ state: 'reported', document: { totalMinor: 0 } });
    const closed = fiscal.changeShift('close_shift', ivanov);
    await fiscal.loop.tick();
    expect(fiscal.task(closed.id).state).toBe('reported');
    expect(register.documents.map(({ kind }) => kind)).toEqual(['open_shift', 'open_shift', 'close_shift']);
  });

  test('may not touch the shift while an outcome is unknown', async () => {
    const fiscal = await makeUnknown();
    expect(codeOf(() => fiscal.changeShift('close_shift', ivanov))).toBe('fiscal.queue_blocked');
  });

  test('repeats a failed task, and only a failed one', async () => {
    const fiscal = start();
    enqueue(fiscal, sale(A));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      register.fault = 'refused';
      await fiscal.loop.tick();
      core.advance(60_000);
    }
    expect(fiscal.task(A).state).toBe('failed');
    fiscal.retry(A);
    await fiscal.loop.tick();
    expect(fiscal.task(A).state).toBe('reported');
    expect(codeOf(() => fiscal.retry(A))).toBe('fiscal.illegal_transition');
  });

  test('says "not printed" while the register is away: nothing moves until it answers, and its word counts', async () => {
    const fiscal = await makeUnknown();
    const said = await fiscal.settle({ verdict: 'not_printed', id: A }, ivanov);
    expect(said).toMatchObject({ state: 'unknown', notPrintedSaidBy: ivanov.name });
    register.reachable = true;
    core.advance(60_000);
    await fiscal.loop.tick();
    expect(fiscal.task(A)).toMatchObject({ state: 'reported', document: { fiscalDocumentNumber: 1042 } });
    expect(register.commands).toEqual([A]);
  });

  test('says "not printed" where the register cannot tell: the receipt is printed anew, by that word', async () => {
    const fiscal = await makeUnknown();
    register.reachable = true;
    register.fnNumber = '9999078902005678';
    core.advance(60_000);
    await fiscal.loop.tick();
    expect(fiscal.task(A).state).toBe('unknown');
    await fiscal.settle({ verdict: 'not_printed', id: A }, ivanov);
    core.advance(60_000);
    await fiscal.loop.tick();
    expect(fiscal.task(A).state).toBe('reported');
    expect(register.commands).toEqual([A, A]);
  });

  test("the register's own word comes before a person's", async () => {
    const fiscal = await makeUnknown();
    register.reachable = true;
    const settled = await fiscal.settle({ verdict: 'not_printed', id: A }, ivanov);
    expect(settled).toMatchObject({ state: 'reported', document: { fiscalDocumentNumber: 1042 } });
  });

  test('names a document: one that is another sale is refused', async () => {
    register.hideTaskIds = true;
    const fiscal = await makeUnknown();
    register.write('sell', 50_000);
    register.write('sell', 99_900);
    register.reachable = true;
    await expect(
      fiscal.settle({ verdict: 'printed', id: A, fiscalDocumentNumber: 1044 }, ivanov),
    ).rejects.toMatchObject({ code: 'fiscal.data_conflict' });
    const settled = await fiscal.settle({ verdict: 'printed', id: A, fiscalDocumentNumber: 1042 }, ivanov);
    expect(settled.document?.fiscalDocumentNumber).toBe(1042);
    expect(register.commands).toEqual([A]);
  });
});

describe('the agent of the server', () => {
  interface FakeServer {
    tasks: unknown[];
    heard: WireFiscalStatus[];
    down: boolean;
  }
  const agentOf = (fiscal: FiscalService, server: FakeServer) =>
    createFiscalAgent({
      core,
      fiscal,
      fiscalDeviceId: () => 'fd-1',
      intervalMs: 4000,
      waitSeconds: 0,
      http: {
        next: () => (server.down ? Promise.reject(new Error('no server')) : Promise.resolve(server.tasks.shift())),
        status: (_id, body) => {
          if (server.down) return Promise.reject(new Error('no server'));
          server.heard.push(body);
          return Promise.resolve();
        },
      },
    });

  test('takes a task, prints it once, answers in_progress and then done', async () => {
    const fiscal = start();
    const server: FakeServer = { tasks: [toWire(sale(A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    await fiscal.loop.tick();
    await agent.tell.tick();
    await agent.tell.tick();
    expect(server.heard).toMatchObject([
      { status: 'in_progress' },
      { status: 'done', fiscal: { fnCode: '9999078902001234', fiscalDocumentNumber: 1042, shiftAutoOpened: false } },
    ]);
  });

  test('a task handed out again is answered from the journal, not printed again', async () => {
    const fiscal = start();
    const server: FakeServer = { tasks: [toWire(sale(A)), toWire(sale(A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    await fiscal.loop.tick();
    server.tasks.push(toWire(sale(A)));
    await agent.take.tick();
    await fiscal.loop.tick();
    expect(register.commands).toEqual([A]);
  });

  test('done while the server is down is told when it is back, once', async () => {
    const fiscal = start();
    const server: FakeServer = { tasks: [toWire(sale(A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    await agent.tell.tick();
    server.down = true;
    await fiscal.loop.tick();
    await expect(agent.tell.tick()).rejects.toThrow('no server');
    server.down = false;
    await agent.tell.tick();
    await agent.tell.tick();
    expect(server.heard.map(({ status }) => status)).toEqual(['in_progress', 'done']);
  });

  test('an unknown outcome is in_progress and uncertain, never an error that could be handed out again', async () => {
    register.fault = 'hang_after_write';
    const dead = start();
    const server: FakeServer = { tasks: [toWire(sale(A))], heard: [], down: false };
    await agentOf(dead, server).take.tick();
    void dead.loop.tick();
    while (register.documents.length < 2) await new Promise(setImmediate);
    register.reachable = false;
    const fiscal = start();
    await fiscal.loop.tick();
    await agentOf(fiscal, server).tell.tick();
    expect(server.heard).toMatchObject([{ status: 'in_progress' }, { status: 'in_progress', uncertain: true }]);
  });

  test('something that is not a task is logged and leaves the queue as it was', async () => {
    const fiscal = start();
    const server: FakeServer = { tasks: [{ taskId: A, type: 'sell' }], heard: [], down: false };
    await agentOf(fiscal, server).take.tick();
    expect(fiscal.tasks(10)).toEqual([]);
  });
});
