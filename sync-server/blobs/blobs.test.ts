/** Blobs through the server's own door: who may send, who may read, and what is never served. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../testing/test-app.ts';
import { createBlobsCollector } from './blobs.collect.ts';
import { findBlob } from './blobs.repo.ts';
import { createFilesStore } from './files.store.ts';

const FIELDS = { visit: ['photos[*]', 'cover'] } as const;
const DAY = 24 * 3_600_000;
const HOUR = 3_600_000;

let folder: string;
let server: TestApp;
let organization: TestOrganization;
let device: Awaited<ReturnType<typeof enrolledDevice>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-blobs-'));
  server = await createTestApp({ BLOB_DIR: folder }, undefined, { blobFields: FIELDS });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  organization = await addOrganization(server);
  device = await enrolledDevice(server, organization);
});

const photo = (size = 3 * 1000): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(size - 4)]);
const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const patch = (
  bytes: Buffer,
  { id = idOf(bytes), offset = 0, length = CHUNK_BYTES, size = bytes.length, kind = 'photo', by = device } = {},
) =>
  server.app.inject({
    method: 'PATCH',
    url: `/blob/${id}?offset=${offset}&size=${size}&kind=${kind}`,
    headers: { ...by.headers, 'content-type': 'application/octet-stream' },
    payload: bytes.subarray(offset, offset + length),
  });
const head = async (id: string, by = device) => {
  const { statusCode, headers } = await server.app.inject({ method: 'HEAD', url: `/blob/${id}`, headers: by.headers });
  return { statusCode, state: headers['blob-state'], offset: Number(headers['blob-offset']) };
};
const get = (id: string, by = device, headers: Record<string, string> = {}) =>
  server.app.inject({ url: `/blob/${id}`, headers: { ...by.headers, ...headers } });
const upload = async (bytes: Buffer, by = device): Promise<string> => {
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
    expect((await patch(bytes, { offset, by })).statusCode).toBe(200);
  }
  return idOf(bytes);
};

/** A row of the shop that refers to blobs, as a push would write it. */
let rows = 0;
const refer = async (fields: Record<string, unknown>, scope = `shop:${organization.shopId}`): Promise<string> => {
  const id = `visit-${(rows += 1)}`;
  await server.db.execute(sql`
    INSERT INTO entities (organization_id, type, id, scope, ver, deleted, fields, received_at, updated_at)
    VALUES (${organization.organizationId}, 'visit', ${id}, ${scope}, ${rows}, false,
      ${JSON.stringify(fields)}::text::jsonb, 0, 0)`);
  return id;
};
const forget = (id: string) =>
  server.db.execute(sql`UPDATE entities SET deleted = true, fields = NULL WHERE type = 'visit' AND id = ${id}`);
const pathOf = (id: string) => join(folder, organization.organizationId, id.slice(0, 2), id);
const collector = () =>
  createBlobsCollector({
    db: server.db,
    store: createFilesStore(folder),
    fields: FIELDS,
    graceDays: 30,
    now: () => server.clock.now,
    log: { info: () => undefined, error: () => undefined },
  });
const rowOf = (id: string) => findBlob(server.db, { organizationId: organization.organizationId, id });

