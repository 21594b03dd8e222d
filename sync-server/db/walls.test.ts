/** The wall that the database itself is: what a partner's role sees when a statement forgets its conditions. */
import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shops } from '../auth/auth.tables.ts';
import { kioskHeartbeats } from '../features/kiosk/kiosk.tables.ts';
import { withinScope } from '../features/partner/partner.scope.repo.ts';
import { addDevice, addOrganization, createTestApp, sessionOf, type TestApp } from '../testing/test-app.ts';
import { type At, order, payment, put } from '../testing/test-rows.ts';
import type { Tx } from './db.ts';
import { openPostgres } from './postgres.ts';
import { TEST_MIGRATIONS } from './test-db.ts';

let server: TestApp;
let mine: At;
let foreign: At;
let userId: string;
beforeAll(async () => {
  server = await createTestApp();
  const place = async (): Promise<At> => {
    const organization = await addOrganization(server);
    const at = { ...organization, deviceId: await addDevice(server, organization) };
    const made = order(server, at, { printStatus: 'new' });
    await put(server, at, { orders: [made], payments: [payment(server, made)] });
    const beat = { organizationId: at.organizationId, deviceId: at.deviceId, lastActiveAt: 0 };
    await server.db.insert(kioskHeartbeats).values(beat);
    return at;
  };
  [mine, foreign] = [await place(), await place()];
  ({ userId } = await sessionOf(server, mine, ['partner']));
  await server.db.update(shops).set({ partnerUserId: userId }).where(eq(shops.id, mine.shopId));
});
afterAll(() => server.close());

const BEHIND_THE_WALL = [
  'organizations',
  'shops',
  'devices',
  'entities',
  'scope_heads',
  'audit_heads',
  'kiosk_heartbeats',
] as const;

const countAll = async (tx: Tx) => {
  const counted: Record<string, number> = {};
  for (const table of BEHIND_THE_WALL) {
    const { rows } = await tx.execute(sql.raw(`SELECT count(*) AS n FROM ${table}`));
    counted[table] = Number(rows[0]?.['n']);
  }
  return counted;
};
const inScope = <T>(act: (tx: Tx) => Promise<T>) =>
  withinScope(server.db, { organizationId: mine.organizationId, userId }, act);
/** Why the database says no. */
const refusal = (act: (tx: Tx) => Promise<unknown>) =>
  inScope(act).then(
    () => 'let through',
    (error: Error) => String((error.cause as Error | undefined)?.message ?? error.message),
  );

test('the partner’s role sees what is his without any condition, and of orders alone', async () => {
  expect(await inScope(countAll)).toEqual({
    organizations: 1,
    shops: 1,
    devices: 1,
    entities: 1,
    scope_heads: 1,
    audit_heads: 1,
    kiosk_heartbeats: 1,
  });
});

test('who does not say whose he is sees nothing', async () => {
  const seen = await server.db.transaction(async (tx) => {
    await tx.execute(sql`SELECT set_config('role', 'prilavok_partner', true)`);
    return countAll(tx);
  });
  expect(Object.values(seen)).toEqual(BEHIND_THE_WALL.map(() => 0));
});

test('a scope ends with its transaction: the connection that it ran on is everybody’s again', async () => {
  await inScope(countAll);
  await refusal((tx) => tx.execute('SELECT 1/0'));
  const { rows } = await server.db.execute<{ n: number }>('SELECT count(*) AS n FROM shops');
  expect(rows[0]?.n).toBe(2);
});

test('nothing of another is written, whatever a statement says', async () => {
  const changed = await inScope(async (tx) => {
    const { rows } = await tx.execute(sql`
      UPDATE entities SET fields = fields || '{"printStatus":"printed"}' WHERE type = 'order' RETURNING scope`);
    return rows;
  });
  expect(changed).toEqual([{ scope: `shop:${mine.shopId}` }]);
  // Out of his shop, and into it from outside.
  const [toForeign, fromNowhere] = [`shop:${foreign.shopId}`, `shop:${mine.shopId}`];
  expect(await refusal((tx) => tx.execute(sql`UPDATE entities SET scope = ${toForeign}`))).toMatch(
    /row-level security/,
  );
  expect(
    await refusal((tx) =>
      tx.execute(sql`INSERT INTO entities (organization_id, type, id, scope, ver, fields, received_at, updated_at)
        VALUES (${mine.organizationId}, 'order', 'made-up', ${fromNowhere}, 1, '{}', 0, 0)`),
    ),
  ).toMatch(/row-level security/);
  expect(
    await refusal((tx) =>
      tx.execute(sql`INSERT INTO audit_log (organization_id, seq, at, event, actor_kind, actor_id, entity_type, entity_id, details, hash)
        VALUES (${mine.organizationId}, 999, 0, 'MADE_UP', 'user', 'somebody-else', 'order', 'x', '{}', '')`),
    ),
  ).toMatch(/row-level security/);
});

test('what no policy speaks of cannot be reached at all, and the role can neither sign in nor pass the wall', async () => {
  const { rows: tables } = await server.db.execute<{ name: string }>(sql`
    SELECT tablename AS name FROM pg_tables
    WHERE schemaname = 'public' AND has_table_privilege('prilavok_partner', schemaname || '.' || tablename, 'SELECT')`);
  expect(tables.map(({ name }) => name).toSorted()).toEqual([...BEHIND_THE_WALL].toSorted());
  const { rows: open } = await server.db.execute<{ name: string }>(sql`
    SELECT relname AS name FROM pg_class
    WHERE NOT relrowsecurity AND relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND has_table_privilege('prilavok_partner', oid, 'SELECT, INSERT, UPDATE, DELETE')`);
  expect(open).toEqual([]);
  expect(await refusal((tx) => tx.execute('SELECT * FROM users'))).toMatch(/permission denied/);
  const { rows } = await server.db.execute(sql`
    SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = 'prilavok_partner'`);
  expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcanlogin: false }]);
});

const SERVER = process.env['TEST_DATABASE_URL'];

test.runIf(SERVER)('an application that is no superuser takes the role, and sees all only without it', async () => {
  const name = `prilavok_app_${randomUUID().slice(0, 8)}`;
  const admin = new pg.Client({ connectionString: SERVER });
  await admin.connect();
  await admin.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER`);
  await admin.query(`GRANT prilavok_partner TO ${name}`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  const url = new URL(SERVER ?? '');
  [url.username, url.pathname] = [name, `/${name}`];
  const { db, close } = await openPostgres(url.href, TEST_MIGRATIONS);
  try {
    await db.execute(`INSERT INTO organizations (id, name, inn, time_zone, currency, taxation_system, created_at)
      SELECT n, n, '7707083893', 'Europe/Moscow', 'RUB', 'osn', 0 FROM unnest(ARRAY['o-1', 'o-2']) AS n`);
    expect(await db.transaction(countAll)).toMatchObject({ organizations: 2 });
    const seen = await withinScope(db, { organizationId: 'o-1', userId: 'nobody' }, countAll);
    expect(seen).toMatchObject({ organizations: 1, shops: 0 });
  } finally {
    await close();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}`);
    await admin.end();
  }
});
