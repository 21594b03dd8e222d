import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '#main/db/db.ts';
import { createTestDb } from '#main/db/test-db.ts';
import { listSteps } from '#main/journal/journal.repo.ts';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import { createRegisterDouble, type RegisterDouble } from '#test/doubles/register-double.ts';
import { doubtWaiting } from './fiscal.copy.ts';
import { createExecutor, type Executor } from './fiscal.executor.ts';
import { createLink } from './fiscal.link.ts';
import { findTask, insertTask } from './fiscal.repo.ts';
import { createTaskSteps } from './fiscal.steps.ts';
import { fiscalRecords } from './fiscal.tables.ts';

const TASK: FiscalTask = {
  id: '11111111-1111-4111-8111-111111111111',
  type: 'sale',
  fiscalDeviceId: 'fd-1',
  operator: { name: 'Кассир Иванов И.', vatin: '123456789047' },
  receipt: {
    kind: 'sell',
    taxationSystem: 'osn',
    items: [
      {
        name: 'Товар',
        priceMinor: 50_000,
        quantityMilli: 1000,
        totalMinor: 50_000,
        vat: 'none',
        paymentObject: 'commodity',
        paymentMethod: 'full_payment',
        unit: 'piece',
      },
    ],
    payments: [{ type: 'cash', sumMinor: 50_000 }],
    totalMinor: 50_000,
  },
};
const second: FiscalTask = { ...TASK, id: '22222222-2222-4222-8222-222222222222' };
const writer = {
  organizationId: 'org-1',
  shopId: '0190a000-0000-7000-8000-000000000001',
  deviceId: '0190a000-0000-7000-8000-000000000002',
};

let db: Db;
let clock: number;
let made: number;
let register: RegisterDouble;
let reports: MutatorArgs<'fiscal.report'>['record'][];

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const coreOf = () => ({
  db,
  now: () => clock,
  newId: () => `0190a000-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`,
  log,
  changes: { emit() {}, subscribe: () => () => undefined },
});
const syncDouble = {
  mutate: <N extends MutatorName>(_tx: unknown, name: N, args: MutatorArgs<N>) => {
    if (name === 'fiscal.report') reports.push((args as MutatorArgs<'fiscal.report'>).record);
  },
  writer: () => writer,
  wake() {},
};
/** A device that starts: a new executor and a new connection over what is on the disk. */
function start(): Executor {
  return createExecutor({
    core: coreOf(),
    sync: syncDouble,
    registerId: 'fd-1',
    recognise: () => true,
    link: createLink(register.open, () => ({ ip: '127.0.0.1', port: 5555 })),
    statusIntervalMs: 10_000,
  });
}
const enqueue = (task: FiscalTask): void => db.transaction((tx) => void insertTask(tx, task, 'device', clock));
const stateOf = (task: FiscalTask) => findTask(db, task.id)?.state;
const stepsOf = (task: FiscalTask): string[] => listSteps(db, 'fiscal', task.id).map(({ step }) => step);
const receiptsOf = (task: FiscalTask) => register.documents.filter(({ taskId }) => taskId === task.id);
/** Lets a start that waits for ever get as far as it can: every await before the hang is a microtask. */
const untilSending = async (task: FiscalTask): Promise<void> => {
  while (stateOf(task) !== 'sending') await new Promise(setImmediate);
};

beforeEach(() => {
  db = createTestDb();
  made = 0;
  clock = 1_763_700_000_000;
  register = createRegisterDouble();
  reports = [];
});

describe('a task that goes well', () => {
  test('AF-12 happy print: one document, every step in the journal, the report carries the fiscal data', async () => {
    enqueue(TASK);
    await start().tick();
    expect(stepsOf(TASK)).toEqual(['queued', 'claimed', 'baseline', 'sending', 'closed', 'printed', 'reported']);
    expect(receiptsOf(TASK)).toHaveLength(1);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({
      status: 'done',
      document: {
        fnNumber: '9999078902001234',
        fiscalDocumentNumber: 1042,
        fiscalSign: '1001042',
        shiftAutoOpened: false,
        printed: true,
      },
    });
  });

  test('tasks are done in the order they were queued', async () => {
    enqueue(TASK);
    enqueue(second);
    await start().tick();
    expect(register.commands).toEqual([TASK.id, second.id]);
  });

  test('the same task queued twice is done once', async () => {
    enqueue(TASK);
    enqueue(TASK);
    await start().tick();
    await start().tick();
    expect(receiptsOf(TASK)).toHaveLength(1);
  });

  test('a closed shift is opened with the receipt, and said so', async () => {
    register.shiftState = 'closed';
    enqueue(TASK);
    await start().tick();
    expect(findTask(db, TASK.id)?.document?.shiftAutoOpened).toBe(true);
  });

  test('an expired shift is closed first', async () => {
    register.shiftState = 'expired';
    enqueue(TASK);
    await start().tick();
    expect(register.documents.map(({ kind }) => kind)).toEqual(['open_shift', 'close_shift', 'open_shift', 'sell']);
    expect(findTask(db, TASK.id)?.document?.shiftAutoOpened).toBe(true);
  });

  test('opening an open shift is done without a document', async () => {
    const open: FiscalTask = { id: TASK.id, type: 'open_shift', fiscalDeviceId: 'fd-1', operator: TASK.operator };
    enqueue(open);
    await start().tick();
    expect(stateOf(open)).toBe('reported');
    expect(register.commands).toEqual([]);
  });
});

