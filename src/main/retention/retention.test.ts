import { beforeEach, describe, expect, test } from 'vitest';
import { listAudit } from '#main/audit/audit.repo.ts';
import { catalogueItems } from '#main/domains/catalogue/catalogue.tables.ts';
import { createDevProvider } from '#main/domains/payments/provider.ts';
import { createVisitExpiry } from '#main/domains/visits/visits.service.ts';
import { createForgetting } from '#main/sync/forget.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { type CounterWorld, createCounterWorld, DIAGNOSTICS } from '#test/doubles/counter-world.ts';
import { createRetention, type Retention } from './retention.service.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EMAIL = 'ivan.petrov@example.com';
const PHONE = '+79001234567';
const LIMITS = { guestHours: 24, paymentHours: 1, auditDays: 90, reportDays: 30 };

let world: CounterWorld;
let retention: Retention;
let isIdle: boolean;

beforeEach(() => {
  world = createCounterWorld({ provider: createDevProvider({ autoConfirmDelayMs: 0, manualMode: true }) });
  isIdle = true;
  retention = createRetention(world.core, {
    sync: world.sync,
    deviceId: () => world.sync.writer().deviceId,
    forgetting: createForgetting(world.core.db),
    limits: LIMITS,
    isIdle: () => isIdle,
  });
});

const sql = (text: string, ...values: unknown[]) => world.core.db.$client.prepare(text).run(...values);
const dump = (): string =>
  [
    'visits',
    'orders',
    'fiscal_tasks',
    'payment_intents',
    'audit_logs',
    'sync_outbox',
    'sync_base',
    'car_scans',
    'sync_letters',
  ]
    .map((name) => JSON.stringify(world.core.db.$client.prepare(`SELECT * FROM ${name}`).all()))
    .join('\n');
/** The server has everything for good, and its own state of the rows has come back. */
const settle = () => {
  sql("UPDATE sync_outbox SET state = 'acked', acked_on = 1, outcome = json_object('mid', mid, 'status', 'applied')");
  sql('UPDATE sync_state SET durable_mid = next_mid - 1, reflected_mid = next_mid - 1');
  sql('DELETE FROM sync_base');
};
const begin = () =>
  world.visits.start({
    kind: 'diagnostics',
    language: 'ru',
    contact: { email: EMAIL, phone: PHONE },
    metadata: { vehicleMake: 'Lada' },
  });
const expire = async () => {
  world.core.advance(HOUR);
  await createVisitExpiry(world.visits, quietLog).tick();
};
/** A visit that was paid, fiscalised and finished. */
const pay = async () => {
  const visit = begin();
  world.visits.update(visit.id, { contact: { email: `second.${EMAIL}` } });
  const intent = await world.payments.createIntent(visit.id);
  await world.payments.confirmByHand(intent.id);
  world.visits.finish(visit.id, 'completed');
  await world.payments.settlePending();
  return { visit, intent };
};

