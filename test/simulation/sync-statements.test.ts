import type { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestClient } from '#server/db/test-db.ts';
import { type KeptDb, keepStatements } from './sync-statements.ts';

let client: PGlite;
let kept: KeptDb;

beforeAll(async () => {
  client = await openTestClient();
  kept = keepStatements(client);
  await kept.db.execute(sql`CREATE TABLE notes (id int PRIMARY KEY, text text)`);
}, 60_000);
afterAll(() => client.close());

const note = (id: number) => sql`INSERT INTO notes (id, text) VALUES (${id}, ${'note'})`;
const ids = async () => (await kept.db.execute<{ id: number }>(sql`SELECT id FROM notes ORDER BY id`)).rows;
/** As drizzle wraps it. */
const codeOf = (error: unknown): unknown => (error as { readonly cause?: { readonly code?: string } }).cause?.code;

test('answers as PGlite does, with the parameters of each time', async () => {
  const text = `SELECT $1::int8 AS big, $2::jsonb AS body, $3::text AS text, $4::bool AS yes, ARRAY[1, 2] AS list,
    $5::bytea AS bytes, 1.50::numeric AS sum, now()::date - now()::date AS days`;
  const ask = ([big, body, word, yes, bytes]: readonly unknown[]) =>
    kept.db.execute(sql`SELECT ${big}::int8 AS big, ${body}::jsonb AS body, ${word}::text AS text, ${yes}::bool AS yes,
      ARRAY[1, 2] AS list, ${bytes}::bytea AS bytes, 1.50::numeric AS sum, now()::date - now()::date AS days`);
  for (const given of [
    [2 ** 40, { a: [1, null] }, "it's", true, new Uint8Array([0, 255])],
    [null, null, null, null, null],
    [-1, 7, '', false, new Uint8Array()],
  ]) {
    const theirs = await client.query(text, given);
    expect((await ask(given)).rows).toEqual(theirs.rows);
  }
});

describe('a statement that fails', () => {
  test('says why by its code, and the next one works', async () => {
    await kept.db.execute(note(1));
    expect(codeOf(await kept.db.execute(note(1)).catch((error: unknown) => error))).toBe('23505');
    expect(codeOf(await kept.db.execute(sql`SELECT nothing`).catch((error: unknown) => error))).toBe('42703');
    expect(await ids()).toEqual([{ id: 1 }]);
  });

  test('takes its transaction along, also when somebody catches it', async () => {
    const caught = kept.db.transaction(async (tx) => {
      await tx.execute(note(2));
      await tx.execute(note(1)).catch(() => undefined);
    });
    await expect(caught).rejects.toThrow('rolled back');
    expect(await ids()).toEqual([{ id: 1 }]);
  });
});

test('what throws is rolled back, and the next transaction begins anew', async () => {
  const thrown = kept.db.transaction(async (tx) => {
    await tx.execute(note(3));
    throw new Error('changed my mind');
  });
  await expect(thrown).rejects.toThrow('changed my mind');
  await kept.db.transaction((tx) => tx.execute(note(4)));
  expect(await ids()).toEqual([{ id: 1 }, { id: 4 }]);
});

test('what is not of a transaction waits for its end', async () => {
  const order: string[] = [];
  const transaction = kept.db.transaction(async (tx) => {
    await tx.execute(note(5));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('committed');
  });
  const read = ids().then((rows) => order.push(`read ${rows.length}`));
  await Promise.all([transaction, read]);
  expect(order).toEqual(['committed', 'read 3']);
});

test('remembers an answer until something may have been written', async () => {
  let reads = 0;
  const count = kept.remembering(async (from: number) => {
    reads += 1;
    return (await kept.db.execute<{ n: number }>(sql`SELECT count(*) AS n FROM notes WHERE id >= ${from}`)).rows[0]?.n;
  });
  expect([await count(0), await count(0), await count(5), reads]).toEqual([3, 3, 1, 2]);
  await kept.db.transaction((tx) => tx.execute(note(6)));
  expect([await count(0), await count(5), reads]).toEqual([4, 2, 4]);
});

test('a statement whose text is another each time is found out', async () => {
  const flood = async () => {
    for (let n = 0; n < 500; n += 1) await kept.db.execute(sql.raw(`SELECT ${n}`));
  };
  await expect(flood()).rejects.toMatchObject({
    cause: { message: expect.stringContaining('another text each time') as string },
  });
});
