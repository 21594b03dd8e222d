/** When a file may go, and what happens to it when a server or a device is another than before. Invariants of sync.md by their ids. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BlobWorld, createBlobWorld, idOf, pathOf, photo, readStored, stateOf, unfinished } from './blob-world.ts';

const DAY = 24 * 3_600_000;
let world: BlobWorld;
beforeAll(async () => {
  world = await createBlobWorld();
});
afterAll(() => world.close());

let rows = 0;
const referTo = (...ids: string[]) => world.refer(`row-${(rows += 1)}`, ids);

describe('letting go', () => {
  test('I17 after a purge no byte of its rows is on the disk; a sole copy is sent first', async () => {
    const device = await world.device();
    const [kept, purged, sole] = [photo(4000), photo(4000), photo(4000)];
    const ids = [await device.put(kept), await device.put(purged)] as const;
    // More rows than are read at a time, before the one that keeps it.
    device.core.db.transaction(() => {
      for (let n = 0; n < 2500; n += 1) device.refer(`earlier-${n}`, []);
    });
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

  test.each([
    ['a file that lost its reference a day ago', 1],
    ['a file that was without a reference for long', 31],
  ])('I17 a purge that comes while references are looked for takes %s', async (_which, days) => {
    const device = await world.device();
    const id = await device.put(photo(4000));
    await device.push();
    // The file of the grace is marked, and named again before the look that would let it go.
    device.core.advance(DAY);
    await device.blobs.loops.collecting.tick();
    device.core.advance(days * DAY);
    device.core.db.transaction(() => {
      for (let n = 0; n < 2500; n += 1) device.refer(`later-${n}`, []);
      device.refer('first', [id]);
    });
    const looking = device.blobs.loops.collecting.tick();
    await new Promise((resolve) => setImmediate(resolve));
    device.core.db.$client.prepare(`DELETE FROM visits WHERE id = 'first'`).run();
    device.core.db.transaction(() => device.blobs.startPurge('own'));
    await looking;
    await device.blobs.loops.collecting.tick();
    expect(await device.files()).toEqual([]);
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
    device.core.advance(DAY);
    await device.blobs.loops.collecting.tick();
    // What grows between two looks is being written.
    const growing = join(device.folder, 'parts', 'growing');
    await mkdir(join(device.folder, 'parts'), { recursive: true });
    await writeFile(growing, 'a');
    expect(await device.files()).toHaveLength(4);
    device.core.advance(DAY);
    await device.blobs.loops.collecting.tick();
    expect((await device.files()).toSorted()).toEqual([id, 'growing'].toSorted());
    await writeFile(growing, 'ab');
    device.core.advance(DAY);
    await device.blobs.loops.collecting.tick();
    expect((await device.files()).toSorted()).toEqual([id, 'growing'].toSorted());
  });

  test('AU-06 a clock that jumps a year ends no grace and sweeps nothing that is being written', async () => {
    const device = await world.device();
    const id = await device.put(photo(4000));
    await device.push();
    device.core.advance(DAY);
    await device.blobs.loops.collecting.tick();
    await mkdir(join(device.folder, 'drafts'), { recursive: true });
    await writeFile(join(device.folder, 'drafts', 'half'), 'half of a file');
    device.settings.jumpMs = 365 * DAY;
    device.core.advance(365 * DAY);
    device.core.advance(DAY);
    await device.blobs.loops.collecting.tick();
    expect((await device.files()).toSorted()).toEqual([id, 'half'].toSorted());
  });

  test('AU-06 a clock that was put back holds no file up, and what was looked at in its time is looked at again', async () => {
    const device = await world.device();
    device.settings.jumpMs = 365 * DAY;
    device.core.advance(365 * DAY);
    const checked = await device.put(photo(4000));
    await device.push();
    const failing = await device.put(photo(4000));
    device.core.db.$client
      .prepare('UPDATE blobs SET retry_at = ? WHERE id = ?')
      .run(device.core.now() + 60_000, failing);
    await device.push();
    expect(stateOf(device, failing)).toBe('local');
    device.settings.jumpMs = 0;
    device.core.advance(-365 * DAY);
    await world.server.db.execute(sql`UPDATE blobs SET state = 'damaged' WHERE id = ${checked}`);
    await device.push();
    expect(stateOf(device, failing)).toBe('durable');
    const { rows: found } = await world.server.db.execute(sql`SELECT state FROM blobs WHERE id = ${checked}`);
    expect(found).toEqual([{ state: 'durable' }]);
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
  expect(await unfinished(world)).toEqual([]);
});
