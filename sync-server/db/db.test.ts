import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { organizations } from '../auth/auth.tables.ts';
import { openDb } from './db.ts';
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

test.runIf(process.env['TEST_DATABASE_URL'])('no plan is kept from when a table was empty', async () => {
  const opened = await createTestDb();
  try {
    const { rows } = await opened.db.execute(sql`SHOW plan_cache_mode`);
    expect(rows).toEqual([{ plan_cache_mode: 'force_custom_plan' }]);
    expect((await opened.db.execute(sql`SHOW jit`)).rows).toEqual([{ jit: 'off' }]);
  } finally {
    await opened.close();
  }
});
