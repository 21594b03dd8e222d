import { scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ManagerClient, ManagerClientCard } from '#shared/clients/manager.api.ts';
import { isInn } from '#shared/kernel/inn.ts';
import { ENTITIES, type EntityType, entityKind } from '#shared/sync/entities.ts';
import { createFilesStore } from './blobs/files.store.ts';
import { DEMO_CATALOGUE, DEMO_ORGANIZATION, DEMO_STAFF } from './demo.data.ts';
import { type DemoSecrets, seedDemo } from './demo.ts';
import { entities } from './sync/sync.tables.ts';
import { createTestApp, enrol, signIn, type TestApp } from './testing/test-app.ts';

let server: TestApp;
let first: DemoSecrets;
const seed = (known?: DemoSecrets) =>
  seedDemo(
    { db: server.db, now: () => server.clock.now, newId: server.newId, random: server.random, env: 'DEV' },
    known,
  );
beforeAll(async () => {
  server = await createTestApp();
  first = await seed();
});
afterAll(() => server.close());

const rowsOf = (type: 'shop' | 'staff' | 'catalogue_item') =>
  server.db.select().from(entities).where(eq(entities.type, type)).orderBy(entities.id);

test('what it invents is valid: numbers, rows, and a PIN that its verifier knows', async () => {
  for (const inn of [DEMO_ORGANIZATION.inn, ...DEMO_STAFF.map(({ vatin }) => vatin)]) expect(isInn(inn)).toBe(true);
  expect(new Set(DEMO_CATALOGUE.map(({ sku }) => sku)).size).toBe(24);
  for (const type of ['shop', 'staff', 'catalogue_item'] as const) {
    for (const { fields } of await rowsOf(type)) ENTITIES[type].schema.parse(fields);
  }
  expect(await rowsOf('catalogue_item')).toHaveLength(48);
  const ivanov = (await rowsOf('staff')).find(({ fields }) => fields?.['name'] === 'Иванов И.');
  const [kind, n, r, p, salt = '', hash] = String(ivanov?.fields?.['pinVerifier']).split('$');
  expect(kind).toBe('scrypt');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  expect(scryptSync('1234', Buffer.from(salt, 'base64url'), 32, cost).toString('base64url')).toBe(hash);
});

