/** What the server did not take: it is told at the device and at headquarters, and asked for again where that may help. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { findMutator } from '#shared/sync/registry.ts';
import { type BacklogWorld, createBacklogWorld, TENANT } from './backlog-world.ts';
import { actor, order, payment } from './fixtures.ts';
import { createServerWorld, createWriter } from './server-world.ts';

let at: BacklogWorld;
beforeEach(async () => {
  at = await createBacklogWorld();
});
afterEach(() => at.close());

describe('AU-03 of forty changes the seventeenth is refused', () => {
  beforeEach(async () => {
    await at.cancelWhatWasPaid(99);
    // What waits is the refused one; it becomes the seventeenth of a batch of forty.
    at.till.core.db.$client.exec("DELETE FROM sync_outbox WHERE state = 'pending'");
    at.till.core.db.$client.exec('UPDATE sync_state SET next_mid = next_mid - 1');
    for (let n = 1; n <= 16; n += 1) at.till.do('order.place', { order: order(n, at.till.actor) });
    at.till.do('order.advance', { id: order(99, at.till.actor).id, to: 'cancelled' });
    for (let n = 18; n <= 40; n += 1) at.till.do('order.place', { order: order(n, at.till.actor) });
    await at.till.push();
    await at.till.pull();
  });

  test('the others are applied; it stands in the list of the device and in that of headquarters, with its body', async () => {
    expect(
      at.till
        .outbox()
        .slice(1)
        .map(({ status }) => status),
    ).toEqual(Array.from({ length: 40 }, (_, index) => (index === 16 ? 'rejected' : 'applied')));
    expect(at.unread()).toMatchObject([
      {
        kind: 'refused',
        name: 'order.advance',
        subject: 'K-0099',
        to: 'cancelled',
        code: 'orders.illegal_transition',
        canRetry: true,
        key: { deviceId: at.till.actor.deviceId, incarnation: 1, mid: 18 },
      },
    ]);
    expect(at.till.sync.status()).toMatchObject({ unsent: 0, refused: 1 });
    const cases = await at.openCases();
    expect(cases).toMatchObject([
      {
        kind: 'refused',
        mid: 18,
        deviceId: at.till.actor.deviceId,
        code: 'orders.illegal_transition',
        change: { name: 'order.advance', subject: 'K-0099', to: 'cancelled' },
      },
    ]);
    expect(JSON.parse(cases[0]?.body ?? '')).toEqual({ id: order(99, at.till.actor).id, to: 'cancelled' });
    expect(at.world.hq).toEqual(expect.arrayContaining(['sync', 'summary']));
  });

  test('it is read by somebody who signed in, once; the row and its reader stay', () => {
    const [letter] = at.unread();
    const key = letter?.key ?? { deviceId: '', incarnation: 1, mid: 1 };
    at.signedIn = undefined;
    expect(() => at.backlog.dismiss(key)).toThrow(expect.objectContaining({ code: 'staff.not_signed_in' }));
    at.signedIn = 'Иванов И.';
    at.backlog.dismiss(key);
    const readAt = at.till.core.now();
    at.signedIn = 'Петрова А.';
    at.till.core.advance(1000);
    at.backlog.dismiss(key);
    expect(at.unread()).toEqual([]);
    expect(at.till.sync.status().refused).toBe(0);
    expect(at.backlog.letters({ isRead: true, limit: 50 }).letters).toMatchObject([
      { canRetry: false, dismissed: { by: 'Иванов И.', at: readAt, isRetried: false } },
    ]);
    expect(() => at.backlog.dismiss({ ...key, mid: 4000 })).toThrow(expect.objectContaining({ code: 'app.not_found' }));
  });

  test('that it was read is told to headquarters with the next pull that is answered, and then no more', async () => {
    const [letter] = at.unread();
    if (letter === undefined) throw new Error('no letter');
    at.backlog.dismiss(letter.key);
    const readAt = at.till.core.now();
    const pulled = vi.spyOn(at.world, 'pull').mockRejectedValueOnce(new AppError('app.unavailable', 'no line'));
    await expect(at.till.pull()).rejects.toMatchObject({ code: 'app.unavailable' });
    await at.till.pull();
    await at.till.pull();
    const { incarnation, mid } = letter.key;
    const read = { incarnation, mid, at: readAt, by: 'Иванов И.', isRetried: false };
    const told = pulled.mock.calls.flatMap(([, request]) => (request.reads === undefined ? [] : [request.reads]));
    expect(told).toEqual([[read], [read]]);
    await at.desk().noteReads({ ...TENANT, deviceId: at.till.actor.deviceId }, told[0]);
    expect(await at.openCases()).toMatchObject([{ mid, read: { at: readAt, by: 'Иванов И.', isRetried: false } }]);
  });

  test('asked for again while it is still refused here, nothing new is sent and the answer stays', () => {
    const [letter] = at.unread();
    if (letter === undefined) throw new Error('no letter');
    expect(() => at.backlog.retry(letter.key)).toThrow(expect.objectContaining({ code: 'orders.illegal_transition' }));
    expect(at.unread()).toHaveLength(1);
    expect(at.till.sync.status().unsent).toBe(0);
  });
});

test('a refused change is asked for again under a number of its own, and then is done', async () => {
  // Refused because the order was not there yet: it comes later, with the device that made it.
  const made = order(5, at.other.actor);
  at.other.do('order.place', { order: made });
  at.till.do('order.place', { order: order(1, at.till.actor) });
  await at.till.push();
  at.till.core.db.$client
    .prepare(`INSERT INTO orders (id, scope, ver, fields) VALUES (?, ?, 0, ?)`)
    .run(made.id, `shop:${made.shopId}`, JSON.stringify(made));
  at.till.do('order.advance', { id: made.id, to: 'cancelled' });
  await at.till.push();
  expect(at.unread()).toMatchObject([{ code: 'orders.not_found', canRetry: true }]);
  await at.other.push();
  await at.till.pull();
  const [letter] = at.unread();
  if (letter === undefined) throw new Error('no letter');
  at.backlog.retry(letter.key);
  expect(at.unread()).toEqual([]);
  expect(at.backlog.letters({ isRead: true, limit: 50 }).letters).toMatchObject([{ dismissed: { isRetried: true } }]);
  expect(at.waiting().changes).toMatchObject([{ name: 'order.advance', mid: 3 }]);
  expect(() => at.backlog.retry(letter.key)).toThrow(expect.objectContaining({ code: 'app.conflict' }));
  await at.till.push();
  expect(at.till.outbox().at(-1)).toMatchObject({ mid: 3, status: 'applied' });
  expect(JSON.parse((await at.world.rows([`shop:${made.shopId}`])).get(`order:${made.id}`) ?? '{}')).toMatchObject({
    status: 'cancelled',
  });
});

test('I12 a fact that contradicts the server is told at both ends, and cannot be asked for again', async () => {
  const made = order(1, at.till.actor);
  at.till.do('order.place', { order: made });
  await at.till.push();
  await Promise.all([at.till.pull(), at.other.pull()]);
  at.other.do('order.advance', { id: made.id, to: 'cancelled' });
  await at.other.push();
  at.till.do('payment.settle', { payments: [payment(1, made)] });
  await at.till.push();
  const [letter] = at.unread();
  expect(letter).toMatchObject({
    kind: 'contradicted',
    fact: true,
    anomalies: ['payment_without_order'],
    canRetry: false,
    subject: 'K-0001',
  });
  if (letter === undefined) throw new Error('no letter');
  expect(() => at.backlog.retry(letter.key)).toThrow(expect.objectContaining({ code: 'app.conflict' }));
  expect(await at.openCases()).toMatchObject([
    { kind: 'anomaly', anomaly: 'payment_without_order', details: { orderStatus: 'cancelled' } },
  ]);
});

test('I15 what fails for ever is parked and listed at both ends with its body; those behind it arrive', async () => {
  await at.world.close();
  at.world = await createServerWorld({
    findMutator: (name) => {
      const mutator = findMutator(name);
      if (mutator === undefined || name !== 'order.advance') return mutator;
      const decide = () => {
        throw new Error('a fault of the program');
      };
      return { ...mutator, decide };
    },
  });
  at.till.do('order.place', { order: order(1, at.till.actor) });
  at.till.do('order.advance', { id: order(1, at.till.actor).id, to: 'cancelled' });
  at.till.do('order.place', { order: order(2, at.till.actor) });
  await at.till.push();
  expect(at.till.outbox().map(({ status }) => status)).toEqual(['applied', 'parked', 'applied']);
  expect(at.unread()).toMatchObject([{ kind: 'parked', code: 'app.internal', name: 'order.advance', canRetry: true }]);
  expect(await at.openCases()).toMatchObject([
    { kind: 'parked', change: { name: 'order.advance', subject: 'K-0001', to: 'cancelled' } },
  ]);
});

test('a passport in a body is masked wherever it is shown', async () => {
  const writer = createWriter(at.world, actor(3));
  await writer.send(writer.make('order.place', { id: 'x', passport: { number: '4510 123456' } }));
  const [found] = await at.openCases();
  expect(found).toMatchObject({ kind: 'refused', code: 'app.bad_input', change: { name: 'order.place' } });
  expect(JSON.parse(found?.body ?? '')).toEqual({ id: 'x', passport: '***' });
});

test('a body that jsonb would refuse is kept all the same', async () => {
  const writer = createWriter(at.world, actor(3));
  const reply = await writer.send(writer.make('order.place', { note: 'nul \0', half: '\ud800' }));
  expect(reply.outcomes).toMatchObject([{ status: 'rejected', code: 'app.bad_input' }]);
  const [found] = await at.openCases();
  expect(JSON.parse(found?.body ?? '')).toEqual({ note: 'nul \0', half: '\ud800' });
});

test('a restored server answers anew: what it had refused waits again, and is read from its new answer', async () => {
  const backup = await at.world.backUp();
  await at.cancelWhatWasPaid();
  await at.till.push();
  expect(at.unread()).toHaveLength(1);
  await at.world.restore(backup);
  await at.till.pull().catch(() => undefined);
  expect([at.unread().length, at.waiting().changes.length]).toEqual([0, 2]);
  await at.till.push();
  expect(at.till.outbox().map(({ status }) => status)).toEqual(['applied', 'applied']);
  expect(at.unread()).toEqual([]);
});
