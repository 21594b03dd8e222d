import { scryptSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { listSteps } from '#main/journal/journal.repo.ts';
import type { StaffMember, StaffRole } from '#shared/staff/staff.schema.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { APPROVAL_TTL_MS, type ApprovalNeed } from './approvals.service.ts';
import { LOCK_MS } from './staff.rules.ts';
import { createStaff, type StaffService } from './staff.service.ts';
import { staff as staffTable } from './staff.tables.ts';

const SALT = 'saltsaltsalt';
const member = (n: number, name: string, role: StaffRole, pin: string): StaffMember => ({
  id: `00000000-0000-7000-8000-0000000000a${n}`,
  name,
  role,
  pinVerifier: `scrypt$1024$8$1$${Buffer.from(SALT).toString('base64url')}$${scryptSync(pin, SALT, 32, { cost: 1024, blockSize: 8, parallelization: 1 }).toString('base64url')}`,
  active: true,
});
const ANNA = member(1, 'Анна Петрова', 'cashier', '0417');
const OLGA = member(2, 'Ольга Смирнова', 'supervisor', '2580');
const BORIS = member(3, 'Борис', 'cashier', '1111');
const CHECKOUT = '00000000-0000-7000-8000-0000000000f1';

let core: TestCore;
let staff: StaffService;
const refusal = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });
const ask = (pin = '2580', by = OLGA) => staff.approve({ memberId: by.id, pin, action: 'discount', subject: CHECKOUT });
const need = (more: Partial<ApprovalNeed> = {}) =>
  staff.requireApproval({ action: 'discount', subject: CHECKOUT, approvalId: undefined, ...more });
const audit = () => listSteps(core.db, 'audit', CHECKOUT).map(({ step, details }) => ({ step, ...details }));

beforeEach(async () => {
  core = createTestCore();
  for (const fields of [ANNA, OLGA, BORIS]) {
    core.db.insert(staffTable).values({ id: fields.id, scope: 'shop:1', ver: 1, fields }).run();
  }
  staff = createStaff(core);
  await staff.signIn(ANNA.id, '0417');
});

test('a cashier alone is told what needs whose consent', () => {
  expect(() => need({ facts: { limitPercent: 10 } })).toThrow(
    refusal('staff.approval_required', { action: 'discount', subject: CHECKOUT, limitPercent: 10, isStale: false }),
  );
  expect(audit()).toEqual([]);
});

test('an approval is good once, and the audit says who, for whom and what', async () => {
  const { approvalId, approver, expiresAt } = await ask();
  expect(approver).toEqual({ id: OLGA.id, name: 'Ольга Смирнова', role: 'supervisor' });
  expect(expiresAt).toBe(core.now() + APPROVAL_TTL_MS);
  expect(need({ approvalId, facts: { percent: 25 } })).toEqual({ name: 'Ольга Смирнова' });
  expect(() => need({ approvalId })).toThrow(refusal('staff.approval_required', { isStale: true }));
  const [by, to] = [
    { id: OLGA.id, name: OLGA.name },
    { id: ANNA.id, name: ANNA.name },
  ];
  expect(audit()).toEqual([
    { step: 'APPROVAL_GIVEN', approvalId, action: 'discount', by, for: to },
    { step: 'APPROVAL_USED', approvalId, action: 'discount', by, for: to, percent: 25 },
  ]);
});

test('an act that is rolled back has not used its approval', async () => {
  const { approvalId } = await ask();
  const act = (fails: boolean) =>
    core.db.transaction((tx) => {
      need({ approvalId, tx });
      if (fails) throw new Error('the disk is full');
    });
  expect(() => act(true)).toThrow('the disk is full');
  act(false);
  expect(() => act(false)).toThrow(refusal('staff.approval_required'));
});

describe('an approval is not good', () => {
  test('for another act or another kind of act', async () => {
    const { approvalId } = await ask();
    expect(() => need({ approvalId, subject: 'another' })).toThrow(refusal('staff.approval_required'));
    expect(() => need({ approvalId, action: 'refund' })).toThrow(refusal('staff.approval_required'));
    expect(need({ approvalId })).toEqual({ name: OLGA.name });
  });

  test.each([
    [APPROVAL_TTL_MS - 1, true],
    [APPROVAL_TTL_MS, false],
  ])('after %i ms: still good %s', async (ms, good) => {
    const { approvalId } = await ask();
    core.advance(ms);
    if (good) expect(need({ approvalId })).toEqual({ name: OLGA.name });
    else expect(() => need({ approvalId })).toThrow(refusal('staff.approval_required', { isStale: true }));
  });

  test('for the next cashier, nor after a restart', async () => {
    const { approvalId } = await ask();
    await staff.signIn(BORIS.id, '1111');
    expect(() => need({ approvalId })).toThrow(refusal('staff.approval_required'));
    staff = createStaff(core);
    await staff.signIn(ANNA.id, '0417');
    expect(() => need({ approvalId })).toThrow(refusal('staff.approval_required'));
  });

  test('when somebody else signed in while the PIN was being checked', async () => {
    const asked = ask();
    staff.signOut();
    await expect(asked).rejects.toThrow(refusal('staff.not_signed_in'));
    expect(audit()).toEqual([]);
  });
});

test('a supervisor who is signed in needs nobody, and the audit still says so', async () => {
  await staff.signIn(OLGA.id, '2580');
  expect(need()).toEqual({ name: OLGA.name });
  expect(need()).toEqual({ name: OLGA.name });
  const who = { id: OLGA.id, name: OLGA.name };
  expect(audit()).toEqual(Array(2).fill({ step: 'APPROVAL_USED', action: 'discount', by: who, for: who }));
});

test('a cashier cannot consent, and the PIN is not even looked at', async () => {
  for (let n = 0; n < 6; n += 1) {
    await expect(ask('9999', BORIS)).rejects.toThrow(refusal('staff.not_supervisor'));
  }
  await staff.signIn(BORIS.id, '1111');
});

test('wrong PINs of approving and of signing in are one count, over a restart', async () => {
  for (let n = 1; n <= 2; n += 1) await expect(ask('0000')).rejects.toThrow(refusal('staff.pin_wrong'));
  for (let n = 1; n <= 2; n += 1) {
    await expect(staff.signIn(OLGA.id, '0000')).rejects.toThrow(refusal('staff.pin_wrong'));
  }
  const retryAt = core.now() + LOCK_MS;
  await expect(ask('0000')).rejects.toThrow(refusal('staff.locked', { retryAt }));
  staff = createStaff(core);
  await staff.signIn(ANNA.id, '0417');
  await expect(ask()).rejects.toThrow(refusal('staff.locked', { retryAt }));
  await expect(staff.signIn(OLGA.id, '2580')).rejects.toThrow(refusal('staff.locked', { retryAt }));
  core.advance(LOCK_MS);
  await ask();
});

test('nobody signed in: there is nobody to consent for', async () => {
  staff.signOut();
  await expect(ask()).rejects.toThrow(refusal('staff.not_signed_in'));
  expect(() => need()).toThrow(refusal('staff.not_signed_in'));
});