test('everybody can sign in, every agent can ask, every device can enrol', async () => {
  for (const { email, role } of first.users) {
    expect((await signIn(server, email, first.password)).json()).toMatchObject({ roles: [role] });
  }
  for (const { fiscalDeviceId, token } of first.registers) {
    const url = `/fiscal-tasks/next?fiscalDeviceId=${fiscalDeviceId}&wait=0`;
    expect((await server.app.inject({ url, headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(204);
  }
  expect(first.registers.map(({ kktPort }) => kktPort)).toEqual([5555, 5557]);
  const again = await seed(first);
  expect(again).toEqual(first);
  for (const { deviceId, mode, code = '', fiscalDeviceId } of first.devices) {
    const reply = await enrol(server, code, mode);
    expect(reply.json()).toMatchObject({ deviceId, ...(fiscalDeviceId === undefined ? {} : { fiscalDeviceId }) });
  }
});

test('the partner finds photos to print, each with its picture, its money and its receipt', async () => {
  const other = await createTestApp();
  try {
    const pictures = ['car-1', 'car-2', 'car-3'].map((name) => readFileSync(`scripts/demo-photos/${name}.jpg`));
    const kept = await mkdtemp(join(tmpdir(), 'prilavok-demo-'));
    const { clock, db, newId, random } = other;
    const seeded = { db, now: () => clock.now, newId, random, env: 'DEV' as const };
    const demo = await seedDemo({ ...seeded, photos: { store: createFilesStore(kept), pictures } });
    const rows = await db.select().from(entities);
    const typed = (type: 'order' | 'payment' | 'fiscal_record') => rows.filter((row) => row.type === type);
    expect([typed('order'), typed('payment'), typed('fiscal_record')].map(({ length }) => length)).toEqual([5, 5, 5]);
    for (const { type, fields } of rows) entityKind(type as EntityType).schema.parse(fields);
    const partner = demo.users.find(({ role }) => role === 'partner')?.email ?? '';
    const signed = await signIn(other, partner, demo.password);
    const headers = { cookie: String(signed.headers['set-cookie']).split(';')[0] };
    const fresh = await other.app.inject({ url: '/partner/orders/new', headers });
    expect(fresh.json<{ customerName: string }[]>().map(({ customerName }) => customerName)).toEqual([
      'Анна',
      'Élodie',
      'שרה',
      'Тимур',
    ]);
    expect((await readdir(kept, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name))).toHaveLength(3);
    await rm(kept, { recursive: true });
  } finally {
    await other.close();
  }
});

test('the manager is one person with a PIN and with a password, and finds the same clients as his', async () => {
  const other = await createTestApp({ PASSPORT_KEY: 'a secret of the demonstration' });
  try {
    const { clock, db, newId, random } = other;
    const passportKey = 'a secret of the demonstration';
    const demo = await seedDemo({ db, now: () => clock.now, newId, random, env: 'DEV', passportKey });
    const payload = { email: demo.users.find(({ role }) => role === 'manager')?.email, password: demo.password };
    const signed = await other.app.inject({ method: 'POST', url: '/api/manager/auth/login', payload });
    const headers = { authorization: `Bearer ${signed.json<{ access_token: string }>().access_token}` };
    const get = async <T>(url: string) => (await other.app.inject({ url: `/api/manager${url}`, headers })).json<T>();
    const { id } = await get<{ id: string }>('/auth/me');
    const rows = await db.select().from(entities);
    const member = rows.find((row) => row.type === 'staff' && row.id === id);
    expect(member).toMatchObject({
      scope: `shop:${demo.shops[0]?.id}`,
      fields: { role: 'manager', name: 'Орлова М.' },
    });
    for (const { type, fields } of rows) entityKind(type as EntityType).schema.parse(fields);
    const mine = await get<ManagerClientCard[]>('/clients?tab=mine');
    expect(mine.map(({ name, devices_count }) => ({ name, devices_count }))).toEqual([
      { name: 'Петров Сергей Николаевич', devices_count: 3 },
      { name: 'Лебедева Ирина Олеговна', devices_count: 2 },
    ]);
    expect(await get('/clients?tab=new')).toHaveLength(3);
    expect(await get('/clients?tab=in_work')).toHaveLength(3);
    // The seals are of this server: what is shown of them is not empty, and nothing is wrong with a whole one.
    const petrov = await get<ManagerClient>(`/clients/${mine[0]?.id}`);
    expect(petrov.passport).toMatchObject({ last_name: 'П•••', number: '••••56', faults: [] });
    expect(petrov.tariff).toMatchObject({ name: 'Домашний сервис', device_count: 3, total_extra_fee: 3500 });
    expect(await get('/tariffs')).toHaveLength(2);
  } finally {
    await other.close();
  }
});

test('run again it keeps the rows, and says no code for a device that is enrolled', async () => {
  const before = await Promise.all([rowsOf('shop'), rowsOf('staff'), rowsOf('catalogue_item')]);
  const again = await seed(first);
  expect(again).toEqual({
    ...first,
    devices: first.devices.map((device) => ({ ...device, code: undefined, expiresAt: undefined })),
  });
  expect(await Promise.all([rowsOf('shop'), rowsOf('staff'), rowsOf('catalogue_item')])).toEqual(before);
});

test('when the secrets are lost new ones take their place, and the old ones end', async () => {
  const fresh = await seed();
  const [admin] = first.users;
  expect((await signIn(server, admin?.email ?? '', first.password)).statusCode).toBe(401);
  expect((await signIn(server, admin?.email ?? '', fresh.password)).statusCode).toBe(200);
  const poll = (token = '') =>
    server.app.inject({
      url: '/fiscal-tasks/next?fiscalDeviceId=kkt-cashier-1&wait=0',
      headers: { authorization: `Bearer ${token}` },
    });
  expect((await poll(first.registers[0]?.token)).statusCode).toBe(401);
  expect((await poll(fresh.registers[0]?.token)).statusCode).toBe(204);
  for (const { mode, code = '' } of fresh.devices)
    expect((await enrol(server, code, mode)).json()).toMatchObject({ incarnation: 2 });
});

test('a real server refuses it: its PINs are published', async () => {
  const ports = { db: server.db, now: () => server.clock.now, newId: server.newId, random: server.random };
  await expect(seedDemo({ ...ports, env: 'PROD' })).rejects.toMatchObject({ code: 'config.invalid' });
});
