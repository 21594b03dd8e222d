// Actual: @actual-app/api over its CRDT messages in SQLite, and its own server. It has no live link: a change is sent
// by a `sync` of the writer and fetched by a `sync` of the reader.

import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { actor, order } from '../../test/sync/fixtures.ts';
import { instant, participate } from '../sync/participant.ts';

const folder = process.env.DATA_DIR;
const PASSWORD = 'bench';
const BATCH = 500;
/** Actual's own timer, which would send in the middle of what is to be made offline. */
const OWN_SYNC_MS = 1000;

const timed = async (work) => {
  const from = instant();
  await work();
  return { ms: instant() - from };
};

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

async function server() {
  const port = await freePort();
  Object.assign(process.env, {
    ACTUAL_DATA_DIR: folder,
    ACTUAL_PORT: String(port),
    ACTUAL_HOSTNAME: '127.0.0.1',
    ACTUAL_UPLOAD_FILE_SYNC_SIZE_LIMIT_MB: '500',
    ACTUAL_UPLOAD_SYNC_ENCRYPTED_FILE_SYNC_SIZE_LIMIT_MB: '500',
    ACTUAL_UPLOAD_FILE_SIZE_LIMIT_MB: '500',
  });
  // Its package names no entry; this is what its own command starts.
  await import('./node_modules/@actual-app/sync-server/build/app.js');
  const url = `http://127.0.0.1:${port}`;
  participate({
    start: async () => {
      for (;;) {
        const up = await fetch(`${url}/health`).catch(() => undefined);
        if (up?.ok) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await fetch(`${url}/account/bootstrap`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ password: PASSWORD }),
      });
      return { url, tills: [] };
    },
    close: () => undefined,
  });
}

async function till() {
  const { setTimeout: later } = globalThis;
  globalThis.setTimeout = (work, ms, ...rest) =>
    ms === OWN_SYNC_MS ? later(() => undefined, 0) : later(work, ms, ...rest);
  const api = await import('@actual-app/api');
  mkdirSync(folder, { recursive: true });
  let lib;
  const account = '00000000-0000-4000-8000-000000000001';
  // Eight fields, the document itself among them.
  const row = (n) => {
    const one = order(n, actor(1));
    return {
      id: one.id,
      acct: account,
      amount: one.totalMinor,
      notes: JSON.stringify(one),
      date: 20_251_121,
      financial_id: one.number,
      cleared: 1,
      sort_order: one.createdAt,
      tombstone: 0,
    };
  };
  const write = async (from, to) => {
    await lib.send('api/batch-budget-start');
    for (let n = from; n < to; n += 1) await lib.db.insert('transactions', row(n));
    await lib.send('api/batch-budget-end');
  };
  const sync = async () => {
    const result = await lib.send('sync');
    if (result?.error) throw new Error(JSON.stringify(result.error));
  };
  participate({
    open: async ({ url, of }) => {
      lib = await api.init({ dataDir: folder, serverURL: url, password: PASSWORD });
      if (of === undefined) {
        await lib.send('create-budget', { budgetName: 'bench' });
        await sync();
        const [budget] = (await api.getBudgets()).filter(({ groupId }) => groupId !== undefined);
        return { of: budget.groupId };
      }
      await api.downloadBudget(of);
    },
    seed: ({ from, count }) =>
      timed(async () => {
        for (let n = from; n < from + count; n += BATCH) await write(n, Math.min(n + BATCH, from + count));
      }),
    push: () => timed(sync),
    pull: () => timed(sync),
    count: async () => (await lib.db.first('SELECT count(*) AS n FROM transactions', [])).n,
    live: () => undefined,
    listen: () => undefined,
    change: async ({ n }) => {
      const at = instant();
      await write(n, n + 1);
      await sync();
      return { at };
    },
    fetch: async () => {
      await sync();
      return { at: instant() };
    },
    close: () => api.shutdown(),
  });
}

if (process.env.ROLE === 'server') await server();
else await till();
