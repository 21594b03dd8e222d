import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ManagerClient, ManagerClientCard } from '#shared/clients/manager.api.ts';
import { conflictId } from '#shared/sync/conflict.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { entities, fieldHistory } from '../../sync/sync.tables.ts';
import { createManagersShop, type TestManager } from '../../testing/test-managers.ts';

type Shop = Awaited<ReturnType<typeof createManagersShop>>;
let server: Shop['server'];
let organization: Shop['organization'];
let anna: TestManager;
let boris: TestManager;
let chief: TestManager;
let ask: Shop['ask'];
let addClient: Shop['addClient'];
let cardOf: Shop['cardOf'];
let addDevice: Shop['addDevice'];
beforeAll(async () => {
  ({ server, organization, anna, boris, chief, ask, addClient, cardOf, addDevice } = await createManagersShop());
});
afterAll(() => server.close());

const listOf = async (by: TestManager, query: string): Promise<ManagerClientCard[]> =>
  (await ask(by, 'GET', `/clients?${query}`)).json();
let lastPhone = 9_991_230_000;
const freePhone = (): string => `${(lastPhone += 1)}`;

test('AM-03 tabs: each client in its own, with his address and how much he has', async () => {
  const address = 'г. Москва, ул. Тверская, д. 5';
  const fresh = await addClient({ name: 'Новый', registrationAddress: address });
  const checked = await addClient({ status: 'in_verification', assignedTo: anna.userId });
  const waiting = await addClient({ status: 'awaiting_payment', assignedTo: boris.userId });
  const done = await addClient({ status: 'processed', assignedTo: anna.userId });
  await addDevice(checked, 'Samsung');
  const idsOf = async (tab: string) => new Set((await listOf(anna, `tab=${tab}&limit=500`)).map(({ id }) => id));
  expect(await idsOf('new')).toEqual(new Set([fresh]));
  expect(await idsOf('mine')).toEqual(new Set([checked, done]));
  expect(await idsOf('in_work')).toEqual(new Set([checked, waiting]));
  expect(await idsOf('processed')).toEqual(new Set([done]));
  const [card] = await listOf(anna, 'tab=new');
  expect(card).toMatchObject({
    registration_address: address,
    devices_count: 0,
    status: 'new',
    assigned_manager_id: null,
  });
  expect((await listOf(anna, 'tab=in_work')).find(({ id }) => id === checked)).toMatchObject({ devices_count: 1 });
  expect((await ask(anna, 'GET', '/clients?tab=other')).statusCode).toBe(400);
});

test('a list is searched by name, address and phone, and read page by page', async () => {
  const tag = 'Ёлкин';
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    server.clock.now += 1000;
    ids.push(await addClient({ name: `${tag} ${index}`, phone: `+7812555010${index}`, updatedAt: server.clock.now }));
  }
  expect((await listOf(anna, `tab=new&q=${encodeURIComponent('ёлкин')}`)).map(({ id }) => id)).toEqual(
    ids.toReversed(),
  );
  expect((await listOf(anna, 'tab=new&q=5550103')).map(({ id }) => id)).toEqual([ids[3]]);
  expect(await listOf(anna, 'tab=new&q=%25')).toEqual([]);
  const query = `tab=new&q=${encodeURIComponent(tag)}&limit=2`;
  const first = await ask(anna, 'GET', `/clients?${query}`);
  const next = first.headers['x-next-cursor']?.toString() ?? '';
  expect(first.headers['x-total-count']).toBe('5');
  const rest = await listOf(anna, `${query}&limit=3&cursor=${next}`.replace('&limit=2', ''));
  expect([...first.json<ManagerClientCard[]>(), ...rest].map(({ id }) => id)).toEqual(ids.toReversed());
});

test('AM-04 a saved profile: looked into from here on, and the manager’s who saved it', async () => {
  const id = await addClient();
  const phone = freePhone();
  const saved = await ask(anna, 'PATCH', `/clients/${id}/profile`, { phone, name: 'Иван Петров' });
  expect(saved.statusCode).toBe(200);
  expect(saved.json()).toMatchObject({
    status: 'in_verification',
    assigned_manager_id: anna.userId,
    user: { phone, name: 'Иван Петров' },
  });
  const [row] = await server.db.select({ fields: entities.fields }).from(entities).where(eq(entities.id, id));
  expect(row?.fields).toMatchObject({ phone: `+7${phone}`, assignedTo: anna.userId });

  const noted = await ask(anna, 'PATCH', `/clients/${id}/profile`, { comment: 'Звонить утром' });
  expect(noted.json()).toMatchObject({ comment: 'Звонить утром' });
  expect(await cardOf(id)).toMatchObject({ comment: 'Звонить утром' });

  const short = await ask(anna, 'PATCH', `/clients/${id}/profile`, { phone: '+7999' });
  expect(short.statusCode).toBe(400);
  expect(short.json()).toMatchObject({ issues: [{ path: 'phone', message: 'Номер должен содержать ровно 10 цифр' }] });
  const nowhere = await ask(anna, 'PATCH', `/clients/${id}/profile`, { address: 'Москва' });
  expect(nowhere.statusCode).toBe(400);
  expect(nowhere.json()).toMatchObject({ code: 'clients.address_incomplete', missing: ['street'] });
  const address = 'г. Москва, ул. Тверская, д. 5, кв. 10';
  expect((await ask(anna, 'PATCH', `/clients/${id}/profile`, { address })).json()).toMatchObject({ user: { address } });

  const other = await addClient();
  const taken = await ask(anna, 'PATCH', `/clients/${other}/profile`, { phone });
  expect(taken.statusCode).toBe(409);
  expect(taken.json()).toMatchObject({ code: 'clients.phone_taken' });
});

