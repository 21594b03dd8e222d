/**
 * The floor: the shortest server over the same stores. Gapless numbers, a head, documents, a poke; no tokens, no checks,
 * no outcomes, no digests. Nothing that does the same work can be faster by much.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { Server } from 'socket.io';
import { participate } from './participant.ts';

type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<{ readonly rows: Row[] }>;
interface Store {
  readonly transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  readonly query: Query;
}

const PAGE = 1000;
const TABLES = `
  CREATE TABLE docs (id text PRIMARY KEY, ver bigint NOT NULL, fields jsonb NOT NULL);
  CREATE INDEX docs_by_ver ON docs (ver);
  CREATE TABLE head (ver bigint NOT NULL);
  INSERT INTO head VALUES (0);
  CREATE TABLE writers (id text PRIMARY KEY, last_mid bigint NOT NULL)`;

async function openPostgres(url: string): Promise<Store> {
  pg.types.setTypeParser(20, Number);
  const pool = new pg.Pool({ connectionString: url });
  await pool.query(TABLES);
  return {
    query: (text, values) => pool.query(text, [...(values ?? [])]) as never,
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work((text, values) => client.query(text, [...(values ?? [])]) as never);
        await client.query('COMMIT');
        return result;
      } finally {
        client.release();
      }
    },
  };
}

async function openEmbedded(): Promise<Store> {
  const db = await PGlite.create(join(process.env['DATA_DIR'] ?? '.', 'pg'));
  await db.exec(TABLES);
  return {
    query: (text, values) => db.query(text, [...(values ?? [])]) as never,
    transaction: (work) => db.transaction((tx) => work((text, values) => tx.query(text, [...(values ?? [])]) as never)),
  };
}

/** For `scripts/run.mjs`, which starts it as it starts the product. */
export async function main(): Promise<void> {
  const url = process.env['DATABASE_URL'];
  const store = url === undefined ? await openEmbedded() : await openPostgres(url);
  const http = createServer((request, response) => {
    void (async () => {
      const body = await read(request);
      const answer = request.url === '/push' ? await push(body as Pushed) : await pull(body as { cursor: number });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    })();
  });
  const io = new Server(http);

  interface Pushed {
    readonly writer: string;
    readonly from: number;
    readonly docs: readonly { readonly id: string; readonly fields: unknown }[];
  }

  async function push({ writer, from, docs }: Pushed) {
    const head = await store.transaction(async (query) => {
      const last = from + docs.length - 1;
      await query(`INSERT INTO writers VALUES ($1, 0) ON CONFLICT DO NOTHING`, [writer]);
      const moved = await query('UPDATE writers SET last_mid = $2 WHERE id = $1 AND last_mid = $3 RETURNING 1', [
        writer,
        last,
        from - 1,
      ]);
      if (moved.rows.length === 0) throw new Error('a gap');
      const { rows } = await query<{ ver: number }>('UPDATE head SET ver = ver + $1 RETURNING ver', [docs.length]);
      const ver = Number(rows[0]?.ver);
      await query(
        `INSERT INTO docs (id, ver, fields)
         SELECT id, $1::bigint + n, fields
         FROM ROWS FROM (jsonb_to_recordset($2::text::jsonb) AS (id text, fields jsonb)) WITH ORDINALITY AS t (id, fields, n)
         ON CONFLICT (id) DO UPDATE SET ver = excluded.ver, fields = excluded.fields`,
        [ver - docs.length, JSON.stringify(docs)],
      );
      return ver;
    });
    io.emit('poke', head);
    return { lastMid: from + docs.length - 1 };
  }

  async function pull({ cursor }: { readonly cursor: number }) {
    const { rows } = await store.query<{ ver: number }>(
      'SELECT id, ver, fields FROM docs WHERE ver > $1 ORDER BY ver LIMIT $2',
      [cursor, PAGE],
    );
    return { rows, next: rows.at(-1)?.ver ?? cursor, complete: rows.length < PAGE };
  }

  async function read(request: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString());
  }

  participate({
    start: async () => {
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, tills: [] };
    },
    close: () => undefined,
  });
}