describe('AK-28 cleanup', () => {
  test('of five that are old the three that may go do, and money and what is unsent stay', async () => {
    const { intent } = await pay();
    sql("UPDATE fiscal_tasks SET state = 'reported'");
    world.core.advance(310 * DAY);
    const abandoned = begin();
    const unpaid = await world.payments.createIntent(abandoned.id);
    await world.payments.cancel(unpaid.id);
    await expire();
    world.core.advance(25 * HOUR);
    settle();
    const unsent = begin();
    await expire();
    world.core.advance(25 * HOUR);

    const plan = retention.plan();
    expect(plan).toMatchObject({ guests: { due: 2, held: 1 }, payments: { due: 1 }, audit: { due: 4 } });
    expect(retention.plan()).toEqual(plan);
    expect(retention.run()).toEqual(plan);

    expect(() => world.visits.get(abandoned.id)).toThrow(/no visit/);
    await expect(world.payments.intent(unpaid.id)).rejects.toThrow(/no payment intent/);
    expect(world.visits.get(unsent.id).contact).toEqual({ email: EMAIL, phone: PHONE });
    expect((await world.payments.intent(intent.id)).status).toBe('confirmed');
    expect(world.count('payments')).toBe(1);
    expect(world.receipts()).toHaveLength(1);
    expect(listAudit(world.core.db, 'payment', intent.id)).toEqual([]);
    expect(listAudit(world.core.db, 'payment', unpaid.id)).toHaveLength(2);
    expect(retention.plan()).toMatchObject({ guests: { due: 0, held: 1 }, payments: { due: 0 }, audit: { due: 0 } });
  });

  test('who ordered a photo is known for a month, to be handed it by name; the visit forgets in a day', async () => {
    const item = { ...DIAGNOSTICS, id: '00000000-0000-7000-8000-000000000003', kioskService: 'photo' } as const;
    world.core.db.insert(catalogueItems).values({ id: item.id, scope: 'shop:1', ver: 1, fields: item }).run();
    world.state.imageOf = () => 'a1'.repeat(32);
    const { id } = world.visits.start({ kind: 'photo', language: 'ru', contact: { name: 'Иван', email: EMAIL } });
    const { orderId = '', id: intentId } = await world.payments.createIntent(id);
    await world.payments.confirmByHand(intentId);
    world.visits.finish(id, 'completed');
    await world.payments.settlePending();
    sql("UPDATE fiscal_tasks SET state = 'reported'");
    world.core.advance(2 * DAY);
    settle();
    retention.run();
    expect(() => world.visits.get(id)).toThrow(/no visit/);
    expect(world.orders.get(orderId).order.customer).toEqual({ name: 'Иван', email: EMAIL });
    world.core.advance(27 * DAY);
    settle();
    retention.run();
    expect(world.orders.get(orderId).order.customer).toEqual({ name: 'Иван', email: EMAIL });
    world.core.advance(2 * DAY);
    retention.run();
    settle();
    retention.run();
    expect(world.orders.get(orderId).order.customer).toBeUndefined();
    expect(dump()).not.toContain('Иван');
    expect(dump()).not.toContain(EMAIL);
  });

  test.each([
    ['the visit is a minute too young', DAY - 60_000, settle, 0],
    ['the server has not heard of it', 2 * DAY, () => undefined, 0],
    [
      'the register has not printed the receipt',
      2 * DAY,
      () => {
        settle();
        sql("UPDATE fiscal_tasks SET state = 'queued'");
      },
      0,
    ],
    [
      'the server has heard of it, and may lose it in a power cut',
      2 * DAY,
      () => {
        settle();
        sql('UPDATE sync_state SET durable_mid = 2');
      },
      0,
    ],
    [
      'it is decided whether what was paid is owed',
      2 * DAY,
      () => {
        settle();
        sql('UPDATE payment_intents SET outcome = NULL');
      },
      0,
    ],
    [
      'what is owed has gone back',
      2 * DAY,
      () => {
        settle();
        sql("UPDATE payment_intents SET outcome = 'refund'");
      },
      0,
    ],
    ['everything is where it has to be', 2 * DAY, settle, 1],
  ])('a guest stays until %s', async (_name, age, prepare, due) => {
    await pay();
    sql("UPDATE fiscal_tasks SET state = 'reported'");
    world.core.advance(age);
    prepare();
    expect(retention.run().guests.due).toBe(due);
    // Until the server has heard of it, its own state of the row is kept.
    if (due > 0) settle();
    expect(dump().includes(EMAIL)).toBe(due === 0);
  });
});

test('a guest is forgotten in every table, and what was sold, paid and printed is as it was', async () => {
  const { visit, intent } = await pay();
  sql("UPDATE fiscal_tasks SET state = 'reported'");
  sql("INSERT INTO car_scans (id, visit_id, started_at, state) VALUES ('s', ?, 1, '{}')", visit.id);
  settle();
  const [receipt] = world.receipts();
  const sold = world.orders.recent(1)[0]?.order;
  expect(dump()).toContain(EMAIL);
  expect(dump()).toContain(PHONE);
  world.core.advance(DAY);
  retention.run();
  settle();

  expect(dump()).not.toMatch(/example\.com|79001234567|Lada/);
  expect(world.count('orders')).toBe(1);
  const { customer, ...nameless } = sold ?? { customer: undefined };
  expect(customer).toEqual({ email: `second.${EMAIL}` });
  expect(world.orders.recent(1)[0]?.order).toEqual(nameless);
  const { customerContact, ...printed } = receipt?.receipt ?? { customerContact: undefined };
  expect(customerContact).toBe(`second.${EMAIL}`);
  expect(world.receipts()[0]).toEqual({ ...receipt, receipt: printed });
  expect(await world.payments.intent(intent.id)).toMatchObject({ status: 'confirmed', amountMinor: 48_000 });
  expect(listAudit(world.core.db, 'visit', visit.id).map(({ event }) => event)).toEqual([
    'SESSION_CREATED',
    'SESSION_COMPLETED',
    'SESSION_ERASED',
  ]);
  expect(retention.plan().guests).toEqual({ due: 0, held: 0 });
});

test('whoever was deleted at their wish is forgotten in every table at once, not only in the row of the visit', async () => {
  const visit = begin();
  const { id } = await world.payments.createIntent(visit.id);
  await world.payments.cancel(id);
  sql(
    'INSERT INTO car_scans (id, visit_id, started_at, state) VALUES (\'s\', ?, 1, \'{"vin":"JTDBR32E720012345"}\')',
    visit.id,
  );
  world.visits.erase(visit.id);
  settle();
  expect(retention.plan().guests).toMatchObject({ due: 1, held: 0 });
  retention.run();
  settle();
  expect(dump()).not.toMatch(/example\.com|79001234567|Lada|JTDBR/);
  expect(retention.plan().guests).toEqual({ due: 0, held: 0 });
  const sent = world.sync.outbox().length;
  retention.run();
  expect(world.sync.outbox()).toHaveLength(sent);
});

