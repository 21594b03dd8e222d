/** One of our tills as a participant: SQLite in WAL mode with synchronous=FULL, the whole of the device's sync. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { createSyncHttp, type SyncHttp } from '#main/sync/http.ts';
import { createSync, type Sync } from '#main/sync/sync.ts';
import { order } from '#test/sync/fixtures.ts';
import { quantile } from '../table.ts';
import { instant, participate, tell } from './participant.ts';
import type { BenchTill } from './server-process.ts';
import { openTillCore } from './till-core.ts';

const PER_TRANSACTION = 500;
const LOOP_RESOLUTION_MS = 1;
const POLL_MS = 20;

/** For `scripts/run.mjs`, which starts it as it starts the product. */
export async function main(): Promise<void> {
  const { core, opened } = await openTillCore(process.env['DATA_DIR'] ?? '.');

  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  let sync: Sync | undefined;
  let actor: (BenchTill & { readonly mode: 'cashier'; readonly incarnation: number }) | undefined;

  const ready = (): { readonly sync: Sync; readonly by: NonNullable<typeof actor> } => {
    if (sync === undefined || actor === undefined) throw new Error('open it first');
    return { sync, by: actor };
  };

  async function place(first: number, count: number): Promise<void> {
    const { sync: own, by } = ready();
    for (let from = first; from < first + count; from += PER_TRANSACTION) {
      const to = Math.min(from + PER_TRANSACTION, first + count);
      opened.db.transaction(
        (tx) => {
          for (let n = from; n < to; n += 1) own.mutate(tx, 'order.place', { order: order(n, by) });
        },
        { behavior: 'immediate' },
      );
      // A millisecond at least: not between a single change and its sending.
      if (to < first + count) await pause(0);
    }
  }

  const count = (table: 'orders' | 'sync_base'): number =>
    opened.db.$client.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;

  const requests: { readonly kind: 'push' | 'pull'; readonly ms: number }[] = [];
  const timedHttp = (http: SyncHttp): SyncHttp => {
    const watch = async <T>(kind: 'push' | 'pull', call: () => Promise<T>): Promise<T> => {
      const from = instant();
      try {
        return await call();
      } finally {
        requests.push({ kind, ms: instant() - from });
      }
    };
    return {
      push: (envelope, mutations) => watch('push', () => http.push(envelope, mutations)),
      pull: (request) => watch('pull', () => http.pull(request)),
      rekey: () => http.rekey(),
    };
  };

  const timed = async (work: () => Promise<unknown>): Promise<{ readonly ms: number }> => {
    const from = instant();
    await work();
    return { ms: instant() - from };
  };

  participate({
    open: ({ url, till }: { readonly url: string; readonly till: BenchTill }) => {
      const own = { ...till, mode: 'cashier' as const, incarnation: 1 };
      actor = own;
      sync = createSync(core, {
        http: timedHttp(createSyncHttp({ serverUrl: () => url, token: () => Promise.resolve(till.token) })),
        mode: own.mode,
        identity: () => own,
        serverUrl: () => url,
        token: () => Promise.resolve(till.token),
        random: Math.random,
      });
    },
    seed: ({ from, count }: { readonly from: number; readonly count: number }) => timed(() => place(from, count)),
    push: () => timed(() => ready().sync.loops.push.tick()),
    pull: () => timed(() => ready().sync.loops.pull.tick()),
    /** Watches the event loop from now on. */
    watch: () => {
      loopDelay.reset();
      loopDelay.enable();
    },
    /** What was seen since. */
    watched: () => {
      const [p50, p99, max] = [loopDelay.percentile(50), loopDelay.percentile(99), loopDelay.max].map((ns) => ns / 1e6);
      return { p50, p99, max };
    },
    count: () => count('orders'),
    live: () => {
      for (const loop of Object.values(ready().sync.loops)) loop.start();
    },
    /** Tells of every change that a pull brings. */
    listen: () => {
      core.changes.subscribe(({ collection }) => {
        if (collection === 'orders') tell({ event: 'arrived', at: instant() });
      });
    },
    change: async ({ n }: { readonly n: number }) => {
      const at = instant();
      await place(n, 1);
      ready().sync.wake();
      return { at };
    },
    /** Resolves when nothing waits to be sent. */
    drained: async () => {
      while (ready().sync.status().unsent > 0) await pause(POLL_MS);
    },
    /** Resolves when so many orders are here, and every own change came back from the server. */
    settled: async ({ orders }: { readonly orders: number }) => {
      while (count('orders') < orders || count('sync_base') > 0) await pause(POLL_MS);
    },
    requests: () => ({
      count: requests.length,
      pulls: requests.filter(({ kind }) => kind === 'pull').length,
      maxMs: Math.max(0, ...requests.map(({ ms }) => ms)),
      p99Ms:
        requests.length === 0
          ? 0
          : quantile(
              requests.map(({ ms }) => ms),
              0.99,
            ),
    }),
    /** Rows that were written since the database was opened. */
    writes: () => opened.db.$client.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0,
    close: async () => {
      await sync?.stop();
      opened.close();
    },
  });
}
