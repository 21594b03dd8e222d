/** Whatever is done with a passport, its values are in no file and no page of a database, on either side. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { wipeIfMarked } from '#main/db/wipe.ts';
import { createMemoryLog } from '#main/log/log.ts';
import { verifyAudit } from '#server/auth/audit.repo.ts';
import { auditLog } from '#server/auth/auth.tables.ts';
import { createCleanup } from '#server/jobs/cleanup.service.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { enrolledDevice } from '#server/testing/test-app.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { PassportText } from '#shared/clients/passport.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createManagerWorld, filesBelow, type Laptop, type ManagerWorld } from './manager-world.ts';

const PASSPORT = {
  lastName: 'Ящуркинзонская',
  firstName: 'Аграфиминодора',
  middleName: 'Вольфрамьевна',
  birthDate: '1979-03-19',
  series: '4917',
  number: '730918',
  issuedBy: 'ОВД «Перекатипольский» города Урюпинска',
  issueCode: '773-914',
  issueDate: '2011-07-23',
  address: 'г. Урюпинск, ул. Перекатипольская, д. 17, кв. 301',
} satisfies PassportText;
/** What a second manager corrects, so that old and new value are in a conflict and in the history. */
const CORRECTED = 'УФМС Берендеевского района';
const CLIENT = 'Подставная Клиентура';
const PICTURE = readFileSync(join(import.meta.dirname, '../../scripts/demo-photos/car-1.jpg'));

let world: ManagerWorld;
let anna: Laptop;
let boris: Laptop;
beforeAll(async () => {
  world = await createManagerWorld();
  anna = await world.openLaptop('anna', 'Анна');
  boris = await world.openLaptop('boris', 'Борис');
}, 120_000);
afterAll(() => world.close());

/** A value as it would lie on a disk: as it is, as JSON with escapes, in the encoding of Windows, in base64. */
function formsOf(value: string): Buffer[] {
  const escaped = Array.from(value, (char) =>
    char.charCodeAt(0) < 128 ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ).join('');
  const forms = [Buffer.from(value), Buffer.from(escaped), Buffer.from(value, 'utf16le')];
  // Wherever in a longer text it stands, one of the three alignments has its middle.
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.from(
      Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
        .toString('base64')
        .slice(4, -4),
    ),
  );
  return [...forms, ...inBase64.filter(({ length }) => length >= 8)];
}
/** Four digits in a row are in any file by chance; as a value they stand in quotes, or beside one another. */
const { series, number } = PASSPORT;
const MARKS = [
  ...Object.values(PASSPORT).filter((value) => value.length > 6),
  CORRECTED,
  `"${series}"`,
  `"${number}"`,
  `${series}${number}`,
  `${series} ${number}`,
].map((value) => ({ value, forms: formsOf(value) }));

function found(folder: string): string[] {
  const middle = PICTURE.subarray(PICTURE.length / 2, PICTURE.length / 2 + 48);
  return filesBelow(folder).flatMap(({ path, bytes }) => [
    ...MARKS.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(
      ({ value }) => `${value} in ${path}`,
    ),
    ...(bytes.includes(middle) ? [`the photo in ${path}`] : []),
  ]);
}
const give = async (laptop: Laptop, query: string) => {
  const answer = await laptop.device.blobs(
    { method: 'PUT', url: `/blobs?kind=photo&${query}`, body: once(PICTURE) },
    { mode: 'manager', signedIn: () => true },
  );
  expect(answer.status).toBe(201);
  return JSON.parse(answer.body as string) as { id: string };
};
async function* once(bytes: Uint8Array) {
  yield await Promise.resolve(bytes);
}

