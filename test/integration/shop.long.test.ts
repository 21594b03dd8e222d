/**
 * The whole shop as processes: a task of the server is printed by a device through the driver's C interface, and a
 * device that dies at the worst moment finishes from its journal. Nothing here is a double.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios, { type AxiosInstance } from 'axios';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildShim } from '#emulators/kkt/testing.ts';
import { startTestWorld } from '#test/doubles/test-world.ts';
import { main as prilavokMain } from '../../cli/prilavok.ts';
import { registerOf, staffOf } from '../../scripts/demo-data.ts';
import { until } from '../../scripts/processes.ts';
import { FREE_PORTS, type World } from '../../scripts/world.ts';

let folder: string;
let world: World;
let agent: AxiosInstance;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-shop-'));
  world = await startTestWorld({ dataDir: folder, ports: FREE_PORTS });
  agent = axios.create({
    baseURL: world.serverUrl,
    headers: { authorization: `Bearer ${registerOf(world.access, 'cashier').token}` },
    validateStatus: () => true,
  });
}, 120_000);
afterAll(async () => {
  await world?.stop();
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
}, 60_000);

const task = (taskId: string) => ({
  taskId,
  type: 'sale',
  fiscalDeviceId: registerOf(world.access, 'cashier').fiscalDeviceId,
  operator: { name: 'Кассир Иванов И.', vatin: '123456789047' },
  receipt: {
    items: [{ name: 'Товар', price: 500, quantity: 1, vat: { type: 'none' } }],
    payments: [{ type: 'cash', sum: 500 }],
    total: 500,
    taxationSystem: 'osn',
    receiptType: 'sell',
  },
});
const tape = () => world.register('cashier').ready.url;
/** Posting a task again answers how it stands. */
const standing = async (taskId: string) =>
  (await agent.post('/fiscal-tasks', task(taskId))).data as Record<string, unknown>;
const documentsOf = async (taskId: string): Promise<number> => {
  const { data } = await axios.get<unknown>(`${tape()}/documents`);
  const list = Array.isArray(data) ? data : (data as { documents: unknown[] }).documents;
  return list.filter((document) => JSON.stringify(document).includes(taskId)).length;
};
const untilDone = (taskId: string) =>
  until(
    'the task to be done',
    async () => {
      const now = await standing(taskId);
      return now['status'] === 'done' ? now : undefined;
    },
    30_000,
    // The contract's rhythm is seconds; a test that asked faster than this would meet the rate limit.
    500,
  );

test('AF-12 happy print: the task of the server comes out of the register, once, and its fiscal data come back', async () => {
  const taskId = crypto.randomUUID();
  expect((await agent.post('/fiscal-tasks', task(taskId))).status).toBe(201);
  expect(await untilDone(taskId)).toMatchObject({
    attempts: 1,
    fiscal: { fnCode: '9999078902001234', shiftAutoOpened: true, fiscalSign: expect.stringMatching(/^\d{1,10}$/) },
  });
  expect(await documentsOf(taskId)).toBe(1);
});

test('AF-14 crash after the receipt closed, before any answer: the restart finds its document and prints nothing', async () => {
  const taskId = crypto.randomUUID();
  await axios.post(`${tape()}/faults`, { point: 'hang', method: 'close_receipt', when: 'after', seconds: 4 });
  await agent.post('/fiscal-tasks', task(taskId));
  await until('the fiscal memory to hold the document', async () =>
    (await documentsOf(taskId)) === 1 ? true : undefined,
  );
  await world.device('cashier').kill();
  await world.startDevice('cashier');
  const done = await untilDone(taskId);
  expect(done).toMatchObject({ fiscal: { fnCode: '9999078902001234' } });
  expect(await documentsOf(taskId)).toBe(1);
});

test('killed again and again while it sells: one document a task, and none is lost', async () => {
  const ids = Array.from({ length: 6 }, () => crypto.randomUUID());
  for (const [index, taskId] of ids.entries()) {
    await agent.post('/fiscal-tasks', task(taskId));
    // Somewhere between taking the task and telling its end, another place each time.
    await new Promise((resolve) => setTimeout(resolve, index * 12));
    await world.device('cashier').kill();
    await world.startDevice('cashier');
  }
  for (const taskId of ids) {
    await untilDone(taskId);
    expect(await documentsOf(taskId), taskId).toBe(1);
  }
}, 120_000);

/** What the command says, and the code it ends with. */
const prilavok = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const said: string[] = [];
  const complained: string[] = [];
  process.exitCode = undefined;
  await prilavokMain([...args, '--data-dir', join(folder, 'cashier')], env, {
    print: (text) => void said.push(text),
    complain: (text) => void complained.push(text),
    askSecret: async () => undefined,
    ask: async () => undefined,
  });
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { code, said: said.join('\n'), complained: complained.join('\n') };
};

