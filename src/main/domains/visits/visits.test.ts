import { beforeEach, describe, expect, test } from 'vitest';
import { VisitId } from '#shared/visits/visits.schema.ts';
import { createTestCore, quietLog, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync, type LocalSync } from '#test/doubles/local-sync.ts';
import { newVisitId } from './visit-id.ts';
import { AFTER_PAYMENT_MS, decideEnd, decideTime } from './visits.rules.ts';
import { createVisitExpiry, createVisits, type NewVisit, type VisitService } from './visits.service.ts';

const TTL = 3_600_000;
const CAR: NewVisit = { kind: 'diagnostics', language: 'ru' };

let core: TestCore;
let sync: LocalSync;
let visits: VisitService;
let pendingUntil: number | undefined;
let isPaid: boolean;
let changed: string[];

const open = () =>
  createVisits(core, { sync, ttlMs: TTL, payments: { pendingUntil: () => pendingUntil, isPaid: () => isPaid } });
const refusal = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });
const metric = async (name: string) =>
  Object.fromEntries(
    ((await core.metrics.getSingleMetric(name)?.get())?.values ?? []).map(({ labels, value }) => [labels.type, value]),
  );

beforeEach(() => {
  core = createTestCore();
  sync = createLocalSync(core, 'kiosk');
  pendingUntil = undefined;
  isPaid = false;
  changed = [];
  core.changes.subscribe(({ collection }) => changed.push(collection));
  visits = open();
});

test('a visit starts: an id nobody guesses, an hour of time, a device of its own', async () => {
  const visit = visits.start(CAR);
  expect(visit).toMatchObject({ status: 'active', createdAt: core.now(), expiresAt: core.now() + TTL });
  expect(visit.id).toMatch(/^OBD-[A-Z0-9]+-[A-Z0-9]{6,}$/);
  expect(visit.deviceId).toBe(sync.writer().deviceId);
  expect(visits.current()).toEqual(visit);
  expect(sync.outbox()).toEqual(['visit.start']);
  expect(changed).toEqual(['sync', 'visits']);
  expect(await metric('sessions_created_total')).toEqual({ diagnostics: 1, thickness: 0, photo: 0 });
  expect(await metric('sessions_active')).toEqual({ diagnostics: 1, thickness: 0, photo: 0 });
});

test('one client at a time', () => {
  const { id } = visits.start(CAR);
  expect(() => visits.start(CAR)).toThrow(refusal('visits.already_active', { id }));
  visits.finish(id, 'completed');
  expect(visits.start({ ...CAR, kind: 'thickness' }).id).toMatch(/^THK-/);
});

test('notes are added to what is there; a contact takes the place of another, so that it can be withdrawn', () => {
  const { id } = visits.start({ ...CAR, metadata: { vehicleMake: 'Lada' } });
  visits.update(id, { contact: { email: 'ivan@example.ru' } });
  const visit = visits.update(id, { contact: { phone: '+79001234567' }, metadata: { vehicleModel: 'Vesta' } });
  expect(visit.contact).toEqual({ phone: '+79001234567' });
  expect(visits.update(id, { contact: {} }).contact).toEqual({});
  expect(visit.metadata).toEqual({ vehicleMake: 'Lada', vehicleModel: 'Vesta' });
  expect(() => visits.update('OBD-X-AAAAAA', {})).toThrow(refusal('visits.not_found'));
});

describe('AK-07 a visit ends once', () => {
  test('complete twice', async () => {
    const { id } = visits.start(CAR);
    core.advance(90_000);
    const first = visits.finish(id, 'completed');
    core.advance(5000);
    expect(visits.finish(id, 'completed')).toEqual(first);
    expect(first.finishedAt).toBe(core.now() - 5000);
    expect(await metric('sessions_completed_total')).toMatchObject({ diagnostics: 1 });
    expect(() => visits.finish(id, 'expired')).toThrow(refusal('visits.illegal_transition'));
  });

  test.each([
    ['active', 'completed', 'end'],
    ['active', 'expired', 'end'],
    ['active', 'failed', 'end'],
    ['completed', 'completed', 'noop'],
    ['expired', 'expired', 'noop'],
    ['expired', 'completed', 'visits.expired'],
    ['completed', 'expired', 'visits.illegal_transition'],
    ['failed', 'completed', 'visits.illegal_transition'],
  ] as const)('%s → %s: %s', (from, to, outcome) => {
    const decision = decideEnd(from, to);
    expect(decision.kind === 'refuse' ? decision.code : decision.kind).toBe(outcome);
  });
});

