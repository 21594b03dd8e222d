/** I19 under whatever order of gifts, cuts, restarts, repeats and looks: what is served is what its name says, and the last copy stays. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBlobsCollector } from '#server/blobs/blobs.collect.ts';
import { findBlob } from '#server/blobs/blobs.repo.ts';
import { createFilesStore } from '#server/blobs/files.store.ts';
import { type BlobDevice, type BlobWorld, createBlobWorld, FIELDS, idOf, photo } from './blob-world.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';

const DAY = 24 * 3_600_000;
/** With this pace a chunk is 64 KiB, so a small file has several; nobody really waits. */
const SLOW = { bytesPerSecond: 12_800, pause: () => Promise.resolve() };
const SIZES = [100, 64 * 1024, 64 * 1024 + 1, 200_000, 330_000];

let world: BlobWorld;
const devices: BlobDevice[] = [];
const proxies: CuttingProxy[] = [];
beforeAll(async () => {
  world = await createBlobWorld();
  for (let index = 0; index < 2; index += 1) {
    const proxy = await startCuttingProxy(world.url);
    const device = await world.device(SLOW);
    device.settings.url = proxy.url;
    devices.push(device);
    proxies.push(proxy);
  }
});
afterAll(async () => {
  for (const { blobs } of devices) await blobs.stop();
  for (const proxy of proxies) await proxy.close();
  await world.close();
});

const deviceIndex = fc.nat({ max: 1 });
const blobIndex = fc.nat({ max: SIZES.length - 1 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('put'), device: deviceIndex, blob: blobIndex }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('push', 'push and die'),
      device: deviceIndex,
      blob: blobIndex,
      cut: fc.nat({ max: 400_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('show'), device: deviceIndex, blob: blobIndex }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('both push'), device: deviceIndex, blob: blobIndex }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('short of room'), device: deviceIndex, blob: blobIndex }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('collect'), device: deviceIndex, blob: blobIndex }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('late chunk', 'wrong chunk'),
      device: deviceIndex,
      blob: blobIndex,
      cut: fc.nat({ max: 330_000 }),
    }),
  },
);
type Step = Parameters<Parameters<typeof step.filter>[0]>[0];

test('I19 served bytes hash to their id, and the only copy is never let go', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      run += 1;
      const files = SIZES.map((size) => photo(size));
      const ids = files.map(idOf);
      await world.refer(`run-${run}`, ids);
      for (const device of devices) device.refer(`run-${run}`, ids);
      const given = new Set<string>();
      for (const one of steps) {
        await perform(one, files, given);
        for (const id of given) expect(await isKept(id), `${id} after ${one.do}`).toBe(true);
        await everyStoredFileIsItsName();
      }
      for (const [index, device] of devices.entries()) {
        proxies[index]?.cutAfter(Number.POSITIVE_INFINITY);
        device.core.advance(DAY);
        await device.push();
        expect(device.blobs.waiting().count).toBe(0);
      }
      for (const device of devices) {
        device.core.advance(10_000);
        for (const [at, id] of ids.entries()) if (given.has(id)) expect(await device.show(id)).toEqual(files[at]);
      }
    }),
    { numRuns: 25, seed: Number(process.env['TEST_SEED'] ?? 20_261_121) },
  );
}, 120_000);

async function perform(one: Step, files: readonly Buffer[], given: Set<string>): Promise<void> {
  const device = devices[one.device];
  const proxy = proxies[one.device];
  const bytes = files[one.blob];
  if (device === undefined || proxy === undefined || bytes === undefined) throw new Error('no such thing');
  const id = idOf(bytes);
  switch (one.do) {
    case 'put':
      given.add(await device.put(bytes));
      return;
    case 'push':
      proxy.cutAfter('cut' in one ? one.cut : 0);
      await device.push().catch(() => undefined);
      return;
    case 'push and die': {
      proxy.cutAfter('cut' in one ? one.cut : 0);
      const pushing = device.push().catch(() => undefined);
      await device.restart();
      await pushing;
      return;
    }
    case 'both push':
      for (const each of proxies) each.cutAfter(Number.POSITIVE_INFINITY);
      await Promise.all(devices.map((each) => each.push().catch(() => undefined)));
      return;
    case 'show': {
      device.core.advance(10_000);
      const shown = await device.show(id).catch(({ code }: { code: string }) => code);
      if (typeof shown === 'string') expect(shown).toMatch(/^(blobs\.not_found|device\.server_unreachable)$/);
      else expect(shown).toEqual(bytes);
      return;
    }
    case 'short of room':
      await device.restart({ cacheBytes: 100 });
      await device.push().catch(() => undefined);
      await device.restart();
      return;
    case 'collect':
      world.server.clock.now += 40 * DAY;
      await collector().collect();
      device.core.advance(40 * DAY);
      await device.blobs.loops.collecting.tick();
      return;
    case 'late chunk':
    case 'wrong chunk': {
      // As a network that holds a chunk back and gives it later; or as somebody who sends what is not the file.
      const offset = 'cut' in one ? one.cut - (one.cut % 65_536) : 0;
      const chunk = bytes.subarray(offset, offset + 65_536);
      const body = one.do === 'wrong chunk' ? Buffer.concat([chunk.subarray(0, 20), photo(64)]) : Buffer.from(chunk);
      const query = `offset=${offset}&size=${bytes.length}&kind=photo`;
      const headers = { authorization: `Bearer ${device.token}`, 'content-type': 'application/octet-stream' };
      await fetch(`${world.url}/blob/${id}?${query}`, { method: 'PATCH', headers, body });
    }
  }
}

const collector = () =>
  createBlobsCollector({
    db: world.server.db,
    store: createFilesStore(world.store),
    fields: FIELDS,
    graceDays: 30,
    now: () => world.server.clock.now,
    log: { info: () => undefined, error: () => undefined },
  });

/** Somewhere are the bytes: on a device, or on the server under a row that is served. */
async function isKept(id: string): Promise<boolean> {
  for (const { folder } of devices) if ((await hashOf(join(folder, id.slice(0, 2), id))) === id) return true;
  const { organizationId } = world.organization;
  const row = await findBlob(world.server.db, { organizationId, id });
  const isServed = row?.state === 'durable' || row?.state === 'condemned';
  return isServed && (await hashOf(join(world.store, organizationId, id.slice(0, 2), id))) === id;
}

async function everyStoredFileIsItsName(): Promise<void> {
  const entries = await readdir(world.store, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const { name, parentPath } of entries.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('parts'))) {
    if (!checked.has(name)) expect(await hashOf(join(parentPath, name))).toBe(name);
    checked.add(name);
  }
}
const checked = new Set<string>();

const hashOf = (path: string): Promise<string | undefined> =>
  readFile(path).then(
    (bytes) => idOf(bytes),
    () => undefined,
  );
