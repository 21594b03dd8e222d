// PouchDB 9 with LevelDB, and express-pouchdb over the same: live replication, batches of 500.
import { join } from 'node:path';
import express from 'express';
import expressPouchdb from 'express-pouchdb';
import PouchDB from 'pouchdb';
import { actor, order } from '../../test/sync/fixtures.ts';
import { instant, participate, tell } from '../sync/participant.ts';

const folder = process.env.DATA_DIR;
const BATCH = 500;
const timed = async (work) => {
  const from = instant();
  await work();
  return { ms: instant() - from };
};
const document = (n) => {
  const { id, ...rest } = order(n, actor(1));
  return { _id: id, ...rest };
};

function server() {
  const Here = PouchDB.defaults({ prefix: `${folder}/` });
  const app = express();
  app.use('/db', expressPouchdb(Here, { logPath: join(folder, 'log.txt'), configPath: join(folder, 'config.json') }));
  let listening;
  participate({
    start: async () => {
      await new Here('orders').info();
      await new Promise((resolve) => {
        listening = app.listen(0, '127.0.0.1', resolve);
      });
      return { url: `http://127.0.0.1:${listening.address().port}/db/orders`, tills: [] };
    },
    close: () => undefined,
  });
}

function till() {
  const local = new PouchDB(join(folder, 'orders'));
  let remote;
  participate({
    open: ({ url }) => {
      remote = new PouchDB(url);
    },
    seed: ({ from, count }) =>
      timed(async () => {
        for (let n = from; n < from + count; n += BATCH) {
          const length = Math.min(BATCH, from + count - n);
          await local.bulkDocs(Array.from({ length }, (_, index) => document(n + index)));
        }
      }),
    push: () => timed(() => local.replicate.to(remote, { batch_size: BATCH })),
    pull: () => timed(() => local.replicate.from(remote, { batch_size: BATCH })),
    count: async () => (await local.info()).doc_count,
    live: () => {
      local.sync(remote, { live: true, retry: true, batch_size: BATCH });
    },
    listen: () => {
      local.changes({ live: true, since: 'now' }).on('change', () => tell({ event: 'arrived', at: instant() }));
    },
    change: async ({ n }) => {
      const at = instant();
      await local.put(document(n));
      return { at };
    },
    close: () => local.close(),
  });
}

if (process.env.ROLE === 'server') server();
else till();
