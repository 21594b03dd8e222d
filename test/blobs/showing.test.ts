/** Files of the server on a device: fetched, checked, shown, and put away when there is no room. Invariants of sync.md by their ids. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import { type BlobWorld, createBlobWorld, pathOf, photo, stateOf, unfinished } from './blob-world.ts';

let world: BlobWorld;
beforeAll(async () => {
  world = await createBlobWorld();
});
afterAll(() => world.close());

let rows = 0;
const referTo = (...ids: string[]) => world.refer(`row-${(rows += 1)}`, ids);

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

test('nothing is left unfinished on the server', async () => {
  expect(await unfinished(world)).toEqual([]);
});