describe('a passport', () => {
  let id: string;

  test('that two managers filled in, disputed, photographed and looked at is nowhere in clear', async () => {
    ({ id } = await anna.client.clients.create({ name: CLIENT, set: {}, tags: [] }));
    await vi.waitFor(async () => {
      await anna.client.clients.savePassport({ id, set: PASSPORT });
    });
    await give(anna, `passport=${id}`);
    await anna.exchange();
    await boris.exchange();
    await anna.client.clients.patchPassport({ id, set: { issuedBy: 'Отдел' } });
    await boris.client.clients.patchPassport({ id, set: { issuedBy: CORRECTED } });
    for (const laptop of [boris, anna, boris]) await laptop.exchange();
    await vi.waitFor(async () => {
      const { passport } = (await anna.client.clients.get({ id })) ?? {};
      expect(passport?.photo?.state).toBe('durable');
    }, 20_000);

    // What is shown unasked is masked, of a conflict too.
    const file = await boris.client.clients.get({ id });
    expect(file?.passport).toMatchObject({
      masked: { lastName: 'Я•••', number: '••••18', series: '••••' },
      isLocked: false,
      faults: [],
    });
    expect(file?.conflicts).toMatchObject([{ row: 'passport', field: 'issuedBy', kept: { value: '•••' } }]);
    expect(JSON.stringify(file)).not.toMatch(/Ящуркин|730918|Перекати|Берендеев/);

    const shown = await boris.client.clients.revealPassport({ id });
    const issuedBy = ['Отдел', CORRECTED].find((value) => value === shown.values.issuedBy);
    expect(shown.values).toEqual({ ...PASSPORT, issuedBy });
    expect(Buffer.from(shown.photo?.split(',')[1] ?? '', 'base64').equals(PICTURE)).toBe(true);
    await boris.exchange();

    await world.server.db.execute(sql`CHECKPOINT`);
    expect(found(world.folder)).toEqual([]);
    expect(JSON.stringify(world.server.logged)).not.toMatch(/Ящуркин|730918|Перекати|Берендеев/);
    // The search does find what is not hidden, on both sides.
    const plain = filesBelow(world.folder).filter(({ bytes }) => bytes.includes(Buffer.from(CLIENT)));
    for (const side of ['server/pg/', 'anna/device.db', 'boris/device.db'])
      expect(plain.some(({ path }) => path.includes(side))).toBe(true);
  }, 60_000);

  test('is shown to nobody before it is written down who looks', async () => {
    const { rows } = await world.server.db.execute<{ fields: Record<string, unknown> }>(
      sql`SELECT fields FROM entities WHERE type = 'passport_reveal'`,
    );
    expect(rows.map(({ fields }) => fields)).toMatchObject([
      { clientId: id, memberId: boris.memberId, memberName: 'Борис', at: world.server.clock.now },
    ]);
    const kept = boris.device.core.db.$client.prepare('SELECT event, entity_id FROM audit_logs').all();
    expect(kept).toEqual([{ event: 'PASSPORT_REVEALED', entity_id: id }]);
    await boris.client.staff.signOut();
    await expect(boris.client.clients.revealPassport({ id })).rejects.toMatchObject({ code: 'staff.not_signed_in' });
  });

  test('does not open with a key that is not there, and the key is for laptops of managers alone', async () => {
    const post = (headers: Record<string, string>) =>
      world.server.app.inject({ method: 'POST', url: '/devices/passport-key', headers, payload: {} });
    const till = await enrolledDevice(world.server, world.organization, { mode: 'cashier' });
    expect((await post(till.headers)).statusCode).toBe(404);
    expect((await post({})).statusCode).toBe(401);
    const given = await world.server.db.select().from(auditLog);
    expect(given.filter(({ event }) => event === 'PASSPORT_KEY_GIVEN')).toHaveLength(2);
    expect((await verifyAudit(world.server.db, world.organization)).brokenAt).toBeUndefined();
  });
});

test('AM-10 a photo taken offline waits here, shows that it does, and is sent once there is a line', async () => {
  const { clients } = anna.client;
  const { id: clientId } = await clients.create({ name: 'Второй Клиент', set: {}, tags: [] });
  const appliance = { kind: 'television' as const, title: 'Samsung QE55Q60' };
  const { id } = await clients.addAppliance({ clientId, appliance });
  await anna.exchange();
  anna.setOnline(false);
  const given = await give(anna, `appliance=${id}`);
  const again = await give(anna, `appliance=${id}`);
  expect(again.id).toBe(given.id);
  const photos = async (laptop: Laptop) => (await laptop.client.clients.get({ id: clientId }))?.appliances[0]?.photos;
  expect(await photos(anna)).toEqual([{ id: given.id, state: 'local' }]);
  anna.setOnline(true);
  await anna.exchange();
  await vi.waitFor(async () => expect(await photos(anna)).toEqual([{ id: given.id, state: 'durable' }]), 20_000);
  const sent = world.server.logged.filter(
    ({ method, url, msg }) => method === 'PATCH' && msg === 'asked' && String(url).startsWith(`/blob/${given.id}`),
  );
  expect(sent).toHaveLength(1);
  await boris.exchange();
  expect(await photos(boris)).toEqual([{ id: given.id, state: 'remote' }]);
}, 60_000);

