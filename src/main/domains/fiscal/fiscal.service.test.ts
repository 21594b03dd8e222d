import { beforeEach, describe, expect, test } from 'vitest';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import { codeOf, createFiscalWorld, type FiscalWorld, IVANOV, saleTask, TASK_A } from '#test/doubles/fiscal-world.ts';

const shiftTask = (type: 'open_shift' | 'close_shift'): FiscalTask => ({
  id: world.core.newId(),
  type,
  fiscalDeviceId: 'fd-1',
  operator: IVANOV,
});

let world: FiscalWorld;
beforeEach(() => {
  world = createFiscalWorld();
});

describe('the queue', () => {
  test('refuses a task whose sums disagree, naming the field, and stores nothing', () => {
    const { fiscal } = world.start();
    const wrong = saleTask(TASK_A);
    expect(() =>
      world.enqueue(fiscal, { ...wrong, receipt: wrong.receipt && { ...wrong.receipt, totalMinor: 49_999 } }),
    ).toThrowError(
      expect.objectContaining({
        code: 'app.bad_input',
        details: { issues: expect.arrayContaining([expect.objectContaining({ path: 'receipt.total' })]) },
      }),
    );
    expect(fiscal.tasks(10, 'all')).toEqual([]);
  });

  test('a transaction that fails later takes the task with it', () => {
    const { fiscal } = world.start();
    expect(() =>
      world.core.db.transaction((tx) => {
        fiscal.enqueue(tx, saleTask(TASK_A));
        throw new Error('the order could not be stored');
      }),
    ).toThrow('the order');
    expect(fiscal.tasks(10, 'all')).toEqual([]);
  });
});

describe('what the shift bar shows', () => {
  test('connecting, then ready with what the register says', async () => {
    const { fiscal } = world.start();
    expect(fiscal.view().state).toBe('connecting');
    await fiscal.tick();
    expect(fiscal.view()).toMatchObject({
      state: 'ready',
      model: 'АТОЛ 27Ф',
      shift: { state: 'open', number: 117 },
      queued: 0,
    });
  });

  test('not reachable: since when, why, and how much waits', async () => {
    world.register.reachable = false;
    const { fiscal } = world.start();
    world.enqueue(fiscal, saleTask(TASK_A));
    await fiscal.tick();
    expect(fiscal.view()).toMatchObject({
      state: 'unavailable',
      reason: 'Нет связи',
      since: world.core.now(),
      queued: 1,
    });
  });

  test('an unknown outcome blocks, and names the task', async () => {
    const { fiscal } = await world.makeUnknown();
    expect(fiscal.view()).toMatchObject({ state: 'blocked', unknownTaskId: TASK_A });
  });
});

describe('what a cashier may do', () => {
  test('opens and closes the shift by a document each', async () => {
    world.register.shiftState = 'closed';
    const { fiscal } = world.start();
    const opened = fiscal.request(shiftTask('open_shift'));
    await fiscal.tick();
    expect(fiscal.task(opened.id)).toMatchObject({ state: 'reported', document: { totalMinor: 0 } });
    const closed = fiscal.request(shiftTask('close_shift'));
    await fiscal.tick();
    expect(fiscal.task(closed.id).state).toBe('reported');
    expect(world.register.documents.map(({ kind }) => kind)).toEqual(['open_shift', 'open_shift', 'close_shift']);
  });

  test('may not touch the shift while an outcome is unknown', async () => {
    const { fiscal } = await world.makeUnknown();
    expect(codeOf(() => fiscal.request(shiftTask('close_shift')))).toBe('fiscal.queue_blocked');
  });

  test('repeats a failed task, and only a failed one', async () => {
    const { fiscal } = world.start();
    world.enqueue(fiscal, saleTask(TASK_A));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      world.register.fault = 'refused';
      await fiscal.tick();
      world.core.advance(60_000);
    }
    expect(fiscal.task(TASK_A).state).toBe('failed');
    fiscal.retry(TASK_A);
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('reported');
    expect(codeOf(() => fiscal.retry(TASK_A))).toBe('fiscal.illegal_transition');
  });
});
