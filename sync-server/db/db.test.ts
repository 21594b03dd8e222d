import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { organizations } from '../auth/auth.tables.ts';
import { openDb, type Tx } from './db.ts';
import { createTestDb, TEST_MIGRATIONS } from './test-db.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'prilavok-db-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const organization = (id: string) => ({
  id,
  name: 'Автомаркет',
  inn: '7707083893',
  timeZone: 'Europe/Moscow',
  currency: 'RUB' as const,
  taxationSystem: 'osn' as const,
  createdAt: 1_763_000_000_000,
});

test('the embedded database keeps its rows, and migrating it again changes nothing', async () => {
  const first = await openDb({ dataDir, migrationsDir: TEST_MIGRATIONS });
  await first.db.insert(organizations).values(organization('o-1'));
  await expect(openDb({ dataDir, migrationsDir: TEST_MIGRATIONS })).rejects.toMatchObject({ code: 'db.locked' });
  await first.close();
  const second = await openDb({ dataDir, migrationsDir: TEST_MIGRATIONS });
  expect(await second.db.select().from(organizations)).toEqual([organization('o-1')]);
  await second.db.execute('UPDATE drizzle.__drizzle_migrations SET created_at = created_at + 1');
  await second.close();
  await expect(openDb({ dataDir, migrationsDir: TEST_MIGRATIONS })).rejects.toMatchObject({ code: 'db.from_future' });
});

test('test databases are apart, and both drivers read a counter as the same number', async () => {
  const [one, two] = await Promise.all([createTestDb(), createTestDb()]);
  try {
    await one.db.insert(organizations).values(organization(randomBytes(4).toString('hex')));
    expect(await two.db.select().from(organizations)).toEqual([]);
    const { rows } = await one.db.execute(sql`SELECT count(*) AS count, max(created_at) AS at FROM organizations`);
    expect(rows).toEqual([{ count: 1, at: 1_763_000_000_000 }]);
    await one.ping();
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
  await expect(one.ping()).rejects.toThrow();
});

describe.runIf(process.env['TEST_DATABASE_URL'])('on a PostgreSQL server', () => {
  const find = (id: string) => sql`/* test.find */ SELECT v FROM plans_of_one WHERE id = ${id}`;
  const explain = sql.raw(`EXPLAIN (FORMAT TEXT) EXECUTE "test.find" ('7')`);
  const planOf = async (tx: Tx) => (await tx.execute(explain)).rows.map((row) => Object.values(row)[0]).join('\n');

  test('a named statement is planned once in a while, and not kept as it was when its table was empty', async () => {
    const opened = await createTestDb();
    const { db } = opened;
    try {
      await db.execute('CREATE TABLE plans_of_one (id text PRIMARY KEY, v int) WITH (autovacuum_enabled = off)');
      // Statistics that say nothing is there: what is read is then found by reading all of it.
      await db.execute('ANALYZE plans_of_one');
      const onOneConnection = await db.transaction(async (tx) => {
        for (let n = 0; n < 10; n += 1) await tx.execute(find('7'));
        const { rows } = await tx.execute(
          sql`SELECT generic_plans AS kept FROM pg_prepared_statements WHERE name = 'test.find'`,
        );
        return Number(rows[0]?.['kept']);
      });
      expect(onOneConnection).toBeGreaterThanOrEqual(4);
      const before = await db.transaction(planOf);
      await db.execute(`INSERT INTO plans_of_one SELECT n::text, n FROM generate_series(1, 20000) AS n`);
      await setTimeout(2100);
      const after = await db.transaction(planOf);
      expect([before, after]).toEqual([expect.stringContaining('Seq Scan'), expect.stringContaining('Index')]);
    } finally {
      await opened.close();
    }
  });

  test('of a family each text is a statement of its own, and one without a name is not kept', async () => {
    const opened = await createTestDb();
    try {
      const asked = await opened.db.transaction(async (tx) => {
        const answers: unknown[] = [];
        for (const text of ['/* test.family# */ SELECT 1 AS v', '/* test.family# */ SELECT 2 AS v', 'SELECT 3 AS v']) {
          for (let n = 0; n < 2; n += 1) answers.push((await tx.execute(sql.raw(text))).rows[0]?.['v']);
        }
        const { rows } = await tx.execute(sql`SELECT name, statement FROM pg_prepared_statements`);
        return { answers, kept: rows.filter(({ statement }) => /SELECT \d AS v$/.test(String(statement))) };
      });
      expect(asked.answers).toEqual([1, 1, 2, 2, 3, 3]);
      const names = asked.kept.map(({ name }) => name);
      expect(new Set(names).size).toBe(2);
      for (const name of names) expect(name).toMatch(/^test\.family#[0-9a-f]{32}$/);
    } finally {
      await opened.close();
    }
  });

  test('no statement is compiled', async () => {
    const opened = await createTestDb();
    try {
      expect((await opened.db.execute(sql`SHOW jit`)).rows).toEqual([{ jit: 'off' }]);
    } finally {
      await opened.close();
    }
  });
});
