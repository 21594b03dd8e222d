/** The till of the measurement: it sells, and it has photos to send. SQLite in WAL mode with synchronous=FULL. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Blobs, createBlobs } from '#main/blobs/blobs.service.ts';
import { createOutboxRepo } from '#main/sync/outbox.repo.ts';
import { createStateRepo } from '#main/sync/state.repo.ts';
import { createSync, type Sync } from '#main/sync/sync.ts';
import { order, type TestActor } from '#test/sync/fixtures.ts';
import { instant, participate } from '../sync/participant.ts';
import { openTillCore } from '../sync/till-core.ts';
import type { ShopOnTheAir } from './server-process.ts';

/** As a browser gives a file. */
const PIECE_BYTES = 256 * 1024;

async function* photo(bytes: number): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
  for (let left = bytes - 4; left > 0; left -= PIECE_BYTES) {
    await pause(0);
    yield randomBytes(Math.min(left, PIECE_BYTES));
  }
}

/** For `scripts/run.mjs`, which starts it as it starts the product. */
export async function main(): Promise<void> {
  const dataDir = process.env['DATA_DIR'] ?? '.';
  await mkdir(dataDir, { recursive: true });
  const { core, opened } = await openTillCore(dataDir);

  let parts: { readonly sync: Sync; readonly blobs: Blobs; readonly actor: TestActor } | undefined;
  const ready = () => {
    if (parts === undefined) throw new Error('open it first');
    return parts;
  };

  participate({
    open: ({ url, till, rateKiBps }: ShopOnTheAir & { readonly rateKiBps: number }) => {
      const serverUrl = () => url;
      const token = () => Promise.resolve(till.token);
      const identity = { ...till, mode: 'cashier' as const, incarnation: 1 };
      const sync = createSync(core, {
        mode: 'cashier',
        identity: () => identity,
        serverUrl,
        token,
        random: Math.random,
      });
      const [outbox, state] = [createOutboxRepo(opened.db), createStateRepo(opened.db)];
      const blobs = createBlobs(core, {
        folder: join(dataDir, 'blobs'),
        bytesPerSecond: rateKiBps * 1024,
        cacheBytes: 16 * 1024 ** 3,
        serverUrl,
        token,
        hasUnsent: () => outbox.hasPending(),
        epoch: () => state.find()?.epoch ?? null,
        countedMs: () => 1,
        random: Math.random,
      });
      parts = { sync, blobs, actor: identity };
      for (const loop of Object.values(sync.loops)) loop.start();
    },
    /** Takes photos; they are not sent before `upload`. */
    fill: async ({ count, bytes }: { readonly count: number; readonly bytes: number }) => {
      for (let n = 0; n < count; n += 1) await ready().blobs.put('photo', photo(bytes));
    },
    upload: () => ready().blobs.loops.uploading.start(),
    waiting: () => ready().blobs.waiting(),
    sell: ({ n }: { readonly n: number }) => {
      const { sync, actor } = ready();
      const at = instant();
      const sold = { ...order(n, actor), createdAt: core.now() };
      opened.db.transaction((tx) => sync.mutate(tx, 'order.place', { order: sold }), { behavior: 'immediate' });
      sync.wake();
      return { at, id: sold.id };
    },
    close: async () => {
      await ready().blobs.stop();
      await ready().sync.stop();
      opened.close();
    },
  });
}
