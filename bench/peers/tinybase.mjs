// TinyBase 10: a mergeable store in memory, kept as JSON in SQLite (WAL, FULL), synchronised over ws.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createMergeableStore } from 'tinybase';
import { createBetterSqlite3Persister } from 'tinybase/persisters/persister-better-sqlite3';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { createWsServer } from 'tinybase/synchronizers/synchronizer-ws-server';
import { WebSocket, WebSocketServer } from 'ws';
import { actor, order } from '../../test/sync/fixtures.ts';
import { instant, participate, tell } from '../sync/participant.ts';

const BATCH = 500;
const POLL_MS = 5;
const IDLE = 0;
const store = createMergeableStore();
const db = new Database(join(process.env.DATA_DIR, 'store.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
const persister = createBetterSqlite3Persister(store, db, 'orders');
const count = () => store.getRowCount('orders');

// A row has flat cells: the lines stay JSON.
const cells = (n) => {
  const { lines, ...rest } = order(n, actor(1));
  return [rest.id, { ...rest, lines: JSON.stringify(lines) }];
};

/** Until its own saving has written everything. */
const saved = async () => {
  do await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  while (persister.getStatus() !== IDLE);
};

/** Until so many rows are in the store and its file. */
const reached = async ({ rows }) => {
  while (count() < rows) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  await saved();
  return { at: instant() };
};

function server() {
  participate({
    start: async () => {
      const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 1 << 30 });
      await new Promise((resolve) => sockets.once('listening', resolve));
      createWsServer(sockets, () => persister);
      return { url: `ws://127.0.0.1:${sockets.address().port}/orders`, tills: [] };
    },
    reached,
    close: () => undefined,
  });
}

async function till() {
  let url;
  // Not its loading: that reads the file every second to see whether another process has written it.
  await persister.startAutoSave();
  const connect = async () => {
    const synchronizer = await createWsSynchronizer(store, new WebSocket(url, { maxPayload: 1 << 30 }), 600);
    await synchronizer.startSync();
  };
  participate({
    open: (to) => {
      url = to.url;
    },
    seed: async ({ from, count: total }) => {
      const at = instant();
      for (let n = from; n < from + total; n += BATCH) {
        store.transaction(() => {
          for (let k = n; k < Math.min(n + BATCH, from + total); k += 1) store.setRow('orders', ...cells(k));
        });
        await saved();
      }
      return { ms: instant() - at };
    },
    push: async () => {
      const at = instant();
      await connect();
      return { at };
    },
    pull: async ({ rows }) => {
      const at = instant();
      await connect();
      const end = await reached({ rows });
      return { ms: end.at - at };
    },
    count,
    live: () => undefined,
    listen: () => {
      store.addRowListener('orders', null, () => {
        void saved().then(() => tell({ event: 'arrived', at: instant() }));
      });
    },
    change: ({ n }) => {
      const at = instant();
      store.setRow('orders', ...cells(n));
      return { at };
    },
    close: () => db.close(),
  });
}

if (process.env.ROLE === 'server') server();
else await till();
