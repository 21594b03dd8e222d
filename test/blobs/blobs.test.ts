/** Files between a device and the server over a real line. Invariants of sync.md by their ids. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import { type BlobDevice, type BlobWorld, createBlobWorld, idOf, photo, readStored } from './blob-world.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

const DAY = 24 * 3_600_000;
let world: BlobWorld;
beforeAll(async () => {
  world = await createBlobWorld();
});
afterAll(() => world.close());

const stateOf = ({ blobs }: BlobDevice, id: string) => blobs.describe([id])[0]?.state;
let rows = 0;
const referTo = (...ids: string[]) => world.refer(`row-${(rows += 1)}`, ids);
const pathOf = ({ folder }: BlobDevice, id: string) => join(folder, id.slice(0, 2), id);

describe('sending', () => {
  test('a file given on one device is shown on another: from local to durable, from missing to shown', async () => {
    const [a, b] = [await world.device(), await world.device()];
    const bytes = photo(2 * CHUNK_BYTES + 100);
    const seen: Change[] = [];
    a.core.changes.subscribe((change) => seen.push(change));
    const id = await a.put(bytes);
    expect(id).toBe(idOf(bytes));
    expect(a.blobs.describe([id])[0]).toEqual({
      id,
      state: 'local',
      url: `/blobs/${id}`,
      size: bytes.length,
      sentBytes: 0,
      mediaType: 'image/jpeg',
    });
    expect(a.blobs.waiting()).toEqual({ count: 1, bytes: bytes.length, sentBytes: 0 });
    // The row is quicker than its bytes.
    await referTo(id);
    expect(stateOf(b, id)).toBe('remote');
    await expect(b.show(id)).rejects.toMatchObject({ code: 'blobs.not_found' });
    expect(stateOf(b, id)).toBe('missing');
    await a.push();
    expect(stateOf(a, id)).toBe('durable');
    expect(a.blobs.waiting()).toEqual({ count: 0, bytes: 0, sentBytes: 0 });
    expect(seen.every(({ collection, ids }) => collection === 'blobs' && ids[0] === id)).toBe(true);
    expect(seen.length).toBeGreaterThanOrEqual(4);
    b.core.advance(10_000);
    expect(await b.show(id)).toEqual(bytes);
    expect(stateOf(b, id)).toBe('durable');
  });

  test('a file that another device has sent already costs no byte of it', async () => {
    const [a, b] = [await world.device(), await world.device()];
    const bytes = photo(CHUNK_BYTES);
    const id = await a.put(bytes);
    await a.push();
    const proxy = await startCuttingProxy(world.url);
    b.settings.url = proxy.url;
    await b.put(bytes);
    await b.push();
    expect(stateOf(b, id)).toBe('durable');
    expect(proxy.sent()).toBeLessThan(1000);
    await b.blobs.stop();
    await proxy.close();
  });

  test('two devices that send the same file at once get on together', async () => {
    const [a, b] = [await world.device(), await world.device()];
    const bytes = photo(5 * CHUNK_BYTES + 3);
    const id = await a.put(bytes);
    await b.put(bytes);
    await Promise.all([a.push(), b.push()]);
    expect([stateOf(a, id), stateOf(b, id)]).toEqual(['durable', 'durable']);
    expect(await readStored(world, id)).toEqual(bytes);
  });

  test('after a cut it goes on from where it was: measured in bytes on the line', async () => {
    const proxy = await startCuttingProxy(world.url);
    const device = await world.device();
    device.settings.url = proxy.url;
    const bytes = photo(8 * CHUNK_BYTES);
    const id = await device.put(bytes);
    for (let cut = 1; cut <= 3; cut += 1) {
      proxy.cutAfter(2.5 * CHUNK_BYTES);
      await expect(device.push()).rejects.toMatchObject({ code: 'device.server_unreachable' });
      // The next life knows only what the disk has.
      await device.restart();
    }
    expect(stateOf(device, id)).toBe('uploading');
    await device.push();
    expect(stateOf(device, id)).toBe('durable');
    // Each cut costs the chunk that was on its way and no more.
    expect(proxy.sent()).toBeLessThan(bytes.length + 3 * CHUNK_BYTES + 20_000);
    await device.blobs.stop();
    await proxy.close();
  });

  test('rows go first: nothing is asked, and no byte goes on, while the outbox waits', async () => {
    const proxy = await startCuttingProxy(world.url);
    let waits = 0;
    const device = await world.device({
      pause: () => {
        waits += 1;
        return Promise.resolve();
      },
    });
    device.settings.url = proxy.url;
    const id = await device.put(photo(3 * CHUNK_BYTES));
    device.settings.hasUnsent = () => true;
    await device.push();
    expect(waits).toBeGreaterThan(10);
    expect(proxy.sent()).toBe(0);
    expect(stateOf(device, id)).toBe('local');
    // A sale comes up while a chunk is on its way: the rest of the file stays here.
    let looks = 0;
    device.settings.hasUnsent = () => (looks += 1) > 10;
    await device.push();
    expect(proxy.sent()).toBeLessThan(CHUNK_BYTES);
    expect(stateOf(device, id)).not.toBe('durable');
    device.settings.hasUnsent = () => false;
    await device.push();
    expect(stateOf(device, id)).toBe('durable');
    await device.blobs.stop();
    await proxy.close();
  });

  test('the pace is bounded over all files together', async () => {
    let waited = 0;
    const device = await world.device({
      bytesPerSecond: 512 * 1024,
      pause: async (ms) => {
        waited = Math.max(waited, ms);
        await Promise.resolve();
      },
    });
    await device.put(photo(2 * CHUNK_BYTES));
    await device.put(photo(2 * CHUNK_BYTES));
    await device.push();
    // Nobody really waits here, so the last slice was told to wait for all that is before it: 4 MiB at 512 KiB/s.
    expect(waited).toBeGreaterThan(7000);
    expect(waited).toBeLessThan(8001);
  });

  test('I20 one file that the server refuses does not hold up the others', async () => {
    const device = await world.device();
    const refused = await device.put(photo(1000));
    const good = await device.put(photo(2000));
    // A rule that only the server has.
    device.core.db.$client.prepare(`UPDATE blobs SET kind = 'document' WHERE id = ?`).run(refused);
    await device.push();
    expect([stateOf(device, refused), stateOf(device, good)]).toEqual(['local', 'durable']);
    const { attempts, fault, retry_at } = device.core.db.$client
      .prepare<[string], { attempts: number; fault: string; retry_at: number }>('SELECT * FROM blobs WHERE id = ?')
      .get(refused) ?? { attempts: 0, fault: '', retry_at: 0 };
    expect({ attempts, fault }).toEqual({ attempts: 1, fault: 'blobs.type_refused' });
    expect(retry_at).toBeGreaterThan(device.core.now());
  });

  test('I19 all bytes there is not safe there: a server that died before its verdict is made to give it', async () => {
    const device = await world.device();
    const id = await device.put(photo(4000));
    await device.push();
    await world.server.db.execute(sql`UPDATE blobs SET state = 'uploading', chunks = NULL WHERE id = ${id}`);
    device.core.db.$client.prepare(`UPDATE blobs SET state = 'uploading' WHERE id = ?`).run(id);
    await device.push();
    expect(stateOf(device, id)).toBe('durable');
    const { rows: found } = await world.server.db.execute(sql`SELECT state FROM blobs WHERE id = ${id}`);
    expect(found).toEqual([{ state: 'durable' }]);
  });

  test.each([
    ['a page', Buffer.from('<!doctype html>'), 'blobs.type_refused'],
    ['nothing', Buffer.alloc(0), 'app.bad_input'],
    ['too much', photo(11 * 1024 * 1024), 'app.too_large'],
  ])('%s is refused where it is given, and leaves nothing', async (_, bytes, code) => {
    const device = await world.device();
    await expect(device.put(bytes)).rejects.toMatchObject({ code });
    expect(await device.files()).toEqual([]);
  });
});

describe('showing', () => {
  const shared = async (bytes: Buffer): Promise<string> => {
    const device = await world.device();
    const id = await device.put(bytes);
    await device.push();
    await referTo(id);
    return id;
  };

  test('a fetch that was cut goes on from where it was', async () => {
    const bytes = photo(3 * CHUNK_BYTES);
    const id = await shared(bytes);
    const device = await world.device();
    await mkdir(join(device.folder, 'parts'), { recursive: true });
    await writeFile(join(device.folder, 'parts', id), bytes.subarray(0, 2 * CHUNK_BYTES));
    expect(await device.show(id)).toEqual(bytes);
  });

  test('I19 what an earlier fetch left damaged is fetched anew, and never shown', async () => {
    const bytes = photo(2 * CHUNK_BYTES);
    const id = await shared(bytes);
    const device = await world.device();
    await mkdir(join(device.folder, 'parts'), { recursive: true });
    await writeFile(join(device.folder, 'parts', id), photo(CHUNK_BYTES));
    expect(await device.show(id)).toEqual(bytes);
  });

  test('I19 a copy that was damaged on the disk is not shown but fetched anew', async () => {
    const bytes = photo(5000);
    const id = await shared(bytes);
    const device = await world.device();
    await device.show(id);
    await writeFile(pathOf(device, id), photo(5000));
    expect(await device.show(id)).toEqual(bytes);
    await rm(pathOf(device, id));
    expect(await device.show(id)).toEqual(bytes);
  });

  test('I19 a sole copy that was damaged is neither shown nor sent; what is left of it is kept for a person', async () => {
    const device = await world.device();
    const id = await device.put(photo(5000));
    await writeFile(pathOf(device, id), photo(5000));
    await device.push();
    expect(stateOf(device, id)).toBe('missing');
    expect(await device.files()).toEqual([`${id}.damaged`]);
    await expect(device.show(id)).rejects.toMatchObject({ code: 'blobs.not_found' });
  });

  test('the longest unused make room; what is only here stays whatever the limit', async () => {
    const cacheBytes = 3 * CHUNK_BYTES;
    const device = await world.device({ cacheBytes });
    const files = [];
    for (let index = 0; index < 4; index += 1) files.push(photo(CHUNK_BYTES));
    const ids = [];
    for (const bytes of files) {
      ids.push(await shared(bytes));
      device.core.advance(1000);
      await device.show(ids.at(-1) ?? '');
    }
    const [first = '', second = '', ...others] = ids;
    expect(ids.map((id) => stateOf(device, id))).toEqual(['remote', 'durable', 'durable', 'durable']);
    const sole = [];
    for (let index = 0; index < 4; index += 1) sole.push(await device.put(photo(CHUNK_BYTES)));
    device.core.advance(1000);
    // Shown again: now the second is the longest unused.
    expect(await device.show(first)).toEqual(files[0]);
    expect([second, ...others].map((id) => stateOf(device, id))).toEqual(['remote', 'durable', 'durable']);
    expect(sole.map((id) => stateOf(device, id))).toEqual(['local', 'local', 'local', 'local']);
    expect((await device.files()).toSorted()).toEqual([first, ...others, ...sole].toSorted());
  });
});

describe('letting go', () => {
  test('I17 after a purge no byte of its rows is on the disk; a sole copy is sent first', async () => {
    const device = await world.device();
    const [kept, purged, sole] = [photo(4000), photo(4000), photo(4000)];
    const ids = [await device.put(kept), await device.put(purged)] as const;
    device.refer('stays', [ids[0]]);
    device.refer('goes', [ids[1]]);
    await device.push();
    const soleId = await device.put(sole);
    device.refer('goes', [ids[1], soleId]);
    await mkdir(join(device.folder, 'parts'), { recursive: true });
    await writeFile(join(device.folder, 'parts', idOf(photo(10))), 'a piece of a file of that shop');
    device.core.db.$client.prepare(`DELETE FROM visits WHERE id = 'goes'`).run();
    device.core.db.transaction(() => device.blobs.startPurge('own'));
    // Killed right after the commit: the next life knows what is to go.
    await device.restart();
    await device.blobs.loops.collecting.tick();
    expect((await device.files()).toSorted()).toEqual([ids[0], soleId].toSorted());
    await device.push();
    await device.blobs.loops.collecting.tick();
    expect(await device.files()).toEqual([ids[0]]);
    expect(await readStored(world, soleId)).toEqual(sole);
    expect(await device.show(ids[0])).toEqual(kept);
  });

  test('files of the device that this one was before are never sent to its new server, and not lost', async () => {
    const device = await world.device();
    const [safe, sole] = [await device.put(photo(4000)), photo(4000)];
    await device.push();
    const soleId = await device.put(sole);
    device.core.db.transaction(() => device.blobs.startPurge('other'));
    device.core.advance(400 * DAY);
    await device.push();
    await device.blobs.loops.collecting.tick();
    expect(await device.files()).toEqual([soleId]);
    expect(stateOf(device, soleId)).toBe('local');
    expect(stateOf(device, safe)).toBe('remote');
    await expect(readStored(world, soleId)).rejects.toThrow('ENOENT');
  });

  test('I19 without a reference a file goes after the grace, and a sole copy not even then', async () => {
    const device = await world.device();
    const [kept, dropped] = [await device.put(photo(4000)), await device.put(photo(4000))];
    device.refer('row', [kept]);
    await device.push();
    const sole = await device.put(photo(4000));
    for (const days of [1, 29]) {
      device.core.advance(days * DAY);
      await device.blobs.loops.collecting.tick();
      expect((await device.files()).toSorted()).toEqual([kept, dropped, sole].toSorted());
    }
    device.core.advance(2 * DAY);
    await device.blobs.loops.collecting.tick();
    expect((await device.files()).toSorted()).toEqual([kept, sole].toSorted());
  });

  test('what a kill left beside is swept', async () => {
    const device = await world.device();
    const id = await device.put(photo(4000));
    await mkdir(join(device.folder, 'drafts'), { recursive: true });
    await writeFile(join(device.folder, 'drafts', 'half'), 'half of a file');
    await writeFile(
      pathOf(device, id.replace(/^../, 'ff')).replace(/ff\//, `${id.slice(0, 2)}/`),
      'a file without a row',
    );
    // The clock of the files is the machine's, the device's is ahead of it by its own days.
    device.core.advance(Date.now() - device.core.now() + 2 * DAY);
    await device.blobs.loops.collecting.tick();
    expect(await device.files()).toEqual([id]);
  });
});

describe('a server of another timeline', () => {
  test('I16 that lost a file gets it again from a device that has it, which does not let it go before', async () => {
    const [device, another] = [await world.device(), await world.device()];
    const bytes = photo(4000);
    const id = await device.put(bytes);
    const other = await another.put(photo(4000));
    await device.push();
    await another.push();
    await referTo(id, other);
    // Restored from a backup of before.
    await world.server.db.execute(sql`DELETE FROM blobs WHERE id = ${id}`);
    await rm(join(world.store, world.organization.organizationId, id.slice(0, 2), id));
    device.settings.epoch = 'b'.repeat(32);
    await device.restart({ cacheBytes: 100 });
    // Room is short, but what is here may be the last there is.
    await device.show(other);
    expect(await device.files()).toContain(id);
    await device.push();
    expect(await readStored(world, id)).toEqual(bytes);
    // Now it may go.
    expect(await device.files()).not.toContain(id);
    expect(await device.show(id)).toEqual(bytes);
  });

  test('I19 damage that the server found is mended within a week', async () => {
    const device = await world.device();
    const bytes = photo(4000);
    const id = await device.put(bytes);
    await device.push();
    await world.server.db.execute(sql`UPDATE blobs SET state = 'damaged' WHERE id = ${id}`);
    device.core.advance(8 * DAY);
    await device.push();
    const { rows: found } = await world.server.db.execute(sql`SELECT state FROM blobs WHERE id = ${id}`);
    expect(found).toEqual([{ state: 'durable' }]);
  });
});

test('nothing is left unfinished on the server', async () => {
  const parts = await readdir(join(world.store, world.organization.organizationId, 'parts'));
  expect(parts).toEqual([]);
});
