/** The floor: the shortest till over the same store. An outbox, batches of 500, pages applied in one transaction. */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { io } from 'socket.io-client';
import { actor, order } from '#test/sync/fixtures.ts';
import { instant, participate, tell } from './participant.ts';

const BATCH = 500;
/** For `scripts/run.mjs`, which starts it as it starts the product. */
export function main(): void {
  const db = new Database(join(process.env['DATA_DIR'] ?? '.', 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`
    CREATE TABLE docs (id text PRIMARY KEY, ver integer NOT NULL, fields text NOT NULL);
    CREATE TABLE outbox (mid integer PRIMARY KEY AUTOINCREMENT, doc text NOT NULL, fields text NOT NULL);
    CREATE TABLE state (cursor integer NOT NULL);
    INSERT INTO state VALUES (0)`);
  const put = db.prepare(`INSERT INTO docs (id, ver, fields) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET ver = excluded.ver, fields = excluded.fields`);
  const line = db.prepare('INSERT INTO outbox (doc, fields) VALUES (?, ?)');
  const waiting = db.prepare<[number], { mid: number; doc: string; fields: string }>(
    'SELECT mid, doc, fields FROM outbox ORDER BY mid LIMIT ?',
  );
  const done = db.prepare('DELETE FROM outbox WHERE mid <= ?');
  const cursor = db.prepare<[], number>('SELECT cursor FROM state').pluck();
  const move = db.prepare('UPDATE state SET cursor = ?');
  const by = actor(1);
  const agent = new Agent({ keepAlive: true });
  let url = '';
  let writer = '';
  let running: Promise<void> | undefined;
  let again = false;

  interface Page {
    readonly rows: readonly { readonly id: string; readonly ver: number; readonly fields: unknown }[];
    readonly next: number;
    readonly complete: boolean;
  }

  function post<Answer>(path: string, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = request(`${url}${path}`, { method: 'POST', agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as Answer));
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  const place = db.transaction((from: number, to: number) => {
    for (let n = from; n < to; n += 1) {
      const one = order(n, by);
      const fields = JSON.stringify(one);
      put.run(one.id, 0, fields);
      line.run(one.id, fields);
    }
  });

  async function push(): Promise<void> {
    for (let batch = waiting.all(BATCH); batch.length > 0; batch = waiting.all(BATCH)) {
      const docs = batch.map(({ doc, fields }) => `{"id":"${doc}","fields":${fields}}`);
      const { lastMid } = await post<{ lastMid: number }>(
        '/push',
        `{"writer":"${writer}","from":${batch[0]?.mid ?? 0},"docs":[${docs.join(',')}]}`,
      );
      done.run(lastMid);
    }
  }

  async function pull(): Promise<void> {
    const rows: Page['rows'][number][] = [];
    for (let next = cursor.get() ?? 0; ; ) {
      const page = await post<Page>('/pull', JSON.stringify({ cursor: next }));
      rows.push(...page.rows);
      next = page.next;
      if (!page.complete) continue;
      db.transaction(() => {
        for (const { id, ver, fields } of rows) put.run(id, ver, JSON.stringify(fields));
        move.run(next);
      })();
      return;
    }
  }

  /** Single flight and one trailing pull. */
  function hint(): void {
    again = true;
    running ??= (async () => {
      while (again) {
        again = false;
        await pull();
        tell({ event: 'arrived', at: instant() });
      }
      running = undefined;
    })();
  }

  const timed = async (work: () => Promise<unknown>) => {
    const from = instant();
    await work();
    return { ms: instant() - from };
  };

  participate({
    open: ({ url: given, name }: { readonly url: string; readonly name: string }) => {
      url = given;
      writer = name;
    },
    seed: ({ from, count }: { readonly from: number; readonly count: number }) =>
      timed(async () => {
        for (let n = from; n < from + count; n += BATCH) place(n, Math.min(n + BATCH, from + count));
      }),
    push: () => timed(push),
    pull: () => timed(pull),
    count: () => db.prepare<[], number>('SELECT count(*) FROM docs').pluck().get() ?? 0,
    live: () => {
      io(url, { transports: ['websocket'] }).on('poke', hint);
    },
    listen: () => undefined,
    change: async ({ n }: { readonly n: number }) => {
      const at = instant();
      place(n, n + 1);
      await push();
      return { at };
    },
    close: () => db.close(),
  });
}