test('a passport whose time is over leaves the laptop with its next exchange, and the client stays', async () => {
  const { clients } = anna.client;
  const { id } = await clients.create({ name: 'Давний Клиент', set: {}, tags: [] });
  await clients.savePassport({ id, set: PASSPORT });
  await anna.exchange();
  const { db, clock } = world.server;
  const { organizationId, shopId } = world.organization;
  const rowOf = async (type: string) => {
    const { rows } = await db.execute<{ fields: Record<string, unknown> }>(
      sql`SELECT fields FROM entities WHERE type = ${type} AND id = ${id}`,
    );
    return rows[0]?.fields;
  };
  const client = { ...(await rowOf('client')), status: 'processed' } as Client;
  const processed = { type: 'client', id, scope: shopScope(shopId), fields: client } as const;
  await db.transaction((tx) => writeRows(tx, organizationId, [processed], clock.now));
  await anna.exchange();
  expect((await clients.get({ id }))?.passport.masked).toMatchObject({ number: '••••18' });

  const later = clock.now + 1096 * 24 * 3_600_000;
  const cleanup = createCleanup({ db, now: () => later, sync: { announce: () => undefined }, passportDays: 1095 });
  expect(await cleanup.run(world.organization, async () => undefined)).toMatchObject({ passports: 1 });
  await anna.exchange();
  const file = await clients.get({ id });
  expect(file).toMatchObject({ client: { name: 'Давний Клиент' }, passport: { masked: {}, purgedAt: later } });
  const kept = anna.device.core.db.$client.prepare('SELECT * FROM passports WHERE id = ?').get(id);
  expect(JSON.stringify(kept)).toContain(id);
  expect(JSON.stringify(kept)).not.toContain('s1.');
}, 60_000);

test('a laptop that is revoked reads no passport any more, and its next start leaves nothing of any client', async () => {
  const { deviceId } = boris.device.devices.requireIdentity();
  const reply = await world.server.app.inject({
    method: 'POST',
    url: `/hq/devices/${deviceId}/revoke`,
    headers: world.hq,
    payload: {},
  });
  expect(reply.statusCode).toBeLessThan(300);
  await boris.exchange();
  await vi.waitFor(() => expect(boris.restarts()).toBe(1), 20_000);
  const file = await boris.client.clients.list({ tab: 'new', text: CLIENT });
  const [card] = file.clients;
  expect((await boris.client.clients.get({ id: card?.id ?? '' }))?.passport).toMatchObject({
    isLocked: true,
    masked: {},
  });
  await boris.stop();
  expect(wipeIfMarked(boris.folder, createMemoryLog())).toBe(true);
  expect(filesBelow(boris.folder).filter(({ bytes }) => bytes.includes(Buffer.from(CLIENT)))).toEqual([]);
  expect(filesBelow(boris.folder).map(({ path }) => path.slice(boris.folder.length + 1))).toEqual(['device.log']);
}, 60_000);

test('a laptop that was away from its server for more than thirty days may be read and not changed, until it is back', async () => {
  const { clients, sync } = anna.client;
  const [card] = (await clients.list({ tab: 'new', text: CLIENT })).clients;
  const id = card?.id ?? '';
  const change = () => clients.patch({ id, set: { comment: 'звонить утром' } });
  anna.setOnline(false);
  const DAY_MS = 24 * 3_600_000;
  world.server.clock.now += 29 * DAY_MS;
  await change();
  world.server.clock.now += 2 * DAY_MS;
  await expect(change()).rejects.toMatchObject({ code: 'staff.read_only' });
  await expect(clients.revealPassport({ id })).rejects.toMatchObject({ code: 'staff.read_only' });
  expect((await clients.get({ id }))?.client.comment).toBe('звонить утром');
  anna.setOnline(true);
  await vi.waitFor(async () => {
    await sync.tryNow();
    await change();
  }, 20_000);
}, 60_000);
