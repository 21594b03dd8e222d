/**
 * How long a partner's page waits for its orders: a million of them from ten thousand kiosks on a PostgreSQL, asked over HTTP
 * on loopback by partners with one shop, with fifty and with nearly all of them.
 */
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { buildApp } from '#server/app.ts';
import { hashPassword } from '#server/auth/passwords.ts';
import { insertOrganization, insertUser } from '#server/auth/users.repo.ts';
import { readConfig } from '#server/config.ts';
import { type Db, openDb } from '#server/db/db.ts';
import { selectOrders } from '#server/features/partner/partner.repo.ts';
import { withinScope } from '#server/features/partner/partner.scope.repo.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { PrintStatus } from '#shared/orders/orders.schema.ts';
import { createDatabase, startPostgres } from './sync/postgres.ts';
import { ms, quantile, type Table } from './table.ts';

const ORDERS = Number(process.env['BENCH_ORDERS'] ?? 1_000_000);
const KIOSKS = 10_000;
const KIOSKS_A_SHOP = 5;
const SHOPS = KIOSKS / KIOSKS_A_SHOP;
const REQUESTS = Number(process.env['BENCH_REQUESTS'] ?? 500);
/** A virtual machine that lives on credit slows down under unbroken load: a rest lets it show its own speed. */
const PAUSE_MS = Number(process.env['BENCH_PAUSE_MS'] ?? 0);
/** The rest after a million orders were written, in pauses. */
const REST_PAUSES = 1000;
/** A server runs for months: what V8 compiles in its first seconds is not its pace. */
const WARM_UP = 300;
const MONTH_MS = 30 * 24 * 3_600_000;
const PASSWORD = 'correct horse battery staple';
/** How many shops each has; the last one has what the others leave. */
const PARTNERS = [1, 50, SHOPS - 51] as const;