describe('sending', () => {
  test('goes on from where the server is, and the whole is verified before it is durable', async () => {
    const bytes = photo(2 * CHUNK_BYTES + 77);
    const id = idOf(bytes);
    expect(await head(id)).toEqual({ statusCode: 404, state: 'absent', offset: 0 });
    expect((await patch(bytes)).json()).toEqual({ state: 'uploading', offset: CHUNK_BYTES });
    expect(await head(id)).toEqual({ statusCode: 404, state: 'uploading', offset: CHUNK_BYTES });
    const again = await patch(bytes);
    expect(again.statusCode).toBe(409);
    expect(again.json()).toMatchObject({ code: 'blobs.offset_conflict', offset: CHUNK_BYTES });
    expect((await patch(bytes, { offset: 2 * CHUNK_BYTES })).json()).toMatchObject({ offset: CHUNK_BYTES });
    await patch(bytes, { offset: CHUNK_BYTES, length: 5 });
    await patch(bytes, { offset: CHUNK_BYTES + 5 });
    expect((await patch(bytes, { offset: 2 * CHUNK_BYTES + 5 })).json()).toEqual({
      state: 'durable',
      offset: bytes.length,
    });
    expect(await head(id)).toEqual({ statusCode: 200, state: 'durable', offset: bytes.length });
    expect(await readFile(pathOf(id))).toEqual(bytes);
    // A late repeat of any chunk does no harm.
    expect((await patch(bytes)).json()).toEqual({ state: 'durable', offset: bytes.length });
    expect(await readFile(pathOf(id))).toEqual(bytes);
  });

  test('two devices send the same file together, and one copy is kept', async () => {
    const other = await enrolledDevice(server, organization);
    const bytes = photo(3 * CHUNK_BYTES + 1);
    const send = async (by: typeof device): Promise<number> => {
      let sent = 0;
      for (let offset = 0; ; ) {
        const answer = await patch(bytes, { offset, by });
        const { state, offset: next } = answer.json<{ state?: string; offset: number }>();
        if (answer.statusCode === 200) sent += 1;
        if (state === 'durable') return sent;
        offset = next;
      }
    };
    await Promise.all([send(device), send(other)]);
    expect(await readFile(pathOf(idOf(bytes)))).toEqual(bytes);
    const parts = await readdir(join(folder, organization.organizationId, 'parts'));
    expect(parts).toEqual([]);
  });

  test('what was begun and not finished is finished by an empty chunk', async () => {
    const bytes = photo();
    const id = await upload(bytes);
    // As if the server had died between the last byte and the verdict.
    await server.db.execute(sql`UPDATE blobs SET state = 'uploading', chunks = NULL, received = size WHERE id = ${id}`);
    expect(await head(id)).toMatchObject({ state: 'uploading', offset: bytes.length });
    expect((await patch(bytes, { offset: bytes.length })).json()).toMatchObject({ state: 'durable' });
  });

  test.each([
    ['a page that calls itself a photo', Buffer.from('<!doctype html><script>'), 'photo', 415, 'blobs.type_refused'],
    ['a document that calls itself a photo', Buffer.from('%PDF-1.7 and more'), 'photo', 415, 'blobs.type_refused'],
    ['a kind there is not', photo(), 'film', 400, 'app.bad_input'],
  ])('%s is refused and leaves nothing', async (_, bytes, kind, status, code) => {
    const answer = await patch(bytes, { kind });
    expect(answer.json()).toMatchObject({ status, code });
    expect(await rowOf(idOf(bytes))).toBeUndefined();
  });

  test('too large is refused before a byte of it is kept', async () => {
    const answer = await patch(photo(), { size: 11 * 1024 * 1024 });
    expect(answer.json()).toMatchObject({ status: 413, code: 'app.too_large' });
    expect((await patch(photo(), { size: 10 })).json()).toMatchObject({ status: 400, code: 'app.bad_input' });
  });

  test('I19 bytes that are not those of the name are never stored, and may be sent anew', async () => {
    const bytes = photo();
    const wrong = photo();
    const answer = await patch(wrong, { id: idOf(bytes) });
    expect(answer.json()).toMatchObject({ status: 422, code: 'blobs.damaged' });
    expect(await head(idOf(bytes))).toMatchObject({ state: 'absent', offset: 0 });
    expect((await patch(bytes)).json()).toMatchObject({ state: 'durable' });
  });

  test('a false size does not block who tells the true one', async () => {
    const bytes = photo(CHUNK_BYTES + 9);
    await patch(bytes, { size: bytes.length + 1 });
    expect((await patch(bytes, { offset: CHUNK_BYTES })).json()).toMatchObject({ status: 409, offset: 0 });
    await upload(bytes);
    expect(await readFile(pathOf(idOf(bytes)))).toEqual(bytes);
  });
});

