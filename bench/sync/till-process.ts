/** One of our tills as a participant: SQLite in WAL mode with synchronous=FULL, the whole of the device's sync. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WriteTx } from '#main/db/db.ts';
import { createSyncHttp, type SyncHttp } from '#main/sync/http.ts';
import { createSync, type Sync } from '#main/sync/sync.ts';
import { client, order, uuid } from '#test/sync/fixtures.ts';
import { quantile } from '../table.ts';
import { createLoopWatch } from './loop-watch.ts';
import { instant, participate, tell } from './participant.ts';
import type { BenchTill } from './server-process.ts';
import { openTillCore } from './till-core.ts';

const PER_TRANSACTION = 500;
const POLL_MS = 100;

const editsOf = (n: number) => ({
  set: {
    name: `Клиент ${n}, новое имя`,
    phone: `+7900${String(n).padStart(7, '0')}`,
    email: `client-${n}@example.ru`,
    registrationAddress: `Москва, улица Строителей, дом ${n}`,
    comment: `Просил позвонить в ${n % 24} часов`,
    assignedTo: uuid(7, n % 10),
  },
  add: { phones: [`+7901${String(n).padStart(7, '0')}`], tags: ['постоянный'] },
});

/** For `scripts/run.mjs`, which starts it as it starts the product. */
export async function main(): Promise<void> {
  const { core, opened } = await openTillCore(process.env['DATA_DIR'] ?? '.');

  const loop = createLoopWatch();
  let sync: Sync | undefined;
  let actor: (BenchTill & { readonly incarnation: number }) | undefined;

  const ready = (): { readonly sync: Sync; readonly by: NonNullable<typeof actor> } => {
    if (sync === undefined || actor === undefined) throw new Error('open it first');
    return { sync, by: actor };
  };

  type Change = (tx: WriteTx, own: Sync, by: NonNullable<typeof actor>, n: number) => void;

  async function make(first: number, count: number, change: Change): Promise<void> {
    const { sync: own, by } = ready();
    for (let from = first; from < first + count; from += PER_TRANSACTION) {
      const to = Math.min(from + PER_TRANSACTION, first + count);
      opened.db.transaction(
        (tx) => {
          for (let n = from; n < to; n += 1) change(tx, own, by, n);
        },
        { behavior: 'immediate' },
      );
      // A millisecond at least: not between a single change and its sending.
      if (to < first + count) await pause(0);
    }
  }
  const place: Change = (tx, own, by, n) => own.mutate(tx, 'order.place', { order: order(n, by) });
  const file: Change = (tx, own, by, n) => own.mutate(tx, 'client.create', { client: client(n, by) });
  /** Eight fields of a client's file, by a change each or all by one. */
  const edit: Change = (tx, own, _by, n) => own.mutate(tx, 'client.patch', { id: uuid(6, n), ...editsOf(n) });
  const editEach: Change = (tx, own, _by, n) => {
    const { set, add } = editsOf(n);
    const each = Object.entries(set).map((one) => ({ set: Object.fromEntries([one]) }));
    for (const one of [...each, ...Object.entries(add).map((few) => ({ add: Object.fromEntries([few]) }))]) {
      own.mutate(tx, 'client.patch', { id: uuid(6, n), ...one });
    }
  };
  const changes = { place, file, edit, editEach } as const;

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
      const own = { ...till, incarnation: 1 };
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
    seed: ({ from, count, what = 'place' }: { from: number; count: number; what?: keyof typeof changes }) =>
      timed(() => make(from, count, changes[what])),
    push: () => timed(() => ready().sync.loops.push.tick()),
    pull: () => timed(() => ready().sync.loops.pull.tick()),
    /** Watches the event loop from now on. */
    watch: () => loop.begin(),
    /** What was seen since. */
    watched: () => loop.seen(),
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
      await make(n, 1, place);
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
