import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { ManagerClient, ManagerClientCard, ManagerDevice } from '#shared/clients/manager.api.ts';
import { conflictId } from '#shared/sync/conflict.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { entities, fieldHistory } from '../../sync/sync.tables.ts';
import {
  addOrganization,
  createTestApp,
  managerOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';

type Manager = Awaited<ReturnType<typeof managerOf>>;

let folder: string;
let server: TestApp;
let organization: TestOrganization;
let anna: Manager;
let boris: Manager;
let chief: Manager;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-manager-'));
  server = await createTestApp({ BLOB_DIR: folder });
  organization = await addOrganization(server);
  anna = await managerOf(server, organization);
  boris = await managerOf(server, organization);
  chief = await managerOf(server, organization, ['hq_admin']);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const ask = (by: Manager, method: Method, url: string, payload?: object, ifMatch?: string) =>
  server.app.inject({
    method,
    url: `/api/manager${url}`,
    headers: { ...by.headers, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
    ...(payload === undefined ? {} : { payload }),
  });

/** As a device would have made it. */
async function addClient(change: Partial<Client> = {}): Promise<string> {
  const id = server.newId();
  const { organizationId, shopId } = organization;
  const at = server.clock.now;
  const client: Client = {
    id,
    shopId,
    name: 'Пётр',
    phones: [],
    tags: [],
    status: 'new',
    createdAt: at,
    updatedAt: at,
  };
  const fields = { ...client, ...change };
  await server.db.transaction((tx) =>
    writeRows(tx, organizationId, [{ type: 'client', id, scope: shopScope(shopId), fields }], at),
  );
  return id;
}
const cardOf = async (id: string): Promise<ManagerClient> => (await ask(anna, 'GET', `/clients/${id}`)).json();
const listOf = async (by: Manager, query: string): Promise<ManagerClientCard[]> =>
  (await ask(by, 'GET', `/clients?${query}`)).json();
const addDevice = async (id: string, title: string, more: object = {}): Promise<ManagerDevice> => {
  const reply = await ask(anna, 'POST', `/clients/${id}/devices`, { device_type: 'Телевизор', title, ...more });
  expect(reply.statusCode).toBe(201);
  return reply.json();
};
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

test('AM-08 a device: of a type of the list, with a name', async () => {
  const id = await addClient();
  const made = await ask(anna, 'POST', `/clients/${id}/devices`, {
    device_type: 'Телевизор',
    title: 'Samsung QE55Q60',
    specs: { Диагональ: '55' },
    extra_fee: 1500.5,
  });
  expect(made.statusCode).toBe(201);
  const device = made.json<ManagerDevice>();
  expect(device).toMatchObject({ device_type: 'Телевизор', title: 'Samsung QE55Q60', extra_fee: 1500.5, photos: [] });
  const [row] = await server.db.select({ fields: entities.fields }).from(entities).where(eq(entities.id, device.id));
  expect(row?.fields).toMatchObject({ kind: 'television', extraFeeMinor: 150_050, clientId: id });
  for (const wrong of [{ title: '  ' }, { device_type: 'Самовар' }, { extra_fee: 1.005 }, { extra_fee: -1 }]) {
    const payload = { device_type: 'Телевизор', title: 'Samsung', ...wrong };
    expect((await ask(anna, 'POST', `/clients/${id}/devices`, payload)).statusCode).toBe(400);
  }
  const url = `/clients/${id}/devices/${device.id}`;
  const changed = await ask(anna, 'PATCH', url, { title: 'LG', specs: null });
  expect(changed.json()).toMatchObject({ devices: [{ title: 'LG', specs: {}, extra_fee: 1500.5 }] });
  const other = await addClient();
  expect((await ask(anna, 'PATCH', `/clients/${other}/devices/${device.id}`, { title: 'X' })).statusCode).toBe(404);
  expect((await ask(anna, 'DELETE', url)).json()).toMatchObject({ devices: [] });
});

/** A PNG of this size, as far as anybody looks who does not draw it. */
function png(width: number, height: number, note = ''): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, data, Buffer.alloc(4)]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    ...(note === '' ? [] : [chunk('tEXt', Buffer.from(note))]),
    chunk('IDAT', Buffer.from('pixels')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface UploadUrl {
  readonly url: string;
  readonly file_key: string;
}
const PNG = { content_type: 'image/png' };
const send = (url: string, bytes: Buffer, type = 'image/png') =>
  server.app.inject({ method: 'PUT', url, headers: { 'content-type': type }, payload: bytes });

test('AM-09 a photo: sent within ten minutes, small enough, a picture, and of this very device', async () => {
  const id = await addClient();
  const device = await addDevice(id, 'Samsung');
  const photos = `/clients/${id}/devices/${device.id}/photos`;
  expect((await ask(anna, 'POST', `${photos}/upload-url`, { content_type: 'text/html' })).statusCode).toBe(400);
  const leave = (await ask(anna, 'POST', `${photos}/upload-url`, PNG)).json<UploadUrl>();
  expect(leave.file_key).toMatch(new RegExp(`^clients/${id}/devices/${device.id}/`));
  const early = await ask(anna, 'POST', photos, { file_key: leave.file_key });
  expect([early.statusCode, early.json<{ code: string }>().code]).toEqual([409, 'clients.file_not_uploaded']);

  expect((await send(leave.url, png(4000, 3000))).json()).toMatchObject({ code: 'clients.photo_too_large' });
  expect((await send(leave.url, Buffer.from('<html>'))).json()).toMatchObject({ code: 'blobs.type_refused' });
  expect((await send(leave.url, Buffer.from('<html>'), 'text/html')).statusCode).toBe(400);
  expect((await send(leave.url, Buffer.alloc(10 * 1024 * 1024 + 1))).statusCode).toBe(413);
  expect((await send(leave.url, png(1200, 900, 'GPS 55.75 37.62'))).statusCode).toBe(204);
  // The answer was lost: the same picture again is no other one.
  expect((await send(leave.url, png(1200, 900, 'GPS 55.75 37.62'))).statusCode).toBe(204);
  expect((await send(leave.url, png(1200, 901))).statusCode).toBe(409);
  const saved = await ask(anna, 'POST', photos, { file_key: leave.file_key });
  expect(saved.statusCode).toBe(201);
  const [photo] = saved.json<ManagerClient>().devices[0]?.photos ?? [];
  const shown = await server.app.inject({ url: photo?.url ?? '' });
  expect(shown.headers['content-type']).toBe('image/png');
  expect(shown.rawPayload).toEqual(png(1200, 900));

  const other = await addClient();
  const foreign = await addDevice(other, 'LG');
  const stolen = await ask(anna, 'POST', `/clients/${other}/devices/${foreign.id}/photos`, {
    file_key: leave.file_key,
  });
  expect([stolen.statusCode, stolen.json<{ code: string }>().code]).toEqual([400, 'clients.foreign_file']);

  const second = (await ask(anna, 'POST', `${photos}/upload-url`, PNG)).json<UploadUrl>();
  server.clock.now += 600_000 - 1;
  expect((await send(second.url, png(800, 600))).statusCode).toBe(204);
  const third = (await ask(anna, 'POST', `${photos}/upload-url`, PNG)).json<UploadUrl>();
  server.clock.now += 601_000;
  expect((await send(third.url, png(800, 600))).json()).toMatchObject({ code: 'blobs.link_expired' });
  expect((await send('/api/manager/uploads/nobody-gave-this', png(8, 6))).json()).toMatchObject({
    code: 'blobs.link_invalid',
  });
  const gone = await ask(anna, 'DELETE', `${photos}/${photo?.id}`);
  expect(gone.json<ManagerClient>().devices[0]?.photos).toEqual([]);
});

test('a photo of a passport is sealed on its way to the disk, and comes back with a reveal', async () => {
  const id = await addClient();
  const bytes = png(1000, 700);
  const leave = (await ask(anna, 'POST', `/clients/${id}/passport/photo/upload-url`, PNG)).json<UploadUrl>();
  expect((await send(leave.url, bytes)).statusCode).toBe(204);
  const saved = await ask(anna, 'POST', `/clients/${id}/passport/photo`, { file_key: leave.file_key });
  expect(saved.json()).toMatchObject({ passport: { has_photo: true, photo_url: null } });
  const shown = (await ask(anna, 'POST', `/clients/${id}/passport/reveal`)).json<{ photo_url: string }>();
  expect(shown.photo_url).toBe(`data:image/png;base64,${bytes.toString('base64')}`);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sealed = files.filter((one) => one.isFile()).map((one) => readFileSync(join(one.parentPath, one.name)));
  expect(sealed.some((one) => one.subarray(0, 8).equals(Buffer.from('PRLSEAL1')))).toBe(true);
  expect(sealed.some((one) => one.equals(bytes))).toBe(false);
  expect((await ask(anna, 'DELETE', `/clients/${id}/passport/photo`)).json()).toMatchObject({
    passport: { has_photo: false },
  });
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

test('AM-11 a tariff: counted from what there is, whatever the page says, and a device’s own fee instead of the common one', async () => {
  const id = await addClient();
  const devices = [await addDevice(id, 'Первый'), await addDevice(id, 'Второй'), await addDevice(id, 'Третий')];
  const counted = await ask(anna, 'POST', `/clients/${id}/tariff/calculate`, { device_count: 3 });
  expect(counted.json()).toMatchObject({ total_extra_fee: 3000, device_count: 3, tariff_id: null });
  expect((await cardOf(id)).tariff).toBeNull();
  const applied = await ask(anna, 'POST', `/clients/${id}/tariff/apply`, { device_count: 99 });
  expect(applied.json()).toMatchObject({
    name: 'Базовый',
    base_fee: 0,
    extra_per_device: 1000,
    device_count: 3,
    total_extra_fee: 3000,
    calculated_at: new Date(server.clock.now).toISOString(),
  });
  await ask(anna, 'PATCH', `/clients/${id}/devices/${devices[0]?.id}`, { extra_fee: 1500 });
  expect((await ask(anna, 'POST', `/clients/${id}/tariff/apply`, {})).json()).toMatchObject({ total_extra_fee: 3500 });
  expect((await cardOf(id)).tariff).toMatchObject({ total_extra_fee: 3500, name: 'Базовый' });
  const missing = await ask(anna, 'POST', `/clients/${id}/tariff/apply`, { tariff_id: server.newId() });
  expect([missing.statusCode, missing.json<{ code: string }>().code]).toEqual([404, 'clients.tariff_not_found']);

  // Another version is for those who are given one from now on.
  const [line] = (await ask(anna, 'GET', '/tariffs')).json<{ line_id: string }[]>();
  const version = { name: 'Базовый', base_fee: 500, extra_per_device: 1200.5 };
  expect((await ask(anna, 'PUT', `/tariffs/${line?.line_id}`, version)).statusCode).toBe(403);
  expect((await ask(chief, 'PUT', `/tariffs/${line?.line_id}`, version)).statusCode).toBe(204);
  expect((await cardOf(id)).tariff).toMatchObject({ base_fee: 0, total_extra_fee: 3500 });
  expect((await ask(anna, 'POST', `/clients/${id}/tariff/apply`, {})).json()).toMatchObject({
    base_fee: 500,
    total_extra_fee: 3901,
  });
});
