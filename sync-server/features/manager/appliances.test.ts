import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ManagerClient } from '#shared/clients/manager.api.ts';
import type { ManagerDevice } from '#shared/clients/manager-devices.api.ts';
import { entities } from '../../sync/sync.tables.ts';
import { createManagersShop, type TestManager } from '../../testing/test-managers.ts';

type Shop = Awaited<ReturnType<typeof createManagersShop>>;
let folder: string;
let server: Shop['server'];
let anna: TestManager;
let chief: TestManager;
let ask: Shop['ask'];
let addClient: Shop['addClient'];
let cardOf: Shop['cardOf'];
let addDevice: Shop['addDevice'];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-manager-'));
  ({ server, anna, chief, ask, addClient, cardOf, addDevice } = await createManagersShop({ BLOB_DIR: folder }));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
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

test('AM-06 of two who change the devices of a client, the second is told what the first did; said again it is no second', async () => {
  const id = await addClient({ assignedTo: anna.userId });
  const device = await addDevice(id, 'Samsung');
  const url = `/clients/${id}/devices`;
  const { version: seen } = await cardOf(id);
  const made = { id: server.newId(), device_type: 'Плита', title: 'Gorenje' };
  const added = await ask(anna, 'POST', url, made, seen);
  expect(added.statusCode).toBe(201);
  expect(added.headers['etag']).toBe((await cardOf(id)).version);

  // Another page of hers, which was opened before: every write to a device is refused, and changes nothing.
  const late = [
    await ask(chief, 'POST', url, { device_type: 'Плита', title: 'Bosch' }, seen),
    await ask(chief, 'PATCH', `${url}/${device.id}`, { title: 'LG' }, seen),
    await ask(chief, 'DELETE', `${url}/${device.id}`, undefined, seen),
  ];
  expect(late.map(({ statusCode }) => statusCode)).toEqual([412, 412, 412]);
  expect(late[0]?.json()).toMatchObject({
    code: 'clients.changed_meanwhile',
    yours: { title: 'Bosch' },
    current: { devices: [{ title: 'Samsung' }, { title: 'Gorenje' }] },
  });
  expect((await cardOf(id)).devices.map(({ title }) => title)).toEqual(['Samsung', 'Gorenje']);
  // The answer was lost: the same device again is there already.
  expect((await ask(anna, 'POST', url, made, seen)).statusCode).toBe(201);

  const leave = (await ask(anna, 'POST', `${url}/${device.id}/photos/upload-url`, PNG)).json<UploadUrl>();
  await send(leave.url, png(640, 480));
  const photo = { file_key: leave.file_key };
  expect((await ask(anna, 'POST', `${url}/${device.id}/photos`, photo, seen)).statusCode).toBe(412);
  const { version } = await cardOf(id);
  const shown = await ask(anna, 'POST', `${url}/${device.id}/photos`, photo, version);
  expect(shown.statusCode).toBe(201);
  expect((await ask(anna, 'POST', `${url}/${device.id}/photos`, photo, version)).statusCode).toBe(201);
  const [kept] = shown.json<ManagerClient>().devices[0]?.photos ?? [];
  const photoUrl = `${url}/${device.id}/photos/${kept?.id}`;
  expect((await ask(anna, 'DELETE', photoUrl, undefined, version)).statusCode).toBe(412);
  const { version: last } = await cardOf(id);
  expect((await ask(anna, 'DELETE', photoUrl, undefined, last)).statusCode).toBe(200);

  // Two at the same moment, of the same page: one of them is made.
  const { version: both } = await cardOf(id);
  const race = await Promise.all(
    ['Первый', 'Второй'].map((title) => ask(anna, 'PATCH', `${url}/${device.id}`, { title }, both)),
  );
  expect(race.map(({ statusCode }) => `${statusCode}`).toSorted()).toEqual(['200', '412']);
  expect((await ask(anna, 'DELETE', `${url}/${device.id}`, undefined, (await cardOf(id)).version)).statusCode).toBe(
    200,
  );
  expect((await ask(anna, 'DELETE', `${url}/${device.id}`, undefined, both)).statusCode).toBe(200);
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

test('M-35 photo_url names a photo that was sent for this passport, or the one it has; nothing else', async () => {
  const [id, other] = [await addClient(), await addClient()];
  const sendPhoto = async (of: string) => {
    const leave = (await ask(anna, 'POST', `/clients/${of}/passport/photo/upload-url`, PNG)).json<UploadUrl>();
    expect((await send(leave.url, png(200, 150))).statusCode).toBe(204);
    return leave;
  };
  const put = (photo: unknown) =>
    ask(anna, 'PUT', `/clients/${id}/passport`, { last_name: 'Петров', photo_url: photo });
  const photoOf = async () => {
    const [row] = await server.db
      .select({ fields: entities.fields })
      .from(entities)
      .where(and(eq(entities.type, 'passport'), eq(entities.id, id)));
    return row?.fields?.['photo'];
  };
  const foreign = await sendPhoto(other);
  const unsent = (await ask(anna, 'POST', `/clients/${id}/passport/photo/upload-url`, PNG)).json<UploadUrl>();
  for (const wrong of [
    foreign.file_key,
    foreign.url,
    'https://example.org/me.jpg',
    'f'.repeat(64),
    'data:image/png;base64,AA==',
  ]) {
    const refused = await put(wrong);
    expect(refused.json()).toMatchObject({
      status: 400,
      code: 'app.bad_input',
      issues: [{ path: 'photo_url', message: expect.stringContaining('must be the file_key or the url of an upload') }],
    });
  }
  expect((await put(unsent.file_key)).json()).toMatchObject({ status: 409, code: 'clients.file_not_uploaded' });
  expect((await cardOf(id)).passport).toBeNull();

  const mine = await sendPhoto(id);
  expect((await put(mine.file_key)).json()).toMatchObject({ passport: { has_photo: true, last_name: 'П•••' } });
  const photo = await photoOf();
  const { photo_url: shown } = (await ask(anna, 'POST', `/clients/${id}/passport/reveal`)).json<{
    photo_url: string;
  }>();
  // Said again as it was given, shown or kept; a card shows null whatever there is.
  for (const same of [mine.url, `https://shop.example${mine.url}`, shown, photo, null, undefined]) {
    expect((await put(same)).statusCode).toBe(200);
    expect(await photoOf()).toBe(photo);
  }
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