test('AM-05 another manager’s client is read and not changed; a super admin gives it to somebody else', async () => {
  const id = await addClient({ assignedTo: boris.userId, status: 'in_verification' });
  expect((await ask(anna, 'GET', `/clients/${id}`)).statusCode).toBe(200);
  for (const [method, url, body] of [
    ['PATCH', 'profile', { name: 'Другой' }],
    ['PUT', 'passport', { series: '4509' }],
    ['POST', 'devices', { device_type: 'Плита', title: 'Gorenje' }],
    ['POST', 'tariff/apply', {}],
    ['POST', 'assign', { manager_id: anna.userId }],
    ['POST', 'passport/photo/upload-url', {}],
  ] as const) {
    const reply = await ask(anna, method, `/clients/${id}/${url}`, body);
    expect([url, reply.statusCode]).toEqual([url, 409]);
    expect(reply.json()).toMatchObject({ code: 'clients.assigned_to_other' });
  }
  const given = await ask(chief, 'POST', `/clients/${id}/assign`, { manager_id: anna.userId });
  expect(given.json()).toMatchObject({ assigned_manager_id: anna.userId });
  expect((await ask(anna, 'PATCH', `/clients/${id}/profile`, { name: 'Иван' })).statusCode).toBe(200);
  // His own he may hand over.
  expect((await ask(anna, 'POST', `/clients/${id}/assign`, { manager_id: boris.userId })).statusCode).toBe(200);
  expect((await ask(chief, 'POST', `/clients/${id}/assign`, { manager_id: server.newId() })).statusCode).toBe(404);
  const names = (await ask(anna, 'GET', '/managers')).json<{ id: string }[]>().map((one) => one.id);
  expect(names).toEqual(expect.arrayContaining([anna.userId, boris.userId]));
});

test('AM-06 an edit of what was changed meanwhile is not made, and both are shown; of another part it is', async () => {
  const id = await addClient({ assignedTo: anna.userId });
  const seen = await ask(anna, 'GET', `/clients/${id}`);
  const etag = seen.headers['etag'];
  expect(etag).toBe(seen.json<ManagerClient>().version);
  // Another page of hers.
  expect((await ask(anna, 'PATCH', `/clients/${id}/profile`, { name: 'Первый' }, etag)).statusCode).toBe(200);
  const late = await ask(anna, 'PATCH', `/clients/${id}/profile`, { name: 'Второй' }, etag);
  expect(late.statusCode).toBe(412);
  expect(late.json()).toMatchObject({
    code: 'clients.changed_meanwhile',
    yours: { name: 'Второй' },
    current: { id, user: { name: 'Первый' } },
  });
  expect(await cardOf(id)).toMatchObject({ user: { name: 'Первый' } });
  // The profile is stale in it, the passport is not.
  expect((await ask(anna, 'PUT', `/clients/${id}/passport`, { series: '4509' }, etag)).statusCode).toBe(200);
  expect((await ask(anna, 'PUT', `/clients/${id}/passport`, { series: '4510' }, etag)).statusCode).toBe(412);
  expect((await ask(anna, 'PATCH', `/clients/${id}/profile`, { name: 'Третий' }, 'nonsense')).statusCode).toBe(412);
  const { version } = await cardOf(id);
  expect((await ask(anna, 'PATCH', `/clients/${id}/profile`, { name: 'Третий' }, version)).statusCode).toBe(200);
  // What was overwritten by who knew of it is history, and no conflict for anybody.
  const history = await server.db.select().from(fieldHistory).where(eq(fieldHistory.entityId, id));
  expect(history.filter(({ field }) => field === 'name').map(({ value }) => value)).toEqual(['Пётр', 'Первый']);
  const conflicts = await server.db
    .select()
    .from(entities)
    .where(sql`${entities.type} = 'field_conflict' AND ${entities.fields}->>'entityId' = ${id}`);
  expect(conflicts).toEqual([]);
});

