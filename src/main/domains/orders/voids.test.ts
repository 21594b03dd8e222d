import { beforeEach, expect, test } from 'vitest';
import { listSteps } from '#main/journal/journal.repo.ts';
import { ANNA, type CounterWorld, createCounterWorld, MILK, OLGA } from '#test/doubles/counter-world.ts';
import type { VoidRequest } from './voids.service.ts';

const RECEIPT = '00000000-0000-7000-8000-0000000000f1';
const id = (n: number) => `00000000-0000-7000-8000-000000000e0${n}`;
const voided = (n: number, totalMinor: number, more: Partial<VoidRequest> = {}): VoidRequest => ({
  id: id(n),
  receiptId: RECEIPT,
  what: 'line',
  lines: [{ itemId: MILK.id, name: MILK.name, quantityMilli: 1000, totalMinor }],
  ...more,
});

let world: CounterWorld;
const audit = () => listSteps(world.core.db, 'audit', RECEIPT);
const refusal = (details: Record<string, unknown>) =>
  expect.objectContaining({ code: 'staff.approval_required', details: expect.objectContaining(details) });
beforeEach(() => {
  world = createCounterWorld({ mode: 'cashier' });
});

test('what a cashier takes off alone is kept for the audit', () => {
  world.voids.recordVoid(voided(1, 100_000));
  expect(audit()).toMatchObject([
    { step: 'VOIDED', details: { voidId: id(1), what: 'line', amountMinor: 100_000, by: ANNA.name } },
  ]);
  expect(audit()[0]?.details).not.toHaveProperty('approvedBy');
});

test('above the limit a supervisor allows it, and is named', () => {
  expect(() => world.voids.recordVoid(voided(1, 100_001))).toThrow(
    refusal({ action: 'void', subject: id(1), amountMinor: 100_001 }),
  );
  expect(audit()).toEqual([]);
  world.voids.recordVoid(voided(1, 100_001, { approvalId: world.approve('void', id(1)) }));
  expect(audit()).toMatchObject([{ step: 'VOIDED', details: { by: ANNA.name, approvedBy: OLGA.name } }]);
});

test('small ones of one receipt add up; those that were allowed or put back do not', () => {
  world.voids.recordVoid(voided(1, 60_000));
  expect(() => world.voids.recordVoid(voided(2, 40_001))).toThrow(refusal({ subject: id(2) }));
  world.voids.recordVoid(voided(3, 500_000, { approvalId: world.approve('void', id(3)) }));
  world.voids.recordVoid(voided(4, 40_000));
  expect(() => world.voids.recordVoid(voided(5, 1))).toThrow(refusal({ subject: id(5) }));
  world.voids.restoreVoid({ id: id(1), receiptId: RECEIPT });
  world.voids.recordVoid(voided(6, 60_000));
  world.voids.recordVoid(voided(7, 100_000, { receiptId: id(9) }));
});

test('asked twice is kept once', () => {
  world.voids.recordVoid(voided(1, 60_000));
  world.voids.recordVoid(voided(1, 60_000));
  expect(audit()).toHaveLength(1);
});

test('put back twice is kept once', () => {
  world.voids.recordVoid(voided(1, 60_000));
  for (let n = 0; n < 2; n += 1) world.voids.restoreVoid({ id: id(1), receiptId: RECEIPT });
  expect(audit().map(({ step }) => step)).toEqual(['VOIDED', 'VOID_RESTORED']);
});

test('one that is heard of late is kept in the name of who did it, over the limit too', () => {
  const late = { by: 'Борис', at: 5 };
  world.voids.recordVoid(voided(1, 60_000, { late }));
  world.voids.recordVoid(voided(2, 60_000, { late }));
  const said = { by: 'Борис', doneAt: 5, heardFrom: ANNA.name };
  expect(audit()).toMatchObject([
    { step: 'VOIDED', details: { voidId: id(1), ...said } },
    { step: 'VOIDED', details: { voidId: id(2), ...said, isOverLimit: true } },
  ]);
  expect(audit().map(({ details }) => 'isOverLimit' in details || 'approvedBy' in details)).toEqual([false, true]);
  world.voids.restoreVoid({ id: id(2), receiptId: RECEIPT, late });
  expect(audit().at(-1)).toMatchObject({ step: 'VOID_RESTORED', details: { voidId: id(2), ...said } });
});