describe('reading', () => {
  test('I17 a device reads what a row that it may see refers to, and nothing else', async () => {
    const bytes = photo();
    const id = await upload(bytes);
    expect((await get(id)).json()).toMatchObject({ status: 404, code: 'blobs.not_found' });
    await refer({ cover: id }, 'shop:another');
    expect((await get(id)).statusCode).toBe(404);
    const row = await refer({ photos: ['x', id] });
    const answer = await get(id);
    expect(answer.rawPayload).toEqual(bytes);
    expect(answer.headers).toMatchObject({ 'content-type': 'image/jpeg', 'content-length': String(bytes.length) });
    await forget(row);
    expect((await get(id)).statusCode).toBe(404);
    await refer({ cover: id });
    expect((await get(id)).rawPayload).toEqual(bytes);
  });

  test('another organisation learns nothing, not even that it exists', async () => {
    const bytes = photo(CHUNK_BYTES + 5);
    const id = await upload(bytes);
    await refer({ cover: id });
    const stranger = await enrolledDevice(server, await addOrganization(server));
    expect(await head(id, stranger)).toEqual({ statusCode: 404, state: 'absent', offset: 0 });
    expect((await get(id, stranger)).statusCode).toBe(404);
    // It has to send every byte, as if nobody had them.
    expect((await patch(bytes, { by: stranger })).json()).toEqual({ state: 'uploading', offset: CHUNK_BYTES });
  });

  test('a part is given by its range', async () => {
    const bytes = photo(2 * CHUNK_BYTES + 50);
    const id = await upload(bytes);
    await refer({ cover: id });
    const from = CHUNK_BYTES - 10;
    const part = await get(id, device, { range: `bytes=${from}-` });
    expect(part.statusCode).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    expect(part.rawPayload).toEqual(bytes.subarray(from));
    expect((await get(id, device, { range: 'bytes=3-7' })).rawPayload).toEqual(bytes.subarray(3, 8));
    expect((await get(id, device, { range: `bytes=${bytes.length}-` })).statusCode).toBe(200);
  });

  test('I19 a file that was damaged on the disk is never served, and is taken anew', async () => {
    const bytes = photo();
    const id = await upload(bytes);
    await refer({ cover: id });
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(2000) ^ 1, 2000);
    await writeFile(pathOf(id), damaged);
    expect((await get(id)).json()).toMatchObject({ status: 404, code: 'blobs.not_found' });
    expect(await head(id)).toMatchObject({ state: 'absent' });
    await upload(bytes);
    expect((await get(id)).rawPayload).toEqual(bytes);
  });

  test('I19 damage further on ends the answer before the damaged piece leaves', async () => {
    const bytes = photo(2 * CHUNK_BYTES);
    const id = await upload(bytes);
    await refer({ cover: id });
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(CHUNK_BYTES + 1) ^ 1, CHUNK_BYTES + 1);
    await writeFile(pathOf(id), damaged);
    await expect(get(id)).rejects.toThrow();
    expect(await head(id)).toMatchObject({ state: 'absent' });
  });

  test('I16 a database from an older backup takes up what the store has, after looking at it', async () => {
    const [bytes, other] = [photo(), photo()];
    const id = await upload(bytes);
    const spoilt = await upload(other);
    await refer({ photos: [id, spoilt] });
    await server.db.execute(sql`DELETE FROM blobs`);
    await writeFile(pathOf(spoilt), 'something else');
    expect(await head(id)).toMatchObject({ state: 'durable' });
    expect((await get(id)).rawPayload).toEqual(bytes);
    expect(await head(spoilt)).toMatchObject({ state: 'absent' });
    expect((await get(spoilt)).statusCode).toBe(404);
  });
});

