import { beforeEach, describe, expect, test } from 'vitest';
import { toWire, type WireFiscalStatus } from '#shared/fiscal/fiscal.wire.ts';
import type { RegisterReport } from '#shared/fiscal/register-report.schema.ts';
import type { MyRegister } from '#shared/hq/fiscal.api.ts';
import { createFiscalWorld, type FiscalWorld, saleTask, TASK_A } from '#test/doubles/fiscal-world.ts';
import { createFiscalAgent } from './fiscal.agent.ts';
import type { FiscalService } from './fiscal.service.ts';

const MINE: MyRegister = {
  fiscalDeviceId: 'fd-1',
  name: 'Касса 1',
  kkt: { ip: '192.168.0.10', port: 5555 },
  operator: { name: 'Кассир Иванов И.' },
  taxationSystem: 'osn',
};

let world: FiscalWorld;
beforeEach(() => {
  world = createFiscalWorld();
});

describe('the agent of the server', () => {
  interface FakeServer {
    tasks: unknown[];
    heard: WireFiscalStatus[];
    described?: RegisterReport[];
    down: boolean;
  }
  const agentOf = (fiscal: FiscalService, server: FakeServer, mine: () => Promise<MyRegister> = async () => MINE) =>
    createFiscalAgent({
      core: world.core,
      fiscal,
      registerId: 'fd-1',
      onRegistry: () => undefined,
      report: () => fiscal.register('fd-1').report(),
      intervalMs: 4000,
      waitSeconds: 0,
      http: {
        mine,
        describe: async (report) => {
          if (server.down) throw new Error('no server');
          server.described?.push(report);
        },
        next: () => (server.down ? Promise.reject(new Error('no server')) : Promise.resolve(server.tasks.shift())),
        status: (_id, body) => {
          if (server.down) return Promise.reject(new Error('no server'));
          server.heard.push(body);
          return Promise.resolve();
        },
      },
    });

  test('takes a task, prints it once, answers in_progress and then done', async () => {
    const { fiscal } = world.start();
    const server: FakeServer = { tasks: [toWire(saleTask(TASK_A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    await fiscal.tick();
    await agent.tell.tick();
    await agent.tell.tick();
    expect(server.heard).toMatchObject([
      { status: 'in_progress' },
      { status: 'done', fiscal: { fnCode: '9999078902001234', fiscalDocumentNumber: 1042, shiftAutoOpened: false } },
    ]);
  });

  test('a task handed out again is answered from the journal, not printed again', async () => {
    const { fiscal } = world.start();
    const server: FakeServer = { tasks: [toWire(saleTask(TASK_A)), toWire(saleTask(TASK_A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    await fiscal.tick();
    server.tasks.push(toWire(saleTask(TASK_A)));
    await agent.take.tick();
    await fiscal.tick();
    expect(world.register.commands).toEqual([TASK_A]);
  });

  test('a server that has forgotten how a task ended is told again', async () => {
    const { fiscal } = world.start();
    const server: FakeServer = { tasks: [toWire(saleTask(TASK_A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    await fiscal.tick();
    await agent.tell.tick();
    server.heard.length = 0;
    server.tasks.push(toWire(saleTask(TASK_A)));
    await agent.take.tick();
    await agent.tell.tick();
    expect(server.heard.map(({ status }) => status)).toEqual(['in_progress', 'done']);
    expect(world.register.commands).toEqual([TASK_A]);
  });

  test('done while the server is down is told when it is back, once', async () => {
    const { fiscal } = world.start();
    const server: FakeServer = { tasks: [toWire(saleTask(TASK_A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    await agent.tell.tick();
    server.down = true;
    await fiscal.tick();
    await expect(agent.tell.tick()).rejects.toThrow('no server');
    server.down = false;
    await agent.tell.tick();
    await agent.tell.tick();
    expect(server.heard.map(({ status }) => status)).toEqual(['in_progress', 'done']);
  });

  test('an unknown outcome is in_progress and uncertain, never an error that could be handed out again', async () => {
    world.register.fault = 'hang_after_write';
    const { fiscal: dead } = world.start();
    const server: FakeServer = { tasks: [toWire(saleTask(TASK_A))], heard: [], down: false };
    await agentOf(dead, server).take.tick();
    void dead.tick();
    while (world.register.documents.length < 2) await new Promise(setImmediate);
    world.register.reachable = false;
    const { fiscal } = world.start();
    await fiscal.tick();
    await agentOf(fiscal, server).tell.tick();
    expect(server.heard).toMatchObject([{ status: 'in_progress' }, { status: 'in_progress', uncertain: true }]);
  });

  test('something that is not a task is logged and leaves the queue as it was', async () => {
    const { fiscal } = world.start();
    const server: FakeServer = { tasks: [{ taskId: TASK_A, type: 'sell' }], heard: [], down: false };
    await agentOf(fiscal, server).take.tick();
    expect(fiscal.tasks(10, 'all')).toEqual([]);
  });

  test('AF-18 a register that is not reachable: error and retryable after three tries, and a task given out again begins anew', async () => {
    world.register.reachable = false;
    const { fiscal } = world.start();
    const server: FakeServer = { tasks: [toWire(saleTask(TASK_A))], heard: [], down: false };
    const agent = agentOf(fiscal, server);
    await agent.take.tick();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await fiscal.tick();
      world.core.advance(60_000);
    }
    await agent.tell.tick();
    expect(server.heard).toEqual([
      { taskId: TASK_A, status: 'in_progress' },
      { taskId: TASK_A, status: 'error', error: 'Нет связи', retryable: true },
    ]);
    await agent.tell.tick();
    expect(server.heard).toHaveLength(2);

    world.register.reachable = true;
    server.tasks.push(toWire(saleTask(TASK_A)));
    await agent.take.tick();
    await fiscal.tick();
    await agent.tell.tick();
    expect(server.heard.slice(2).map(({ status }) => status)).toEqual(['in_progress', 'done']);
    expect(world.register.commands).toEqual([TASK_A]);
  });

  test('AF-18 a sale of this desk waits for its register however long it is away', async () => {
    world.register.reachable = false;
    const { fiscal } = world.start();
    world.enqueue(fiscal, saleTask(TASK_A));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await fiscal.tick();
      world.core.advance(60_000);
    }
    expect(fiscal.task(TASK_A)).toMatchObject({ state: 'queued', attempts: 10 });
  });

  test('a server that does not say whose register it is still hands out tasks', async () => {
    const { fiscal } = world.start();
    const server: FakeServer = { tasks: [toWire(saleTask(TASK_A))], heard: [], down: false };
    await agentOf(fiscal, server, () => Promise.reject(new Error('not found'))).take.tick();
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('reported');
  });

  test('what the register says of itself is told when it is news, and again after a while', async () => {
    const { register } = world;
    const { fiscal } = world.start();
    const described: RegisterReport[] = [];
    const server: FakeServer = { tasks: [], heard: [], described, down: false };
    const agent = agentOf(fiscal, server);
    await agent.describe.tick();
    expect(described).toEqual([]);
    register.shiftExpiresAt = { year: 2026, month: 11, day: 21, hour: 15, minute: 6, second: 31 };
    register.unsent = { count: 3, since: { year: 2026, month: 11, day: 20, hour: 14, minute: 0, second: 0 } };
    await fiscal.tick();
    world.core.advance(5000);
    await agent.describe.tick();
    await agent.describe.tick();
    expect(described).toEqual([
      {
        ageMs: 5000,
        kktSerial: '00106700000001',
        fnNumber: '9999078902001234',
        fnValidUntil: Date.parse('2027-11-21T11:06:31Z'),
        unsentDocuments: 3,
        unsentSince: Date.parse('2026-11-20T11:00:00Z'),
        shift: { state: 'open', number: 117, leftMs: 3_595_000 },
      },
    ]);
    // Lost on the way: told when the server is back.
    register.unsent = { ...register.unsent, count: 4 };
    world.core.advance(60_000);
    await fiscal.tick();
    server.down = true;
    await agent.describe.tick();
    server.down = false;
    await agent.describe.tick();
    expect(described.map(({ unsentDocuments }) => unsentDocuments)).toEqual([3, 4]);
    world.core.advance(16 * 60_000);
    await agent.describe.tick();
    expect(described).toHaveLength(3);
  });

  test('a register that does not tell how long its memory is good for is described without it', async () => {
    world.register.fnValidUntil = undefined;
    const { fiscal } = world.start();
    const described: RegisterReport[] = [];
    await fiscal.tick();
    await agentOf(fiscal, { tasks: [], heard: [], described, down: false }).describe.tick();
    expect(described).toMatchObject([{ unsentDocuments: 0 }]);
    expect(described[0]).not.toHaveProperty('fnValidUntil');
  });
});