const PASSPORT = {
  last_name: 'Звонарёв',
  first_name: 'Елисей',
  series: '1234',
  number: '567890',
  issued_by: 'ОВД Тестового района',
  issue_code: '770-001',
  issue_date: '2020-01-01',
  registration_address: 'г. Москва, ул. Паспортная, д. 77',
};

test('AM-07 a passport: checked, sealed, masked, and shown in clear to whoever is written down', async () => {
  const id = await addClient();
  for (const [wrong, rule] of [
    [{ issue_date: '2025-10-16' }, 'in_future'],
    [{ series: '12' }, 'four_digits'],
    [{ issue_code: '77' }, 'issue_code'],
  ] as const) {
    const reply = await ask(anna, 'PUT', `/clients/${id}/passport`, { ...PASSPORT, ...wrong });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({
      code: 'clients.passport_invalid',
      issues: [{ path: Object.keys(wrong)[0], message: rule }],
    });
  }
  expect((await cardOf(id)).passport).toBeNull();
  const saved = await ask(anna, 'PUT', `/clients/${id}/passport`, PASSPORT);
  expect(saved.statusCode).toBe(200);
  expect(saved.json()).toMatchObject({
    assigned_manager_id: anna.userId,
    status: 'in_verification',
    passport: { last_name: 'З•••', number: '••••90', series: '••••', has_photo: false, faults: [] },
  });
  const reveals = () =>
    server.db
      .select()
      .from(auditLog)
      .where(sql`${auditLog.event} = 'PASSPORT_REVEALED' AND ${auditLog.entityId} = ${id}`);
  expect(await reveals()).toHaveLength(0);
  const shown = await ask(boris, 'POST', `/clients/${id}/passport/reveal`);
  expect(shown.json()).toMatchObject({ ...PASSPORT, photo_url: null });
  expect(shown.headers['cache-control']).toBe('no-store');
  expect(await reveals()).toMatchObject([{ actorId: boris.userId, actorKind: 'user' }]);

  const everything = await server.db.execute<{ text: string }>(sql`
    SELECT string_agg(t.text, ' ') AS text FROM (
      SELECT e::text AS text FROM entities e UNION ALL SELECT h::text FROM field_history h
      UNION ALL SELECT a::text FROM audit_log a) AS t`);
  const stored = everything.rows[0]?.text + JSON.stringify(server.logged);
  for (const value of ['Звонарёв', 'Елисей', '567890', 'ОВД Тестового', 'Паспортная'])
    expect(stored).not.toContain(value);
});

test('a card has what two people wrote differently, a passport masked, until somebody settles it', async () => {
  const id = await addClient();
  const device = await addDevice(id, 'Samsung');
  await ask(anna, 'PUT', `/clients/${id}/passport`, { last_name: 'Петров' });
  const [passport] = await server.db
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(eq(entities.type, 'passport'), eq(entities.id, id)));
  const at = server.clock.now;
  const side = (value: unknown, mid: number) => ({ deviceId: 'd', incarnation: 1, mid, value, at, by: 'Анна' });
  const conflict = (entityType: string, entityId: string, field: string, values: [unknown, unknown], more = {}) => ({
    type: 'field_conflict' as const,
    id: conflictId(entityId, field),
    scope: shopScope(organization.shopId),
    fields: {
      id: conflictId(entityId, field),
      entityType,
      entityId,
      field,
      kept: side(values[0], 1),
      others: [side(values[1], 2)],
      ...more,
    },
  });
  await server.db.transaction((tx) =>
    writeRows(
      tx,
      organization.organizationId,
      [
        conflict('client', id, 'assignedTo', [anna.userId, null]),
        conflict('client', id, 'comment', ['да', 'нет'], { resolvedAt: at }),
        conflict('passport', id, 'lastName', [passport?.fields?.['lastName'], 's1.of-another-key']),
        conflict('appliance', device.id, 'extraFeeMinor', [150_000, 0]),
      ],
      at,
    ),
  );
  const { conflicts } = await cardOf(id);
  const told = conflicts.map(({ row, field, kept, others }) => [row, field, kept.value, others[0]?.value]);
  const managers = (await ask(anna, 'GET', '/managers')).json<{ id: string; name: string }[]>();
  expect(new Set(told)).toEqual(
    new Set([
      ['client', 'assigned_manager_id', managers.find((one) => one.id === anna.userId)?.name, null],
      ['passport', 'last_name', 'П•••', '•••'],
      ['device', 'extra_fee', '1500', '0'],
    ]),
  );
  expect(conflicts[0]?.kept).toMatchObject({
    edit: { device_id: 'd', incarnation: 1, mid: 1 },
    by: 'Анна',
    at: new Date(at).toISOString(),
  });
});
