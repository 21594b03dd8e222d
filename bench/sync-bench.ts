/**
 * Sync from end to end, as a shop has it: a server process, a till that has worked offline, a till that is new, and then
 * both on line. Full protocol over HTTP and Socket.IO on loopback; the tills' SQLite is WAL with synchronous=FULL.
 */
import { spawn } from 'node:child_process';
import { randomBytes, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createChangeBus } from '#main/changes.ts';
import type { Core, Logger } from '#main/core.ts';
import { openDatabase } from '#main/db/open.ts';
import { createSync } from '#main/sync/sync.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { order } from '#test/sync/fixtures.ts';
import type { BenchServerReady, BenchTill } from './sync-server-process.ts';
import { ms, quantile, seconds, type Table } from './table.ts';

const ORDERS = Number(process.env['BENCH_ORDERS'] ?? 10_000);
const CHANGES = Number(process.env['BENCH_CHANGES'] ?? 200);
const PER_TRANSACTION = 500;

const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, fields) => console.error(message, fields),
  child: () => quiet,
};

export async function run(): Promise<Table> {
  const rows = [await measure('PGlite (embedded)', {})];
  const url = process.env['TEST_DATABASE_URL'];
  if (url !== undefined) rows.push(await measure('PostgreSQL', { DATABASE_URL: url }));
  const bytes = Buffer.byteLength(
    JSON.stringify(order(1, actorOf({ organizationId: 'o', shopId: id(), deviceId: id(), token: '' }))),
  );
  return {
    title: 'Sync',
    how:
      `${ORDERS} orders of about ${bytes} B of JSON made offline, pushed, and pulled by a fresh till; then ${CHANGES} ` +
      'changes, one at a time on a live link, from the write on one till to the row on the other.',
    columns: ['server database', 'made offline', 'pushed', 'pulled fresh', 'change p50', 'change p99', 'server peak'],
    rows,
  };
}

async function measure(name: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-bench-'));
  const server = await startServer({ ...env, DATA_DIR: join(folder, 'server') });
  try {
    const a = await openTill(join(folder, 'a.db'), server.ready.url, server.ready.tills[0]);
    const b = await openTill(join(folder, 'b.db'), server.ready.url, server.ready.tills[1]);
    const made = await timed(() => a.place(1, ORDERS));
    const pushed = await timed(() => a.sync.loops.push.tick());
    const pulled = await timed(() => b.sync.loops.pull.tick());
    if (b.count() !== ORDERS) throw new Error(`the fresh till has ${b.count()} of ${ORDERS} orders`);
    await a.sync.loops.pull.tick();
    const latencies = await follow(a, b);
    await Promise.all([a.close(), b.close()]);
    const peak = await server.stop();
    return [
      name,
      seconds(made),
      seconds(pushed),
      seconds(pulled),
      ms(quantile(latencies, 0.5)),
      ms(quantile(latencies, 0.99)),
      peak === undefined ? '-' : `${peak} MiB`,
    ];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Till = Awaited<ReturnType<typeof openTill>>;

async function follow(a: Till, b: Till): Promise<number[]> {
  for (const till of [a, b]) for (const loop of Object.values(till.sync.loops)) loop.start();
  const latencies: number[] = [];
  // The first few wait for the live link to stand.
  const warmUp = 10;
  for (let n = 1; n <= CHANGES + warmUp; n += 1) {
    const arrived = b.next();
    const startedAt = performance.now();
    await a.place(ORDERS + n, 1);
    a.sync.wake();
    await arrived;
    if (n > warmUp) latencies.push(performance.now() - startedAt);
    await pause(n > warmUp ? 20 : 100);
  }
  return latencies;
}

async function openTill(file: string, url: string, till: BenchTill) {
  const now = () => Date.now();
  const opened = await openDatabase({
    file,
    migrationsFolder: join(import.meta.dirname, '../drizzle/device'),
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
    secrets: { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), remove: () => Promise.resolve() },
  };
  const actor = actorOf(till);
  const sync = createSync(core, {
    mode: actor.mode,
    identity: () => actor,
    serverUrl: () => url,
    token: () => Promise.resolve(till.token),
    random: Math.random,
  });
  return {
    sync,
    place: async (first: number, count: number) => {
      for (let from = first; from < first + count; from += PER_TRANSACTION) {
        const to = Math.min(from + PER_TRANSACTION, first + count);
        opened.db.transaction(
          (tx) => {
            for (let n = from; n < to; n += 1) sync.mutate(tx, 'order.place', { order: order(n, actor) });
          },
          { behavior: 'immediate' },
        );
        await pause(0);
      }
    },
    count: () => opened.db.$client.prepare<[], number>('SELECT count(*) FROM orders').pluck().get() ?? 0,
    /** Resolves with the next order that a pull brings. */
    next: () =>
      new Promise<void>((resolve) => {
        const stop = core.changes.subscribe(({ collection }) => {
          if (collection !== 'orders') return;
          stop();
          resolve();
        });
      }),
    close: async () => {
      await sync.stop();
      opened.close();
    },
  };
}

const id = () => '00000000-0000-7000-8000-000000000000';
const actorOf = ({ organizationId, shopId, deviceId }: BenchTill) => ({
  organizationId,
  shopId,
  deviceId,
  mode: 'cashier' as const,
  incarnation: 1,
});

const timed = async (work: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

async function startServer(env: Readonly<Record<string, string>>) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../scripts/run.mjs'), join(import.meta.dirname, 'sync-server-process.ts')],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) throw new Error('the server ended before it was ready');
  const exited = once(child, 'exit');
  let stopping: Promise<number | undefined> | undefined;
  return {
    ready: JSON.parse(first.value) as BenchServerReady,
    stop: () => {
      stopping ??= (async () => {
        child.kill('SIGTERM');
        const last = await lines.next();
        await exited;
        return last.done === true ? undefined : (JSON.parse(last.value) as { readonly peakMiB?: number }).peakMiB;
      })();
      return stopping;
    },
  };
}
