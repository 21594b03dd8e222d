import { beforeEach, describe, expect, test } from 'vitest';
import { createApprovals } from '#main/domains/staff/approvals.service.ts';
import { listSteps } from '#main/journal/journal.repo.ts';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { ANNA, OLGA } from '#test/doubles/counter-world.ts';
import {
  codeOf,
  createFiscalWorld,
  type FiscalWorld,
  IVANOV,
  saleTask,
  TASK_A,
  TASK_B,
} from '#test/doubles/fiscal-world.ts';

const COUNT_1 = '0190a000-0000-7000-8000-00000000c001';
const COUNT_2 = '0190a000-0000-7000-8000-00000000c002';
const MOVE = '0190a000-0000-7000-8000-00000000c003';

let world: FiscalWorld;
beforeEach(() => {
  world = createFiscalWorld();
});
const sell = async (fiscal: ReturnType<FiscalWorld['start']>['fiscal'], id: string, totalMinor: number) => {
  world.enqueue(fiscal, saleTask(id, totalMinor));
  await fiscal.tick();
};
const shiftTask: FiscalTask = { id: TASK_B, type: 'close_shift', fiscalDeviceId: 'fd-1', operator: IVANOV };
const notes = (valueMinor: number, count: number) => [{ valueMinor, count }];

describe('X and Z reports', () => {
  test('an X is printed, kept, and agrees with the records of the shift', async () => {
    const { fiscal, shift } = world.start();
    await sell(fiscal, TASK_A, 50_000);
    const report = await shift.xReport();
    expect(world.register.paperSlips).toEqual(['X']);
    expect(report).toMatchObject({
      kind: 'x',
      shiftNumber: 117,
      register: { sell: { count: 1, totalMinor: 50_000 } },
      ledger: { sell: { count: 1, totalMinor: 50_000 } },
      differences: [],
    });
    expect(shift.reports(10)).toEqual([report]);
  });

  test('a reading without paper is kept nowhere', async () => {
    const { shift } = world.start();
    await shift.reconcile();
    expect(world.register.paperSlips).toEqual([]);
    expect(shift.reports(10)).toEqual([]);
  });

  test('a receipt of another program is named in the difference', async () => {
    const { fiscal, shift } = world.start();
    await sell(fiscal, TASK_A, 50_000);
    world.register.write('sell', 12_300);
    const { differences, causes } = await shift.reconcile();
    expect(differences).toContainEqual({ row: 'sell', measure: 'totalMinor', ledger: 50_000, register: 62_300 });
    expect(causes).toEqual([
      { kind: 'foreign_document', fiscalDocumentNumber: 1043, receiptKind: 'sell', totalMinor: 12_300 },
    ]);
  });

  test('the close leaves a Z with what was read before the counters began anew, and its count of the drawer', async () => {
    const { fiscal, shift } = world.start();
    await sell(fiscal, TASK_A, 50_000);
    world.register.drawerMinor = 50_000;
    const counted = await shift.countCash({ id: COUNT_1, denominations: notes(50_000, 1) });
    expect(counted.result).toBe('agrees');
    const closing = shift.close({ countId: COUNT_1 });
    await fiscal.tick();
    expect(fiscal.task(closing.id).state).toBe('reported');
    const [z] = shift.reports(10);
    expect(z).toMatchObject({
      id: closing.id,
      kind: 'z',
      automatic: false,
      register: { sell: { count: 1, totalMinor: 50_000 } },
      fiscalDocumentNumber: 1043,
      counts: [{ id: COUNT_1, countedMinor: 50_000 }],
    });
  });

  test('a Z survives a crash between the document and the report', async () => {
    world.register.fault = 'hang_after_write';
    const { fiscal: dead, shift: lost } = world.start();
    const { id } = lost.close({});
    void dead.tick();
    while (world.register.documents.length < 2) await new Promise(setImmediate);
    const { fiscal, shift } = world.start();
    await fiscal.tick();
    expect(fiscal.task(id).state).toBe('reported');
    expect(shift.reports(10)).toMatchObject([{ id, kind: 'z', fiscalDocumentNumber: 1042 }]);
  });

  test('a register that does not tell its counters still closes its shift', async () => {
    const { fiscal, shift } = world.start();
    world.register.tellsCounters = false;
    const { id } = shift.close({});
    await fiscal.tick();
    expect(fiscal.task(id).state).toBe('reported');
    expect(shift.reports(10)).toEqual([]);
  });

  test('AF-13 a shift past 24 hours is closed by the receipt that meets it, with its own Z', async () => {
    const { fiscal, shift } = world.start();
    world.register.shiftState = 'expired';
    await sell(fiscal, TASK_A, 50_000);
    expect(world.register.documents.map(({ kind }) => kind)).toEqual([
      'open_shift',
      'close_shift',
      'open_shift',
      'sell',
    ]);
    expect(fiscal.task(TASK_A).document?.shiftAutoOpened).toBe(true);
    expect(shift.reports(10)).toMatchObject([{ kind: 'z', automatic: true, shiftNumber: 117 }]);
    expect(world.core.log.tail().map(({ event }) => event)).toContain('SHIFT_EXPIRED_REOPENED');
  });

  test('AF-13 the automatic close that the register refuses is tried again, and is one close', async () => {
    const { fiscal } = world.start();
    world.register.shiftState = 'expired';
    world.register.fault = 'refused';
    await sell(fiscal, TASK_A, 50_000);
    expect(fiscal.task(TASK_A).state).toBe('queued');
    world.core.advance(60_000);
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('reported');
    expect(world.register.documents.filter(({ kind }) => kind === 'close_shift')).toHaveLength(1);
  });

  test('AF-13 an automatic close that failed is taken up again, not asked for a second time', async () => {
    const { fiscal } = world.start();
    world.register.shiftState = 'expired';
    world.enqueue(fiscal, saleTask(TASK_A, 50_000));
    for (let attempt = 0; attempt < 4; attempt += 1) {
      world.register.fault = 'refused';
      await fiscal.tick();
      world.core.advance(60_000);
    }
    world.register.fault = undefined;
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('reported');
    expect(fiscal.tasks(10, 'all').filter(({ type }) => type === 'close_shift')).toMatchObject([{ state: 'reported' }]);
  });

  test('an automatic close that waited too long leaves a healthy shift alone', async () => {
    const { fiscal } = world.start();
    world.enqueue(fiscal, { ...shiftTask, automatic: true });
    await fiscal.tick();
    expect(fiscal.task(shiftTask.id).state).toBe('reported');
    expect(world.register.documents.map(({ kind }) => kind)).toEqual(['open_shift']);
  });

  test('a kept report is printed again: a Z from the fiscal memory, an X as text', async () => {
    const { fiscal, shift } = world.start();
    const x = await shift.xReport();
    const z = shift.close({});
    await fiscal.tick();
    await shift.printReport(x.id);
    await shift.printReport(z.id);
    const [, xText, zCopy, zText] = world.register.paperSlips;
    expect(xText).toContain('ОТЧЁТ БЕЗ ГАШЕНИЯ X (КОПИЯ)');
    expect(zCopy).toBe('copy 1042');
    expect(zText).toContain('Смена 117');
    await expect(shift.printReport(TASK_B)).rejects.toMatchObject({ code: 'fiscal.report_not_found' });
  });
});

