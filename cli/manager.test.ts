import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertOrganization } from '#server/auth/users.repo.ts';
import { baselineDb } from '#server/db/baseline.ts';
import { openDb } from '#server/db/db.ts';
import { seedDataDir } from '#server/db/test-folder.ts';
import { insertShop } from '#server/features/devices/devices.repo.ts';
import { clientUsers } from '#server/features/support/support.tables.ts';
import { main } from './prilavok.ts';

const ORGANIZATION = '0198f000-0000-7000-8000-000000000001';
const SHOP = '0198f000-0000-7000-8000-000000000002';
const MIGRATIONS = 'drizzle/server';

let dataDir: string;
const open = () => openDb({ dataDir, migrationsDir: MIGRATIONS });
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'prilavok-cli-manager-'));
  await seedDataDir(dataDir);
  const { db, close } = await open();
  await db.transaction(async (tx) => {
    const facts = { timeZone: 'Europe/Moscow', currency: 'RUB', taxationSystem: 'osn', createdAt: 1 } as const;
    await insertOrganization(tx, { id: ORGANIZATION, name: 'Привет Супер', inn: '7707083893', ...facts });
    const shop = { id: SHOP, organizationId: ORGANIZATION, partnerUserId: null, name: 'Лесная', address: 'Лесная, 5' };
    await insertShop(tx, { ...shop, createdAt: 1 });
    const user = { organizationId: ORGANIZATION, createdAt: 1, updatedAt: 1 };
    await tx.insert(clientUsers).values([1, 2].map((n) => ({ ...user, id: `user-${n}`, name: `Клиент ${n}` })));
  });
  await close();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const said: string[] = [];
  const complained: string[] = [];
  await main(['manager', ...args, '--data-dir', dataDir], env, {
    print: (text) => void said.push(text),
    complain: (text) => void complained.push(text),
    ask: () => Promise.resolve(undefined),
    askSecret: () => Promise.resolve(undefined),
  });
  const { exitCode } = process;
  process.exitCode = undefined;
  return { said: said.join('\n'), complained: complained.join('\n'), exitCode };
}

test('a manager is made for browsers and devices under one id, and no second one for his address', async () => {
  const args = ['create', '--email', 'Manager@Example.com', '--name', 'Главный мастер', '--pin', '4821'];
  expect(await run(args)).toMatchObject({ exitCode: 1, complained: expect.stringContaining('MANAGER_PASSWORD') });
  expect(await run(args, { MANAGER_PASSWORD: 'short' })).toMatchObject({ exitCode: 1 });
  const made = await run(args, { MANAGER_PASSWORD: 'ChangeMe123' });
  const { managerId } = JSON.parse(made.said) as { managerId: string };
  const { db, close } = await open();
  const { rows } = await db.execute(sql`SELECT u.email, u.roles, e.scope, e.fields->>'role' AS role
    FROM users u JOIN entities e ON e.type = 'staff' AND e.id = u.id WHERE u.id = ${managerId}`);
  expect(rows).toEqual([{ email: 'manager@example.com', roles: ['manager'], scope: `shop:${SHOP}`, role: 'manager' }]);
  const kept = await db.execute(sql`SELECT string_agg(u::text, ' ') AS text FROM users u`);
  expect(JSON.stringify(kept.rows)).not.toContain('ChangeMe123');
  await close();
  expect(await run(args, { MANAGER_PASSWORD: 'ChangeMe123' })).toMatchObject({ exitCode: 1 });
  expect(await run(['create'], { MANAGER_PASSWORD: 'ChangeMe123' })).toMatchObject({ exitCode: 2 });
  expect(await run(['promote'])).toMatchObject({ exitCode: 2 });
});

test('AM-29 the backfill of the command counts, and finds nobody over again; a token is answered once', async () => {
  expect((await run(['backfill'])).said).toBe('{"users":2,"created":2}');
  expect((await run(['backfill'])).said).toBe('{"users":2,"created":0}');
  const { token } = JSON.parse((await run(['support-token'])).said) as { token: string };
  const { db, close } = await open();
  const { rows } = await db.execute(sql`SELECT string_agg(t::text, ' ') AS text FROM support_tokens t`);
  expect(token).toHaveLength(43);
  expect(JSON.stringify(rows)).not.toContain(token);
  await close();
});

test('a database that has our tables is taken for migrated; one that lacks a column is not', async () => {
  const { db, close } = await open();
  expect(await baselineDb(db, MIGRATIONS)).toBe(0);
  const history = await db.execute(sql`SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY created_at`);
  await db.execute(sql`DROP SCHEMA drizzle CASCADE`);
  expect(await baselineDb(db, MIGRATIONS)).toBe(history.rows.length);
  const noted = await db.execute(sql`SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY created_at`);
  expect(noted.rows).toEqual(history.rows);
  await db.execute(sql`DROP SCHEMA drizzle CASCADE`);
  await db.execute(sql`ALTER TABLE client_users DROP COLUMN phone`);
  await expect(baselineDb(db, MIGRATIONS)).rejects.toMatchObject({
    code: 'db.foreign_file',
    details: { missing: ['client_users.phone'] },
  });
  await db.execute(sql`ALTER TABLE client_users ADD COLUMN phone text`);
  await baselineDb(db, MIGRATIONS);
  await close();
  // What was noted is what a start looks for.
  await (await open()).close();
  expect(await run(['baseline'])).toMatchObject({ exitCode: 1, complained: expect.stringContaining('PostgreSQL') });
});