describe('time', () => {
  test.each([
    ['time is left', 1001, undefined, { kind: 'keep' }],
    ['time is over', 1000, undefined, { kind: 'expire' }],
    ['over, but the client is paying', 1000, 5000, { kind: 'prolong', until: 5000 + AFTER_PAYMENT_MS }],
    ['left, but less than the payment needs', 4000, 5000, { kind: 'prolong', until: 5000 + AFTER_PAYMENT_MS }],
    ['left, and enough for the payment', 99_000, 5000, { kind: 'keep' }],
    ['over, and the payment is over for a minute', 1000, 1000 - AFTER_PAYMENT_MS, { kind: 'expire' }],
  ])('%s', (_name, expiresAt, until, decision) => {
    expect(decideTime(expiresAt, until, 1000)).toEqual(decision);
  });

  test('AK-04 timeout: the loop expires it, and a later change is refused', async () => {
    const { id } = visits.start({ ...CAR, ttlMs: 5000 });
    core.advance(4999);
    await createVisitExpiry(visits, quietLog).tick();
    expect(visits.get(id).status).toBe('active');
    core.advance(1);
    await createVisitExpiry(visits, quietLog).tick();
    expect(sync.outbox().at(-1)).toBe('visit.finish');
    expect(visits.get(id)).toMatchObject({ status: 'expired', finishedAt: core.now() });
    expect(visits.current()).toBeUndefined();
    expect(() => visits.update(id, { contact: { email: 'late@example.ru' } })).toThrow(refusal('visits.expired'));
    expect(await metric('sessions_expired_total')).toMatchObject({ diagnostics: 1 });
    expect(await metric('sessions_active')).toMatchObject({ diagnostics: 0 });
  });

  test('AK-05 expired by restart: before the first screen', async () => {
    const { id } = visits.start(CAR);
    core.advance(TTL * 2);
    core.metrics.clear();
    visits = open();
    await createVisitExpiry(visits, quietLog).tick();
    expect(visits.list({ limit: 1 })).toMatchObject([{ id, status: 'expired' }]);
  });

  test('an overdue visit is expired by whoever reads it, and makes room', () => {
    const { id } = visits.start(CAR);
    core.advance(TTL);
    expect(visits.current()).toBeUndefined();
    expect(visits.get(id).status).toBe('expired');
    expect(visits.start(CAR).status).toBe('active');
  });

  test('AK-06 timeout during payment: prolonged, not expired, neither by time nor by the idle timer', () => {
    const { id } = visits.start(CAR);
    core.advance(TTL - 30_000);
    pendingUntil = core.now() + 600_000;
    core.advance(30_000);
    expect(visits.expireOverdue()).toBe(0);
    expect(visits.get(id)).toMatchObject({ status: 'active', expiresAt: pendingUntil + AFTER_PAYMENT_MS });
    expect(visits.finish(id, 'expired').status).toBe('active');
    pendingUntil = undefined;
    expect(visits.finish(id, 'expired').status).toBe('expired');
  });
});

describe('erasing', () => {
  test('forgets the client, keeps the row, and answers not found from then on', () => {
    const { id } = visits.start({ ...CAR, contact: { email: 'ivan@example.ru' } });
    visits.erase(id);
    expect(() => visits.get(id)).toThrow(refusal('visits.not_found'));
    expect(visits.list({ limit: 10 })).toEqual([]);
    expect(sync.outbox()).toEqual(['visit.start', 'visit.finish', 'visit.erase']);
    const stored = JSON.stringify(core.db.$client.prepare('SELECT fields FROM visits').all());
    expect(stored).toContain(id);
    expect(stored).not.toContain('ivan@example.ru');
  });

  test('is refused when money was taken, or is being taken', () => {
    const { id } = visits.start(CAR);
    pendingUntil = core.now() + 1000;
    expect(() => visits.erase(id)).toThrow(refusal('visits.has_payment'));
    pendingUntil = undefined;
    isPaid = true;
    expect(() => visits.erase(id)).toThrow(refusal('visits.has_payment'));
    expect(visits.get(id).status).toBe('active');
  });
});

test('lists are newest first, and filtered', () => {
  const first = visits.start(CAR);
  visits.finish(first.id, 'completed');
  core.advance(1);
  const second = visits.start({ ...CAR, kind: 'photo' });
  expect(visits.list({ limit: 10 }).map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(visits.list({ kind: 'photo', limit: 10 })).toHaveLength(1);
  expect(visits.list({ status: 'completed', limit: 10 }).map(({ id }) => id)).toEqual([first.id]);
});

test('ids are of the agreed form, sort by time, and differ within a millisecond', () => {
  const ids = [1, 1, 2 ** 40, 2 ** 41].map((ms) => newVisitId('thickness', ms, core.randomBytes));
  for (const id of ids) expect(VisitId.parse(id)).toBe(id);
  expect(new Set(ids).size).toBe(4);
  expect(ids.slice(1).toSorted()).toEqual(ids.slice(1));
});
