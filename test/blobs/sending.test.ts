/** Files on their way from a device to the server, over a real line. Invariants of sync.md by their ids. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import { type BlobWorld, createBlobWorld, idOf, photo, readStored, stateOf, unfinished } from './blob-world.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

let world: BlobWorld;
beforeAll(async () => {
  world = await createBlobWorld();
});
afterAll(() => world.close());

let rows = 0;
const referTo = (...ids: string[]) => world.refer(`row-${(rows += 1)}`, ids);

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

test('nothing is left unfinished on the server', async () => {
  expect(await unfinished(world)).toEqual([]);
});
