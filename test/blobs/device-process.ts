/**
 * A device's files in a process of its own, on a real database file: what a kill leaves is what the next life finds.
 * `FOLDER URL TOKEN GIFTS BYTES`; prints the id of each file it has taken, then sends until nothing waits, then `drained`.
 */
import { randomBytes, randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createBlobs } from '#main/blobs/blobs.service.ts';
import { createChangeBus } from '#main/changes.ts';
import type { Core, Logger } from '#main/core.ts';
import { openDatabase } from '#main/db/open.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import { createIds } from '#shared/kernel/ids.ts';

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

export async function main(argv: readonly string[]): Promise<void> {
  const [folder = '', url = '', token = '', gifts = '0', bytes = '0'] = argv;
  const now = () => Date.now();
  const opened = await openDatabase({
    file: join(folder, 'device.db'),
    migrationsFolder: TEST_MIGRATIONS,
    log: quiet,
    now,
  });
  const core: Core = {
    db: opened.db,
    now,
    newId: createIds(now, (target) => void randomFillSync(target)),
    randomBytes,
    log: quiet,
    changes: createChangeBus(quiet),
    metrics: new Registry(),
    secrets: createMemorySecrets(),
  };
  const blobs = createBlobs(core, {
    folder: join(folder, 'blobs'),
    // A chunk of 64 KiB, and a pace at which a kill finds something under way.
    bytesPerSecond: 4 * 1024 * 1024,
    cacheBytes: 1024 ** 3,
    serverUrl: () => url,
    token: () => Promise.resolve(token),
    hasUnsent: () => false,
    epoch: () => null,
    countedMs: () => 1,
    random: Math.random,
  });
  const send = () => blobs.loops.uploading.tick().catch(() => undefined);
  for (let gift = 0; gift < Number(gifts); gift += 1) {
    const { id } = await blobs.put('photo', photo(Number(bytes)));
    process.stdout.write(`${id}\n`);
    void send();
  }
  while (blobs.waiting().count > 0) {
    await send();
    await pause(20);
  }
  await blobs.stop();
  opened.close();
  process.stdout.write('drained\n');
}

async function* photo(size: number): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
  // Slowly enough that a kill finds one half taken.
  for (let left = size - 4; left > 0; left -= 65_536) {
    await pause(1);
    yield randomBytes(Math.min(left, 65_536));
  }
}