describe('a device that dies', () => {
  test('AF-14 crash after the receipt closed, before the report: reported from the journal, nothing printed again', async () => {
    register.fault = 'paper_out';
    enqueue(TASK);
    await start().tick();
    expect(stateOf(TASK)).toBe('closed');
    register.paper = true;
    await start().tick();
    expect(stateOf(TASK)).toBe('reported');
    expect(receiptsOf(TASK)).toHaveLength(1);
    expect(register.commands).toEqual([TASK.id]);
    expect(reports.at(-1)).toMatchObject({ status: 'done', document: { fiscalDocumentNumber: 1042, printed: true } });
  });

  test('killed after the fiscal memory was written and before any answer: proved by the task id, not printed again', async () => {
    register.fault = 'hang_after_write';
    enqueue(TASK);
    void start().tick();
    await untilSending(TASK);
    await new Promise(setImmediate);
    await start().tick();
    expect(stateOf(TASK)).toBe('reported');
    expect(receiptsOf(TASK)).toHaveLength(1);
    expect(register.commands).toEqual([TASK.id]);
  });

  test.each(['claimed', 'baseline'] as const)('killed at %s: nothing was sent, so it is done anew', async (state) => {
    enqueue(TASK);
    db.$client.prepare('UPDATE fiscal_tasks SET state = ? WHERE id = ?').run(state, TASK.id);
    await start().tick();
    expect(stateOf(TASK)).toBe('reported');
    expect(receiptsOf(TASK)).toHaveLength(1);
  });

  test('killed at sending before the register was reached: proved not closed, then printed once', async () => {
    register.fault = 'lost_before_write';
    enqueue(TASK);
    const executor = start();
    await executor.tick();
    expect(stepsOf(TASK)).toContain('not_closed');
    clock += 60_000;
    await executor.tick();
    expect(stateOf(TASK)).toBe('reported');
    expect(receiptsOf(TASK)).toHaveLength(1);
  });
});

describe('a register that fails', () => {
  test('link lost after the write: found by the proof, one document', async () => {
    register.fault = 'lost_after_write';
    enqueue(TASK);
    await start().tick();
    expect(stateOf(TASK)).toBe('reported');
    expect(receiptsOf(TASK)).toHaveLength(1);
  });

  test('link lost and gone: unknown, the queue stops, headquarters is told; the register ends it when it answers', async () => {
    register.fault = 'hang_after_write';
    enqueue(TASK);
    void start().tick();
    await untilSending(TASK);
    await new Promise(setImmediate);
    register.reachable = false;
    enqueue(second);
    const executor = start();
    await executor.tick();
    expect(stateOf(TASK)).toBe('unknown');
    expect(stateOf(second)).toBe('queued');
    expect(reports.at(-1)).toMatchObject({ id: TASK.id, status: 'unknown' });
    register.reachable = true;
    clock += 60_000;
    await executor.tick();
    expect([stateOf(TASK), stateOf(second)]).toEqual(['reported', 'reported']);
    expect(register.commands).toEqual([TASK.id, second.id]);
  });

  test('another register in its place: unknown, and nothing is printed on it', async () => {
    register.fault = 'hang_after_write';
    enqueue(TASK);
    void start().tick();
    await untilSending(TASK);
    await new Promise(setImmediate);
    register.fnNumber = '9999078902005678';
    const executor = start();
    await executor.tick();
    clock += 60_000;
    await executor.tick();
    expect(stateOf(TASK)).toBe('unknown');
    expect(register.commands).toEqual([TASK.id]);
  });

  test('not reachable: the task waits, unharmed, and is done when it is', async () => {
    register.reachable = false;
    enqueue(TASK);
    const executor = start();
    await executor.tick();
    expect(stateOf(TASK)).toBe('queued');
    expect(findTask(db, TASK.id)?.error?.text).toBe('Нет связи');
    register.reachable = true;
    await executor.tick();
    expect(stateOf(TASK)).toBe('queued');
    clock += 60_000;
    await executor.tick();
    expect(stateOf(TASK)).toBe('reported');
  });

  test('refused three times: failed, a person is asked, later tasks go on', async () => {
    enqueue(TASK);
    enqueue(second);
    const executor = start();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      register.fault = 'refused';
      await executor.tick();
      clock += 60_000;
    }
    await executor.tick();
    expect([stateOf(TASK), stateOf(second)]).toEqual(['failed', 'reported']);
    expect(receiptsOf(TASK)).toHaveLength(0);
  });

  test('paper out: fiscalised, told to headquarters at once, the next task waits for the paper', async () => {
    register.fault = 'paper_out';
    enqueue(TASK);
    enqueue(second);
    const executor = start();
    await executor.tick();
    expect([stateOf(TASK), stateOf(second)]).toEqual(['closed', 'queued']);
    expect(reports).toMatchObject([{ status: 'done', document: { printed: false } }]);
    register.paper = true;
    clock += 60_000;
    await executor.tick();
    expect([stateOf(TASK), stateOf(second)]).toEqual(['reported', 'reported']);
    expect(register.commands).toEqual([TASK.id, second.id]);
  });
});