describe('the blind count', () => {
  test('one that differs says only that it must be made again, by a supervisor', async () => {
    world.register.drawerMinor = 100_000;
    const { shift } = world.start();
    expect(await shift.countCash({ id: COUNT_1, denominations: notes(50_000, 1) })).toEqual({
      result: 'recount_needed',
      id: COUNT_1,
    });
    expect(codeOf(() => shift.close({ countId: COUNT_1 }))).toBe('fiscal.count_not_final');
  });

  test('the recount ends it with the difference, and may close the shift', async () => {
    world.register.drawerMinor = 100_000;
    const { fiscal, shift } = world.start();
    await shift.countCash({ id: COUNT_1, denominations: notes(50_000, 1) });
    const recount = await shift.countCash({
      id: COUNT_2,
      denominations: [...notes(50_000, 1), ...notes(10_000, 4)],
      recountOf: COUNT_1,
    });
    expect(recount).toMatchObject({
      result: 'differs',
      count: { countedMinor: 90_000, expectedMinor: 100_000, countedBy: 'Старшая Смирнова', recountOf: COUNT_1 },
    });
    expect(world.state.needs).toMatchObject([{ action: 'cash_count', subject: COUNT_1 }]);
    shift.close({ countId: COUNT_2 });
    await fiscal.tick();
    expect(shift.reports(1)[0]?.counts.map(({ id }) => id)).toEqual([COUNT_1, COUNT_2]);
  });

  test('a recount without a supervisor leaves nothing behind', async () => {
    world.register.drawerMinor = 100_000;
    const { shift } = world.start();
    await shift.countCash({ id: COUNT_1, denominations: [] });
    world.state.approver = undefined;
    await expect(shift.countCash({ id: COUNT_2, denominations: [], recountOf: COUNT_1 })).rejects.toMatchObject({
      code: 'staff.approval_required',
    });
    expect(codeOf(() => shift.close({ countId: COUNT_2 }))).toBe('fiscal.count_not_final');
  });

  test('a count that agreed is not made again', async () => {
    const { shift } = world.start();
    await shift.countCash({ id: COUNT_1, denominations: [] });
    await expect(shift.countCash({ id: COUNT_2, denominations: [], recountOf: COUNT_1 })).rejects.toMatchObject({
      code: 'fiscal.count_not_final',
    });
  });
});

