/**
 * The cursors that sync.md §1 warns of, and a reader between two commits: each loses a row; the head of a scope, raised
 * last, loses none. Needs several connections.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Db, OpenDb, Tx } from '#server/db/db.ts';
import { createTestDb } from '#server/db/test-db.ts';

interface Cursor {
  /** Writes one row the way that the cursor needs it; waits before the commit. */
  readonly write: (tx: Tx, id: number, hold: () => Promise<unknown>) => Promise<void>;
  /** Rows after `cursor`, and where the next read begins. */
  readonly read: (db: Db, cursor: number) => Promise<{ readonly ids: readonly number[]; readonly next: number }>;
}

type Row = Record<string, unknown> & { readonly id: number; readonly at: number };

const rowsAfter = async (db: Db, query: ReturnType<typeof sql>, cursor: number) => {
  const { rows } = await db.execute<Row>(query);
  return {
    ids: rows.map(({ id }) => Number(id)),
    next: rows.reduce((next, { at }) => Math.max(next, Number(at)), cursor),
  };
};

const CURSORS: Readonly<Record<string, Cursor>> = {
  'bigserial cursor': {
    write: async (tx, id, hold) => {
      await tx.execute(sql`INSERT INTO probe (id, seq) VALUES (${id}, nextval('probe_seq'))`);
      await hold();
    },
    read: (db, cursor) => rowsAfter(db, sql`SELECT id, seq AS at FROM probe WHERE seq > ${cursor}::bigint`, cursor),
  },
  'updated_at cursor': {
    write: async (tx, id, hold) => {
      await tx.execute(sql`INSERT INTO probe (id, seq) VALUES (${id}, (extract(epoch FROM now()) * 1000000)::bigint)`);
      await hold();
    },
    read: (db, cursor) => rowsAfter(db, sql`SELECT id, seq AS at FROM probe WHERE seq > ${cursor}::bigint`, cursor),
  },
  'xmin guard with a seq cursor': {
    write: async (tx, id, hold) => {
      // Its transaction number is taken late, its place in the sequence early.
      const { rows } = await tx.execute<{ seq: number }>(sql`SELECT nextval('probe_seq') AS seq`);
      await hold();
      await tx.execute(sql`
        INSERT INTO probe (id, seq, xid) VALUES (${id}, ${rows[0]?.seq ?? 0}::bigint, pg_current_xact_id()::text::bigint)`);
    },
    read: (db, cursor) =>
      rowsAfter(
        db,
        sql`SELECT id, seq AS at FROM probe
          WHERE seq > ${cursor}::bigint AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
        cursor,
      ),
  },
};

/** What `writeEntities` does: the lock of the head is the last before the commit. */
const HEAD: Cursor = {
  write: async (tx, id, hold) => {
    await hold();
    await tx.execute(sql`
      WITH raised AS (UPDATE probe_head SET head = head + 1 RETURNING head)
      INSERT INTO probe (id, seq) SELECT ${id}, head FROM raised`);
  },
  read: (db, cursor) => rowsAfter(db, sql`SELECT id, seq AS at FROM probe WHERE seq > ${cursor}::bigint`, cursor),
};

describe.runIf(process.env['TEST_DATABASE_URL'] !== undefined)('on PostgreSQL', () => {
  let opened: OpenDb;
  beforeEach(async () => {
    opened = await createTestDb();
    await opened.db.execute(sql`CREATE TABLE probe (id int PRIMARY KEY, seq bigint NOT NULL, xid bigint)`);
    await opened.db.execute(sql`CREATE SEQUENCE probe_seq`);
    // Its first value takes a transaction number with it, to be logged; the next thirty-one take none.
    await opened.db.execute(sql`SELECT nextval('probe_seq')`);
    await opened.db.execute(sql`CREATE TABLE probe_head (head bigint NOT NULL)`);
    await opened.db.execute(sql`INSERT INTO probe_head VALUES (0)`);
  });
  afterEach(() => opened.close());

  /** Who of two a reader misses when the one that began first commits last, and the reader looks between the two. */
  async function lostBy({ write, read }: Cursor): Promise<number[]> {
    const { db } = opened;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const slow = db.transaction((tx) =>
      write(tx, 1, () => {
        begun.resolve();
        return end.promise;
      }),
    );
    await begun.promise;
    await db.transaction((tx) => write(tx, 2, () => Promise.resolve()));
    let { ids: seen, next } = await read(db, 0);
    // Transactions of other databases of the server hold the guard back too.
    while (!seen.includes(2)) {
      await pause(10);
      ({ ids: seen, next } = await read(db, 0));
    }
    end.resolve();
    await slow;
    const later = await read(db, next);
    return [1, 2].filter((id) => !seen.includes(id) && !later.ids.includes(id));
  }

  test('I4 the head of a scope, raised last, loses no row', async () => {
    expect(await lostBy(HEAD)).toEqual([]);
  });

  test.each(Object.entries(CURSORS))('I4 a %s loses rows, and is found out', async (_, cursor) => {
    expect(await lostBy(cursor)).toEqual([1]);
  });
});