describe('a device put back to a copy that was made while receipts waited', () => {
  const cash: FiscalTask = {
    id: '33333333-3333-4333-8333-333333333333',
    type: 'cash_in',
    fiscalDeviceId: 'fd-1',
    operator: TASK.operator,
    cash: { amountMinor: 1000, reason: 'Размен' },
  };
  /** By what it printed before, a device knows where to begin to look. */
  const first: FiscalTask = { ...TASK, id: '44444444-4444-4444-8444-444444444444' };
  const knowRegister = (fnNumber: string | null) =>
    db.$client
      .prepare("INSERT INTO registers (id, kkt_serial, fn_number, created_at) VALUES ('fd-1', ?, ?, 1)")
      .run('00106700000001', fnNumber);
  const copy = (toCome: readonly string[] = []): Db => {
    const image = new Database(db.$client.serialize());
    doubtWaiting(image, clock, toCome);
    return drizzle({ client: image });
  };
  const live = async (): Promise<void> => {
    const executor = start();
    for (let nth = 0; nth < 4; nth += 1) {
      await executor.tick();
      clock += 60_000;
    }
  };

  test('what the shop knows to be printed is not printed again, though the copy knew nothing of it', async () => {
    enqueue(TASK);
    const before = copy();
    await start().tick();
    const [record] = reports;
    // The copy is older than the task, whose record comes from the server; then whatever made the task makes it again.
    db = before;
    db.$client.prepare('DELETE FROM fiscal_tasks').run();
    if (record === undefined) throw new Error('the task has told nobody');
    db.insert(fiscalRecords).values({ id: record.id, scope: 'shop:1', ver: 1, fields: record }).run();
    enqueue(TASK);
    enqueue(second);
    await live();
    expect([stateOf(TASK), stateOf(second)]).toEqual(['reported', 'reported']);
    expect([receiptsOf(TASK).length, receiptsOf(second).length]).toEqual([1, 1]);
    expect(findTask(db, TASK.id)?.document).toEqual(record.document);
    expect(stepsOf(TASK)).toContain('reported');
    expect(stepsOf(TASK)).not.toContain('sending');
  });

  test('a record that says anything but done stops nothing', async () => {
    enqueue(TASK);
    const record = { ...TASK, status: 'unknown' } as never;
    db.insert(fiscalRecords).values({ id: TASK.id, scope: 'shop:1', ver: 1, fields: record }).run();
    await start().tick();
    expect(receiptsOf(TASK)).toHaveLength(1);
  });

  test('what was printed since is found, what was not is printed once', async () => {
    knowRegister('9999078902001234');
    enqueue(first);
    await start().tick();
    enqueue(TASK);
    const restored = copy();
    await start().tick();
    expect(receiptsOf(TASK)).toHaveLength(1);
    // The same that was asked for twice: only the first is in the life that went on.
    db = restored;
    enqueue(second);
    await live();
    expect([stateOf(TASK), stateOf(second)]).toEqual(['reported', 'reported']);
    expect([receiptsOf(TASK).length, receiptsOf(second).length]).toEqual([1, 1]);
    expect(stepsOf(TASK)).toEqual(['queued', 'unknown', 'closed', 'printed', 'reported']);
  });

  test('what nobody printed since is printed', async () => {
    knowRegister('9999078902001234');
    enqueue(first);
    await start().tick();
    enqueue(TASK);
    db = copy();
    await live();
    expect(stateOf(TASK)).toBe('reported');
    expect(receiptsOf(TASK)).toHaveLength(1);
  });

  const waitsBehindOneThatIsSent = async (fault: 'hang_after_write' | 'hang_before_write'): Promise<Db> => {
    knowRegister('9999078902001234');
    enqueue(first);
    await start().tick();
    enqueue(TASK);
    register.fault = fault;
    void start().tick();
    await untilSending(TASK);
    enqueue(second);
    return copy();
  };

  test.each(
    (['hang_after_write', 'hang_before_write'] as const).flatMap((fault) =>
      [true, false].map((goesOn) => ({ fault, goesOn })),
    ),
  )(
    'one was being printed and another waited ($fault, the life goes on: $goesOn): each is printed once, by itself',
    async ({ fault, goesOn }) => {
      const restored = await waitsBehindOneThatIsSent(fault);
      if (goesOn) await live();
      db = restored;
      await live();
      expect([stateOf(TASK), stateOf(second)]).toEqual(['reported', 'reported']);
      expect([receiptsOf(TASK).length, receiptsOf(second).length]).toEqual([1, 1]);
    },
  );

  test('a register that does not say whose a document is proves nothing by a sum: a person is asked, of the first first', async () => {
    register.hideTaskIds = true;
    const restored = await waitsBehindOneThatIsSent('hang_after_write');
    db = restored;
    await live();
    expect([stateOf(TASK), stateOf(second)]).toEqual(['unknown', 'unknown']);
    const before = register.documents.length;
    const [first, own] = [findTask(restored, TASK.id), register.documents.at(-1)];
    if (!first || !own) throw new Error('nothing was sent');
    // The person finds the paper of the first, and none of the second.
    const steps = createTaskSteps(coreOf(), syncDouble);
    steps.closed(first, { ...own.document, printed: true });
    await live();
    // One document is not proof of two receipts.
    expect(stateOf(second)).toBe('reported');
    expect(register.documents).toHaveLength(before + 1);
  });

  test('a word that nothing was printed does not outlive the copy', async () => {
    const restored = await waitsBehindOneThatIsSent('hang_after_write');
    restored.$client.prepare("UPDATE fiscal_tasks SET said_not_printed_by = 'Иванов' WHERE id = ?").run(TASK.id);
    const again = new Database(restored.$client.serialize());
    doubtWaiting(again, clock);
    db = drizzle({ client: again });
    expect(findTask(db, TASK.id)).toMatchObject({ state: 'unknown', saidNotPrintedBy: null });
  });

  test.each([true, false])(
    'a receipt of money under way, asked for once more (printed meanwhile: %s), is printed once',
    async (isPrinted) => {
      knowRegister('9999078902001234');
      enqueue(first);
      await start().tick();
      const restored = copy([TASK.id]);
      if (isPrinted) {
        enqueue(TASK);
        await live();
      }
      db = restored;
      enqueue(TASK);
      enqueue(second);
      await live();
      expect([stateOf(TASK), stateOf(second)]).toEqual(['reported', 'reported']);
      expect([receiptsOf(TASK).length, receiptsOf(second).length]).toEqual([1, 1]);
    },
  );

  test('a shift is not closed for what a shift of then asked', async () => {
    knowRegister('9999078902001234');
    const close: FiscalTask = { id: second.id, type: 'close_shift', fiscalDeviceId: 'fd-1', operator: TASK.operator };
    enqueue(close);
    db = copy();
    await live();
    expect(stateOf(close)).toBe('failed');
    expect(register.commands).toEqual([]);
  });

  test('where nothing proves it a person is asked: a register that never answered, and cash, which leaves no document', async () => {
    knowRegister(null);
    enqueue(TASK);
    enqueue(cash);
    db = copy();
    await live();
    expect([stateOf(TASK), stateOf(cash)]).toEqual(['unknown', 'failed']);
    expect(register.commands).toEqual([]);
  });

  test('the data that the device works with stay as they are', async () => {
    knowRegister('9999078902001234');
    enqueue(TASK);
    copy();
    expect(findTask(db, TASK.id)).toMatchObject({ state: 'queued', baseline: null, error: null });
  });
});