describe('cash in and out', () => {
  test('is moved once, however often it is asked, and counts in the shift', async () => {
    const { fiscal, shift } = world.start();
    const move = { id: MOVE, direction: 'in', amountMinor: 300_000, reason: 'размен' } as const;
    shift.moveCash(move);
    await fiscal.tick();
    expect(shift.moveCash(move).state).toBe('reported');
    await fiscal.tick();
    expect(world.register.drawerMinor).toBe(300_000);
    await fiscal.tick();
    // The screen shows the drawer as it is after the task, not as it was before.
    expect(fiscal.view().cashMinor).toBe(300_000);
    expect((await shift.reconcile()).differences).toEqual([]);
    expect(world.reports.at(-1)).toMatchObject({ type: 'cash_in', status: 'done', totalMinor: 300_000 });
  });

  test.each(['lost_after_write', 'lost_before_write'] as const)(
    '%s: the counter tells, and it is moved once',
    async (fault) => {
      const { fiscal, shift } = world.start();
      world.register.fault = fault;
      shift.moveCash({ id: MOVE, direction: 'in', amountMinor: 100, reason: 'размен' });
      await fiscal.tick();
      world.core.advance(60_000);
      await fiscal.tick();
      expect(fiscal.task(MOVE).state).toBe('reported');
      expect(world.register.cash.in).toEqual({ count: 1, totalMinor: 100 });
    },
  );

  test('a crash while it is under way is proved by the counter', async () => {
    world.register.fault = 'hang_after_write';
    const { fiscal: dead, shift: lost } = world.start();
    lost.moveCash({ id: MOVE, direction: 'in', amountMinor: 100, reason: 'размен' });
    void dead.tick();
    while (world.register.cash.in.count === 0) await new Promise(setImmediate);
    const { fiscal } = world.start();
    await fiscal.tick();
    expect(fiscal.task(MOVE).state).toBe('reported');
    expect(world.register.cash.in.count).toBe(1);
  });

  test('a counter that somebody else has turned too is unknown, until a person says', async () => {
    world.register.fault = 'hang_after_write';
    const { fiscal: dead, shift: lost } = world.start();
    lost.moveCash({ id: MOVE, direction: 'in', amountMinor: 100, reason: 'размен' });
    void dead.tick();
    while (world.register.cash.in.count === 0) await new Promise(setImmediate);
    world.register.cash.in = { count: 2, totalMinor: 5100 };
    const { fiscal, verdicts } = world.start();
    await fiscal.tick();
    expect(fiscal.task(MOVE).state).toBe('unknown');
    world.core.advance(60_000);
    await verdicts.settle({ verdict: 'printed', id: MOVE }, { name: 'Старшая Смирнова' });
    await fiscal.tick();
    expect(fiscal.task(MOVE).state).toBe('reported');
    expect(world.register.cash.in.count).toBe(2);
  });

  test('taking out needs a supervisor, and no more than there is', async () => {
    const { fiscal, shift } = world.start();
    world.register.drawerMinor = 1000;
    await fiscal.tick();
    const out = { id: MOVE, direction: 'out', reason: 'инкассация' } as const;
    expect(codeOf(() => shift.moveCash({ ...out, amountMinor: 1001 }))).toBe('fiscal.not_enough_cash');
    world.state.approver = undefined;
    expect(codeOf(() => shift.moveCash({ ...out, amountMinor: 1000 }))).toBe('staff.approval_required');
    world.state.approver = { name: 'Старшая Смирнова' };
    shift.moveCash({ ...out, amountMinor: 1000 });
    await fiscal.tick();
    expect(world.register.drawerMinor).toBe(0);
  });

  test('a crash between the approval and the queue leaves neither, and the approval is still good', async () => {
    const { fiscal, shift } = world.start();
    world.register.drawerMinor = 1000;
    await fiscal.tick();
    const approvals = createApprovals(world.core);
    world.state.requireApproval = (need) => approvals.require(ANNA, need);
    const { approvalId } = approvals.grant(OLGA, ANNA, 'cash_out', MOVE);
    const out = { id: MOVE, direction: 'out', amountMinor: 1000, reason: 'инкассация', approvalId } as const;
    const steps = () => listSteps(world.core.db, 'audit', MOVE).map(({ step }) => step);

    const sqlite = world.core.db.$client;
    sqlite.exec(`CREATE TEMP TRIGGER dies BEFORE INSERT ON fiscal_tasks BEGIN SELECT RAISE(ABORT, 'died here'); END`);
    expect(() => shift.moveCash(out)).toThrow('died here');
    expect(steps()).toEqual(['APPROVAL_GIVEN']);
    sqlite.exec('DROP TRIGGER dies');

    expect(shift.moveCash(out).state).toBe('queued');
    expect(steps()).toEqual(['APPROVAL_GIVEN', 'APPROVAL_USED']);
    await fiscal.tick();
    expect(world.register.drawerMinor).toBe(0);
  });
});

test('while the register is away, a question to it is refused in words', async () => {
  const { shift } = world.start();
  world.register.reachable = false;
  await expect(shift.xReport()).rejects.toThrow(AppError);
  await expect(shift.xReport()).rejects.toMatchObject({ code: 'fiscal.register_unavailable' });
});