describe('links', () => {
  test('a page opens a file by a link that ends by itself', async () => {
    const bytes = photo();
    const id = await upload(bytes);
    const { headers } = await sessionOf(server, organization, ['manager']);
    const made = await server.app.inject({ method: 'POST', url: `/hq/blobs/${id}/link`, headers });
    const { url, expiresAt } = made.json<{ url: string; expiresAt: number }>();
    const answer = await server.app.inject({ url });
    expect(answer.rawPayload).toEqual(bytes);
    expect(answer.headers['content-security-policy']).toContain('sandbox');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    for (const changed of [
      url.replace(/signature=.../, 'signature=AAA'),
      url.replace(String(expiresAt), String(expiresAt + 1)),
      url.replace(id, await upload(photo())),
      url.replace(organization.organizationId, (await addOrganization(server)).organizationId),
    ]) {
      expect((await server.app.inject({ url: changed })).json()).toMatchObject({ code: 'blobs.link_invalid' });
    }
    const before = server.clock.now;
    server.clock.now = expiresAt;
    expect((await server.app.inject({ url })).json()).toMatchObject({ status: 410, code: 'blobs.link_expired' });
    server.clock.now = before;
  });

  test('a link is believed by every instance and after a restart, without a secret in the settings', async () => {
    const bytes = photo();
    const id = await upload(bytes);
    const { headers } = await sessionOf(server, organization, ['manager']);
    const made = await server.app.inject({ method: 'POST', url: `/hq/blobs/${id}/link`, headers });
    const { url } = made.json<{ url: string }>();
    const again = await createTestApp({ BLOB_DIR: folder }, server.opened);
    const own = { BLOB_DIR: folder, BLOB_LINK_SECRET: 'quite another secret' };
    const other = await createTestApp(own, server.opened);
    expect((await again.app.inject({ url })).rawPayload).toEqual(bytes);
    expect((await other.app.inject({ url })).json()).toMatchObject({ code: 'blobs.link_invalid' });
    await Promise.all([again.app.close(), other.app.close()]);
  });

  test('a file of another organisation has none', async () => {
    const id = await upload(photo());
    const { headers } = await sessionOf(server, await addOrganization(server), ['manager']);
    const made = await server.app.inject({ method: 'POST', url: `/hq/blobs/${id}/link`, headers });
    expect(made.json()).toMatchObject({ status: 404, code: 'blobs.not_found' });
  });
});

describe('collection', () => {
  const after = async (ms: number) => {
    server.clock.now += ms;
    return collector().collect();
  };
  const isThere = async (id: string) =>
    readFile(pathOf(id)).then(
      () => true,
      () => false,
    );

  test('I19 goes by references: what a living row refers to stays, the rest goes when the grace is over', async () => {
    const [kept, orphan, dropped] = [await upload(photo()), await upload(photo()), await upload(photo())];
    const row = await refer({ cover: dropped });
    await refer({ photos: [kept] });
    await after(0);
    await after(40 * DAY);
    await after(2 * HOUR);
    // What was never referred to is gone; both others are referred to.
    expect(await Promise.all([kept, orphan, dropped].map(isThere))).toEqual([true, false, true]);
    expect(await rowOf(orphan)).toBeUndefined();
    await forget(row);
    await after(0);
    await after(29 * DAY);
    await after(2 * HOUR);
    expect(await isThere(dropped)).toBe(true);
    await after(DAY);
    await after(2 * HOUR);
    expect(await Promise.all([kept, dropped].map(isThere))).toEqual([true, false]);
  });

  test('I19 a reference that comes while it is condemned takes it back, and so does a device that offers it', async () => {
    const [referred, offered] = [await upload(photo()), await upload(photo())];
    await after(0);
    await after(31 * DAY);
    expect(await rowOf(referred)).toMatchObject({ state: 'condemned' });
    await refer({ cover: referred });
    expect((await get(referred)).statusCode).toBe(200);
    expect(await head(offered)).toMatchObject({ state: 'durable' });
    await after(2 * HOUR);
    expect(await rowOf(referred)).toMatchObject({ state: 'durable', unreferencedSince: null });
    expect(await Promise.all([referred, offered].map(isThere))).toEqual([true, true]);
  });

  test('a removal that was cut short is finished, and nothing is promised meanwhile', async () => {
    const bytes = photo();
    const id = await upload(bytes);
    await server.db.execute(sql`UPDATE blobs SET state = 'removing' WHERE id = ${id}`);
    expect(await head(id)).toMatchObject({ state: 'absent' });
    expect((await patch(bytes)).json()).toMatchObject({ status: 409, code: 'app.conflict' });
    await after(0);
    expect(await isThere(id)).toBe(false);
    await upload(bytes);
    expect(await isThere(id)).toBe(true);
  });

  test('an upload that nobody goes on with expires', async () => {
    const bytes = photo(CHUNK_BYTES + 9);
    await patch(bytes);
    await after(6 * DAY);
    expect(await head(idOf(bytes))).toMatchObject({ state: 'uploading' });
    await after(2 * DAY);
    expect(await head(idOf(bytes))).toMatchObject({ state: 'absent' });
    expect(await readdir(join(folder, organization.organizationId, 'parts'))).toEqual([]);
  });
});