describe('an answer that nobody reads', () => {
  /** The server refused what was made last under this name. */
  const refuse = (name: string, refused = '') => {
    sql(
      `INSERT INTO sync_letters (device_id, incarnation, mid, name, args, kind, outcome, touches, made_at, told_at)
       SELECT 'd', 1, mid, name, args, 'refused', '{"mid":1,"status":"rejected"}', ${refused || 'touches'}, created_at, created_at
       FROM sync_outbox WHERE name = ? ORDER BY mid DESC LIMIT 1`,
      name,
    );
  };
  /** Of a row that the server did not take, and that is not here either. */
  const elsewhere = (name: string) => refuse(name, `json_array('visit:OBD-GONEGO-000001')`);
  const letters = () => world.core.db.$client.prepare('SELECT * FROM sync_letters').all();

  test('forgets its guest with the visit, and stays', async () => {
    await pay();
    refuse('visit.start');
    refuse('order.place');
    sql("UPDATE fiscal_tasks SET state = 'reported'");
    settle();
    world.core.advance(DAY - 60_000);
    expect(retention.run()).toMatchObject({ guests: { due: 0 }, letters: { due: 0, held: 0 } });
    expect(JSON.stringify(letters())).toContain(EMAIL);
    world.core.advance(60_000);
    retention.run();
    settle();
    expect(letters()).toHaveLength(2);
    expect(dump()).not.toMatch(/example\.com|79001234567|Lada/);
    expect(retention.plan().letters).toEqual({ due: 0, held: 0 });
  });

  test('forgets its guest a day after, where the row was taken back; a dry run counts it', () => {
    begin();
    elsewhere('visit.start');
    expect(retention.plan().letters).toEqual({ due: 0, held: 0 });
    const oldestAt = world.core.now();
    world.core.advance(DAY);
    expect(retention.plan().letters).toEqual({ due: 1, held: 0, oldestAt });
    expect(retention.plan().letters.due).toBe(1);
    expect(JSON.stringify(letters())).toContain(EMAIL);
    retention.run();
    expect(letters()).toMatchObject([{ name: 'visit.start', kind: 'refused' }]);
    expect(JSON.stringify(letters())).not.toMatch(/example\.com|79001234567|Lada/);
    expect(retention.plan().letters.due).toBe(0);
  });

  test('is held while its change is to be sent again', () => {
    begin();
    elsewhere('visit.start');
    sql(`UPDATE sync_outbox SET touches = json_array('visit:OBD-GONEGO-000001') WHERE name = 'visit.start'`);
    world.core.advance(DAY);
    expect(retention.run().letters).toMatchObject({ due: 0, held: 1 });
    expect(JSON.stringify(letters())).toContain(EMAIL);
  });

  test('of a photo is kept for a month: it is handed over by the name', async () => {
    await pay();
    refuse('order.place', `json_array('order:00000000-0000-7000-8000-00000000dead')`);
    sql(`UPDATE sync_letters SET args = json_set(args, '$.order.imageId', '${'a1'.repeat(32)}')`);
    settle();
    world.core.advance(29 * DAY);
    expect(retention.run().letters.due).toBe(0);
    world.core.advance(DAY);
    expect(retention.run().letters.due).toBe(1);
    expect(JSON.stringify(letters())).not.toContain(EMAIL);
  });

  test('in arguments of another version keeps nothing of them', () => {
    begin();
    elsewhere('visit.start');
    sql(`UPDATE sync_letters SET args = json_object('guest', '${EMAIL}')`);
    world.core.advance(DAY);
    retention.run();
    expect(letters()).toMatchObject([{ args: '{}' }]);
  });
});

test('what is kept of the change for a server that is put back is a change it would still take', async () => {
  await pay();
  sql("UPDATE fiscal_tasks SET state = 'reported'");
  settle();
  world.core.advance(DAY);
  retention.run();
  const kept = world.core.db.$client
    .prepare<[], { name: string; args: string; h: string }>('SELECT name, args, h FROM sync_outbox ORDER BY mid')
    .all();
  const start = kept.find(({ name }) => name === 'visit.start');
  expect(JSON.parse(start?.args ?? '')).toMatchObject({ visit: { status: 'active', contact: {}, metadata: {} } });
  expect(new Set(kept.map(({ h }) => h)).size).toBe(kept.length);
  expect(kept.map(({ name }) => name).slice(-2)).toEqual(['visit.erase', 'order.forget_customer']);
});

test('the audit names rows and sums, never people', async () => {
  const { visit, intent } = await pay();
  expect(listAudit(world.core.db, 'visit', visit.id)).toMatchObject([
    { event: 'SESSION_CREATED', details: { kind: 'diagnostics' } },
    { event: 'SESSION_COMPLETED' },
  ]);
  expect(listAudit(world.core.db, 'payment', intent.id)).toMatchObject([
    { event: 'PAYMENT_INTENT_CREATED', details: { amountMinor: 48_000, currency: 'RUB' } },
    { event: 'PAYMENT_CONFIRMED', at: world.core.now() },
  ]);
  const written = JSON.stringify(world.core.db.$client.prepare('SELECT * FROM audit_logs').all());
  expect(written).not.toMatch(/example|7900|Lada/);
});