export async function run(): Promise<Table> {
  const given = process.env['TEST_DATABASE_URL'];
  const postgres = given === undefined ? await startPostgres() : undefined;
  const database = given === undefined ? await postgres?.database() : await createDatabase(given);
  if (database === undefined)
    throw new Error('partner: no PostgreSQL on this machine, and TEST_DATABASE_URL is not set');
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-bench-'));
  const migrationsDir = join(import.meta.dirname, '../drizzle/server');
  const opened = await openDb({ databaseUrl: database.url, dataDir: folder, migrationsDir });
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const now = () => Date.now();
  const newId = createIds(now, random);
  const config = readConfig({ file: {}, env: { RATE_FACTOR: '1000', RENDERER_DIR: 'none' }, argv: [] });
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const app = await buildApp({ config, opened, now, newId, random, logger, version: 'bench' });
  try {
    const world = await fill(opened.db, newId, now());
    const url = await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver: () => 'listening' });
    const rows: string[][] = [];
    await delay(PAUSE_MS * REST_PAUSES);
    for (const [nth, userId] of world.partners.entries()) {
      const shops = String(PARTNERS[nth]);
      const plan = (statuses?: readonly PrintStatus[]) =>
        explain(opened.db, { organizationId: world.organizationId, userId }, statuses);
      const ask = await signIn(url, userId);
      const first = await measure(() => ask('/partner/orders'));
      rows.push([shops, 'first page', ...figures(first), await plan()]);
      rows.push([shops, 'pages 2 to 11', ...figures(await measurePages(ask)), '']);
      rows.push([
        shops,
        'first page, not printed',
        ...figures(await measure(() => ask('/partner/orders?status=not_printed'))),
        await plan(['not_printed']),
      ]);
      rows.push([shops, 'new orders', ...figures(await measure(() => ask('/partner/orders/new'))), '']);
    }
    return {
      title: 'Orders of a partner',
      how:
        `${ORDERS.toLocaleString('en')} orders of a month from ${KIOSKS.toLocaleString('en')} kiosks in ` +
        `${SHOPS.toLocaleString('en')} shops of one organisation on PostgreSQL; ${REQUESTS} requests one after the other over ` +
        'HTTP on loopback, 50 orders a page, behind row-level security.',
      columns: ['shops', 'asked', 'p50', 'p95', 'p99', 'max', 'how the page is found'],
      rows,
    };
  } finally {
    await app.close();
    await opened.close();
    await database.drop();
    postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The nth shop and kiosk, as SQL. */
const shopIdOf = (nth: string) => sql.raw(`'00000000-0000-4000-8000-' || lpad(to_hex(${nth}), 12, '0')`);
const kioskIdOf = (nth: string) => sql.raw(`'00000000-0000-4000-9000-' || lpad(to_hex(${nth}), 12, '0')`);

async function fill(db: Db, newId: () => string, at: number) {
  const organizationId = newId();
  const about = { timeZone: 'Europe/Moscow', currency: 'RUB', taxationSystem: 'osn' } as const;
  const passwordHash = await hashPassword(PASSWORD);
  const partners = PARTNERS.map(() => newId());
  await db.transaction(async (tx) => {
    await insertOrganization(tx, { id: organizationId, name: 'Бенч', inn: '7707083893', ...about, createdAt: at });
    for (const id of partners) {
      const who = { id, organizationId, email: `${id}@prilavok.example`, name: 'Партнёр', roles: ['partner' as const] };
      await insertUser(tx, { ...who, passwordHash, createdAt: at });
    }
  });
  const [one = '', fifty = '', rest = ''] = partners;
  await db.execute(sql`
    INSERT INTO shops (id, organization_id, partner_user_id, name, address, created_at)
    SELECT ${shopIdOf('nth')}, ${organizationId},
      CASE WHEN nth = 0 THEN ${one}::text WHEN nth <= 50 THEN ${fifty}::text ELSE ${rest}::text END,
      'Точка ' || nth, 'Лесная, ' || nth, ${at}::bigint
    FROM generate_series(0, ${SHOPS - 1}::int) AS nth`);
  await db.execute(sql`
    INSERT INTO devices (id, organization_id, shop_id, name, mode, status, created_at)
    SELECT ${kioskIdOf('nth')}, ${organizationId}, ${shopIdOf(`nth / ${KIOSKS_A_SHOP}`)}, 'Киоск ' || nth, 'kiosk', 'active', ${at}::bigint
    FROM generate_series(0, ${KIOSKS - 1}::int) AS nth`);
  // As the engine writes them, each kiosk's in turn over the month.
  await db.execute(sql`
    INSERT INTO entities (organization_id, type, id, scope, ver, fields, received_at, updated_at)
    SELECT ${organizationId}, 'order', id, 'shop:' || shop, nth, jsonb_build_object(
        'id', id, 'shopId', shop, 'deviceId', kiosk, 'number', 'K-' || nth % 10000, 'origin', 'kiosk',
        'status', 'fulfilled', 'printStatus', CASE nth % 50 WHEN 7 THEN 'new' WHEN 13 THEN 'not_printed' ELSE 'printed' END,
        'lines', jsonb_build_array(jsonb_build_object('name', 'Фото 10 × 15', 'priceMinor', 25000, 'quantityMilli', 1000,
          'totalMinor', 25000, 'vat', 'none', 'paymentObject', 'service', 'unit', 'piece')),
        'totalMinor', 25000, 'currency', 'RUB', 'createdAt', made, 'paidAt', made + 60000, 'printedAt', made + 90000,
        'imageId', md5(id) || md5(id),
        'customer', jsonb_build_object('name', 'Гость ' || nth, 'email', 'guest' || nth || '@example.com', 'phone', '+79001234567')),
      made, made
    FROM (
      SELECT nth, gen_random_uuid()::text AS id, ${kioskIdOf(`nth % ${KIOSKS}`)} AS kiosk,
        ${shopIdOf(`nth % ${KIOSKS} / ${KIOSKS_A_SHOP}`)} AS shop,
        ${at - MONTH_MS + 60_000}::bigint + (nth::bigint * ${MONTH_MS - 120_000}::bigint) / ${ORDERS}::int AS made
      FROM generate_series(0, ${ORDERS - 1}::int) AS nth
    ) AS rows`);
  await db.execute('VACUUM ANALYZE');
  return { organizationId, partners };
}

type Ask = (path: string) => Promise<{ readonly next?: string }>;

async function signIn(url: string, userId: string): Promise<Ask> {
  const reply = await fetch(`${url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${userId}@prilavok.example`, password: PASSWORD }),
  });
  const cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (path) => {
    const answer = await fetch(`${url}${path}`, { headers: { cookie } });
    const body = (await answer.json()) as { next?: string };
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return body;
  };
}

async function measure(act: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let nth = 0; nth < WARM_UP + REQUESTS; nth += 1) {
    await delay(PAUSE_MS);
    const from = performance.now();
    await act();
    if (nth >= WARM_UP) samples.push(performance.now() - from);
  }
  return samples;
}

/** Ten further pages, again and again. */
async function measurePages(ask: Ask): Promise<number[]> {
  const samples: number[] = [];
  for (let round = 0; round * 10 < REQUESTS; round += 1) {
    let { next } = await ask('/partner/orders');
    for (let page = 2; page <= 11 && next !== undefined; page += 1) {
      await delay(PAUSE_MS);
      const from = performance.now();
      ({ next } = await ask(`/partner/orders?cursor=${next}`));
      samples.push(performance.now() - from);
    }
  }
  return samples;
}

const figures = (samples: readonly number[]): string[] =>
  [0.5, 0.95, 0.99, 1].map((share) => (samples.length === 0 ? 'none' : ms(quantile(samples, share))));

/** The index that the planner takes for a first page, in its own words and behind the wall. */
async function explain(
  db: Db,
  partner: { readonly organizationId: string; readonly userId: string },
  statuses?: readonly PrintStatus[],
): Promise<string> {
  const filter = { statuses, from: Date.now() - MONTH_MS, limit: 51 };
  const lines = await withinScope(db, partner, async (tx, scope) => {
    const { rows } = await tx.execute(sql`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${selectOrders(scope, filter)}`);
    return rows.map((row) => String(row['QUERY PLAN']).trim());
  });
  const found = lines.filter((line) => / on entities/.test(line)).map((line) => line.replace(/^->\s+/, ''));
  return found.join('; ') || lines.join('; ');
}
