import { randomUUID, scryptSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createChangeBus } from '#main/changes.ts';
import type { Db } from '#main/db/db.ts';
import { createTestDb } from '#main/db/test-db.ts';
import { createMemoryLog, type DeviceLog } from '#main/log/log.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { isPinRight } from './pin.ts';
import { areRightsOver, decideAttempt, LOCK_MS } from './staff.rules.ts';
import { createStaff, type StaffService } from './staff.service.ts';
import { staff as staffTable } from './staff.tables.ts';

const PIN = '0417';
const verifierOf = (pin: string, cost = 1024) =>
  `scrypt$${cost}$8$1$${Buffer.from('saltsaltsalt').toString('base64url')}$${scryptSync(pin, 'saltsaltsalt', 32, { cost, blockSize: 8, parallelization: 1 }).toString('base64url')}`;
const ANNA: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a1',
  name: 'Анна Петрова',
  vatin: '123456789047',
  role: 'cashier',
  pinVerifier: verifierOf(PIN),
  active: true,
};

let db: Db;
let log: DeviceLog;
let at: number;
let staff: StaffService;
const open = () => {
  log = createMemoryLog();
  return createStaff({ db, now: () => at, newId: randomUUID, log, changes: createChangeBus(log) });
};
const put = (fields: StaffMember) =>
  db
    .insert(staffTable)
    .values({ id: fields.id, scope: 'shop:1', ver: 1, fields })
    .onConflictDoUpdate({ target: staffTable.id, set: { fields } })
    .run();
const failWith = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

beforeEach(() => {
  db = createTestDb();
  at = 1_763_700_000_000;
  put(ANNA);
  staff = open();
});

test('nobody is signed in after a start', async () => {
  await staff.signIn(ANNA.id, PIN);
  expect(staff.signedIn()?.name).toBe('Анна Петрова');
  expect(open().signedIn()).toBeUndefined();
});

test('the operator of a receipt is who is signed in', async () => {
  expect(() => staff.operator()).toThrow(failWith('staff.not_signed_in'));
  await staff.signIn(ANNA.id, PIN);
  expect(staff.operator()).toEqual({ name: 'Анна Петрова', vatin: '123456789047' });
  staff.signOut();
  expect(() => staff.operator()).toThrow(failWith('staff.not_signed_in'));
});

test('a dismissed member is signed out by that, and cannot sign in', async () => {
  await staff.signIn(ANNA.id, PIN);
  put({ ...ANNA, active: false });
  expect(staff.signedIn()).toBeUndefined();
  expect(staff.list()).toEqual([]);
  await expect(staff.signIn(ANNA.id, PIN)).rejects.toThrow(failWith('staff.pin_wrong'));
});

describe('guessing', () => {
  const guess = (pin = '9999') => staff.signIn(ANNA.id, pin);

  test('five wrong PINs lock for five minutes, the right one too, over a restart', async () => {
    for (let n = 1; n <= 4; n += 1) await expect(guess()).rejects.toThrow(failWith('staff.pin_wrong'));
    const retryAt = at + LOCK_MS;
    await expect(guess()).rejects.toThrow(failWith('staff.locked', { retryAt }));
    at += LOCK_MS - 1;
    await expect(guess(PIN)).rejects.toThrow(failWith('staff.locked', { retryAt }));
    staff = open();
    await expect(guess(PIN)).rejects.toThrow(failWith('staff.locked', { retryAt }));
    at += 1;
    await guess(PIN);
    expect(staff.signedIn()?.id).toBe(ANNA.id);
  });

  test('a right PIN forgives the wrong ones before it', async () => {
    for (let n = 1; n <= 4; n += 1) await expect(guess()).rejects.toThrow(failWith('staff.pin_wrong'));
    await guess(PIN);
    for (let n = 1; n <= 4; n += 1) await expect(guess()).rejects.toThrow(failWith('staff.pin_wrong'));
    await guess(PIN);
  });

  test('asking many times at once buys no free guess', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => guess()));
    expect(answers.every((answer) => answer.status === 'rejected')).toBe(true);
    await expect(guess(PIN)).rejects.toThrow(failWith('staff.locked'));
    expect(log.tail().filter(({ message }) => message === 'a wrong PIN')).toHaveLength(5);
  });

  test('one member’s lock is not another’s; an unknown member is told nothing new', async () => {
    const boris = { ...ANNA, id: '00000000-0000-7000-8000-0000000000b2', name: 'Борис' };
    put(boris);
    for (let n = 1; n <= 5; n += 1) await expect(guess()).rejects.toThrow();
    await staff.signIn(boris.id, PIN);
    await expect(staff.signIn('nobody', PIN)).rejects.toThrow(failWith('staff.pin_wrong'));
  });

  test('no PIN and no verifier reaches the log', async () => {
    await expect(guess('13579')).rejects.toThrow();
    await guess(PIN);
    const text = JSON.stringify(log.tail());
    expect(text).toContain(ANNA.id);
    for (const secret of ['13579', PIN, ANNA.pinVerifier]) expect(text).not.toContain(secret);
  });
});

test.each([
  ['the first', undefined, { kind: 'try', charged: { failures: 1, lockedUntil: null } }],
  ['the fifth', { failures: 4, lockedUntil: null }, { kind: 'try', charged: { failures: 5, lockedUntil: 301_000 } }],
  ['while locked', { failures: 5, lockedUntil: 1001 }, { kind: 'locked', retryAt: 1001 }],
  ['after a lock', { failures: 5, lockedUntil: 1000 }, { kind: 'try', charged: { failures: 1, lockedUntil: null } }],
])('a try: %s', (_name, before, decision) => {
  expect(decideAttempt(before, 1000)).toEqual(decision);
});

describe('a verifier', () => {
  test.each([
    ['its PIN', PIN, true],
    ['another PIN', '0418', false],
    ['its PIN without the leading zero', '417', false],
  ])('%s', async (_name, pin, right) => {
    expect(await isPinRight(pin, ANNA.pinVerifier)).toBe(right);
  });

  test.each([
    '',
    'scrypt',
    'argon2$1$2$3$a$b',
    'scrypt$1000$8$1$c2FsdHNhbHQ$aGFzaA',
    `${verifierOf(PIN)}$x`,
    'scrypt$1073741824$8$1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
  ])('that is malformed is a fault, not a wrong PIN: %s', async (text) => {
    await expect(isPinRight(PIN, text)).rejects.toThrow('malformed');
  });
});

test('rights are over after so many days without the server, and where the clock was put back behind its word', () => {
  const DAY_MS = 24 * 3_600_000;
  const heardAt = 1_763_000_000_000;
  expect(areRightsOver(heardAt, heardAt + 30 * DAY_MS, 30)).toBe(false);
  expect(areRightsOver(heardAt, heardAt + 30 * DAY_MS + 1, 30)).toBe(true);
  expect(areRightsOver(heardAt, heardAt - DAY_MS, 30)).toBe(false);
  expect(areRightsOver(heardAt, heardAt - DAY_MS - 1, 30)).toBe(true);
});