describe('the command line', () => {
  const cashier = () => staffOf(world.access, 'cashier');
  const asCashier = (): [string[], Record<string, string>] => [
    ['--member', cashier().name],
    { STAFF_PIN: cashier().pin },
  ];

  test('tells the state of a running device, in words and as JSON', async () => {
    const { code, said } = await prilavok(['fiscal', 'status']);
    expect(code).toBe(0);
    expect(said).toContain('kkt-cashier-1 (main): ready');
    const json: unknown = JSON.parse((await prilavok(['fiscal', 'status', '--json'])).said);
    expect(json).toMatchObject({ registers: [{ id: 'kkt-cashier-1', fnNumber: '9999078902001234' }] });
  });

  test('acts on behalf of a person: X report, shift closed and opened, and nobody stays signed in', async () => {
    expect(await prilavok(['fiscal', 'x-report'])).toMatchObject({
      code: 1,
      complained: expect.stringContaining('--member'),
    });
    const [who, env] = asCashier();
    const x = await prilavok(['fiscal', 'x-report', ...who], env);
    expect(x.said).toContain('the records agree with the register');
    const closed = await prilavok(['fiscal', 'close-shift', ...who], env);
    expect(closed).toMatchObject({ code: 0, said: expect.stringContaining('close_shift: reported') });
    expect((await prilavok(['fiscal', 'open-shift', ...who], env)).code).toBe(0);
    const { said } = await prilavok(['fiscal', 'tasks', '--limit', '2']);
    expect(said).toMatch(/open_shift\s+reported[\s\S]*close_shift\s+reported/);
    expect(await prilavok(['fiscal', 'x-report', '--member', cashier().name], { STAFF_PIN: '9999' })).toMatchObject({
      code: 1,
      complained: expect.stringContaining('staff.pin_wrong'),
    });
  });

  test('refuses to settle what is known, and what it cannot read', async () => {
    const [who, env] = asCashier();
    const supervisor = staffOf(world.access, 'supervisor');
    const { said } = await prilavok(['fiscal', 'tasks', '--json', '--limit', '1']);
    const [known] = JSON.parse(said) as { readonly id: string }[];
    const settle = (...words: string[]) =>
      prilavok(['fiscal', 'settle', ...words, ...who, '--supervisor', supervisor.name], {
        ...env,
        SUPERVISOR_PIN: supervisor.pin,
      });
    expect(await settle(known?.id ?? '', 'not-printed')).toMatchObject({
      code: 1,
      complained: expect.stringContaining('fiscal.illegal_transition'),
    });
    expect((await settle(known?.id ?? '', 'maybe')).code).toBe(2);
  });

  test('starts a device that does not run, for the command alone', async () => {
    await world.device('cashier').stop();
    process.env['PRILAVOK_FISCAL_LIBRARY_PATH'] = buildShim().path ?? '';
    const { code, said } = await prilavok(['fiscal', 'tasks', '--open']);
    expect({ code, said }).toEqual({ code: 0, said: 'no tasks' });
    expect(existsSync(join(folder, 'cashier', 'shell.json'))).toBe(false);
    await world.startDevice('cashier');
  });
});

// Last: from here on the records of the till lack a sale that the register has in its shift.
test('a device put back to its copy beside a server that went on: what was sold since comes back, nothing is printed again', async () => {
  const [before, since, after] = Array.from({ length: 3 }, () => crypto.randomUUID()) as [string, string, string];
  const sell = (taskId: string) => agent.post('/fiscal-tasks', task(taskId));
  const rows = (database: string, sqlText: string, ...values: string[]) => {
    const client = new Database(database, { readonly: true });
    try {
      return client.prepare(sqlText).all(...values);
    } finally {
      client.close();
    }
  };
  const database = join(folder, 'cashier/device.db');
  await sell(before);
  await untilDone(before);
  const copies = join(folder, 'copies');
  expect(await prilavok(['backup', '--to', copies])).toMatchObject({ code: 0 });
  await sell(since);
  await untilDone(since);
  const writer = () => rows(database, 'SELECT incarnation FROM sync_state');
  const [life] = writer();

  await world.device('cashier').kill();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
  const [copy = ''] = readdirSync(copies);
  copyFileSync(join(copies, copy, 'device.db'), database);
  expect(rows(database, 'SELECT 1 FROM fiscal_tasks WHERE id = ?', since)).toEqual([]);
  await world.startDevice('cashier');
  await sell(after);
  await untilDone(after);
  const record = 'SELECT 1 FROM fiscal_records WHERE id = ?';
  await until('what was sold since to come back', async () =>
    rows(database, record, since).length === 1 ? true : undefined,
  );
  for (const taskId of [before, since, after]) {
    await untilDone(taskId);
    expect(await documentsOf(taskId), taskId).toBe(1);
  }
  expect(writer()).not.toEqual([life]);
}, 120_000);
