/**
 * The queue of a register that has worked for years: what `next` and the report cost beside a thousand finished tasks and
 * beside a million. Real HTTP on loopback; the finished tasks are made by SQL.
 */
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { buildApp } from '#server/app.ts';
import { newSecret, sha256 } from '#server/auth/secrets.ts';
import { insertToken } from '#server/auth/tokens.repo.ts';
import { insertOrganization } from '#server/auth/users.repo.ts';
import { readConfig } from '#server/config.ts';
import { type Db, openDb } from '#server/db/db.ts';
import { insertFiscalDevice, selectWaiting } from '#server/features/fiscal/fiscal.repo.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { createDatabase } from './sync/postgres.ts';
import { ms, quantile, type Table } from './table.ts';

const TASKS = Number(process.env['BENCH_TASKS'] ?? 500);
const SIZES = [1000, Number(process.env['BENCH_FINISHED'] ?? 1_000_000)];
const REGISTER = 'fd-1';

export async function run(): Promise<Table> {
  const url = process.env['TEST_DATABASE_URL'];
  const rows: (readonly string[])[] = [];
  for (const finished of SIZES) rows.push(await measure(finished, url));
  return {
    title: 'Fiscal queue',
    how:
      `${TASKS} waiting sales of one register, taken with \`next\` and reported as done one after the other over HTTP, beside its ` +
      `finished tasks, on ${url === undefined ? 'PGlite (embedded)' : 'PostgreSQL'}.`,
    columns: ['finished tasks', 'next p50', 'next p99', 'report p50', 'report p99', 'how the next task is found'],
    rows,
  };
}

async function measure(finished: number, server: string | undefined): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-bench-'));
  const database = server === undefined ? undefined : await createDatabase(server);
  const migrationsDir = join(import.meta.dirname, '../drizzle/server');
  const opened = await openDb({ databaseUrl: database?.url, dataDir: folder, migrationsDir });
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const now = () => Date.now();
  const newId = createIds(now, random);
  const config = readConfig({ file: {}, env: { RATE_FACTOR: '1000', RENDERER_DIR: 'none' }, argv: [] });
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const app = await buildApp({ config, opened, now, newId, random, logger, version: 'bench' });
  try {
    const agent = await openRegister(opened.db, { now: now(), newId, token: newSecret(random) });
    await fill(opened.db, agent.organizationId, { status: 'done', count: finished, createdAt: now() - 100_000_000 });
    await fill(opened.db, agent.organizationId, { status: 'queued', count: TASKS, createdAt: now() });
    await opened.db.execute('VACUUM ANALYZE fiscal_tasks');
    const plan = await explain(opened.db, agent);
    const url = await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver: () => 'listening' });
    const { next, report } = await work(url, agent.token);
    const half = (samples: readonly number[]) => [ms(quantile(samples, 0.5)), ms(quantile(samples, 0.99))];
    return [finished.toLocaleString('en'), ...half(next), ...half(report), plan];
  } finally {
    await app.close();
    await opened.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openRegister(
  db: Db,
  made: { readonly now: number; readonly newId: () => string; readonly token: string },
) {
  const { now: createdAt, newId, token } = made;
  const [organizationId, tokenId] = [newId(), newId()];
  const about = { timeZone: 'Europe/Moscow', currency: 'RUB', taxationSystem: 'osn' } as const;
  await db.transaction(async (tx) => {
    await insertOrganization(tx, { id: organizationId, name: 'Бенч', inn: '7707083893', ...about, createdAt });
    await insertFiscalDevice(tx, {
      organizationId,
      id: REGISTER,
      name: 'Касса',
      kktIp: '127.0.0.1',
      kktPort: 5555,
      taxationSystem: 'osn',
      operatorName: 'Иванов И.',
      createdAt,
    });
    await insertToken(tx, {
      id: tokenId,
      tokenHash: sha256(token),
      kind: 'agent',
      organizationId,
      fiscalDeviceId: REGISTER,
      issuedAt: createdAt,
    });
  });
  return { organizationId, tokenId, token };
}

/** Tasks as the service writes them, one a millisecond. */
async function fill(
  db: Db,
  organizationId: string,
  {
    status,
    count,
    createdAt,
  }: { readonly status: 'done' | 'queued'; readonly count: number; readonly createdAt: number },
): Promise<void> {
  await db.execute(sql`
    INSERT INTO fiscal_tasks (organization_id, id, fiscal_device_id, type, status, body, body_hash, total_minor, attempts,
      created_at, updated_at, completed_at)
    SELECT ${organizationId}, id, ${REGISTER}, 'sale', ${status}, jsonb_build_object(
        'taskId', id, 'type', 'sale', 'fiscalDeviceId', ${REGISTER}::text,
        'kkt', jsonb_build_object('ip', '192.168.0.10', 'port', 5555),
        'operator', jsonb_build_object('name', 'Иванов И.', 'vatin', '123456789047'),
        'receipt', jsonb_build_object('total', 500, 'taxationSystem', 'osn', 'receiptType', 'sell',
          'items', jsonb_build_array(jsonb_build_object('name', 'Товар', 'price', 500, 'quantity', 1,
            'vat', jsonb_build_object('type', 'none'))),
          'payments', jsonb_build_array(jsonb_build_object('type', 'cash', 'sum', 500)))),
      md5(id), 50000, ${status === 'done' ? 1 : 0}, ${createdAt}::bigint + nth, ${createdAt}::bigint + nth,
      CASE WHEN ${status} = 'done' THEN ${createdAt}::bigint + nth END
    FROM (SELECT nth, gen_random_uuid()::text AS id FROM generate_series(1, ${count}::int) AS nth) AS made`);
}

/** The index that the planner takes for the query of `next`, in its own words. */
async function explain(
  db: Db,
  { organizationId, tokenId }: { readonly organizationId: string; readonly tokenId: string },
): Promise<string> {
  const query = selectWaiting({ organizationId }, { fiscalDeviceId: REGISTER, tokenId, now: Date.now() });
  const { rows } = await db.execute(sql`EXPLAIN (COSTS OFF) ${query}`);
  const lines = rows.map((row) => String(row['QUERY PLAN']).trim());
  return lines.find((line) => line.includes('on fiscal_tasks'))?.replace(/^->\s+/, '') ?? lines.join('; ');
}

async function work(url: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const next: number[] = [];
  const report: number[] = [];
  for (let nth = 0; nth < TASKS; nth += 1) {
    const asked = performance.now();
    const given = await fetch(`${url}/fiscal-tasks/next?wait=0`, { headers });
    const { taskId } = (await given.json()) as { taskId?: string };
    if (taskId === undefined) throw new Error(`next answered ${given.status} at task ${nth} of ${TASKS}`);
    const answered = performance.now();
    const fiscal = { fnCode: '9999078902001234', receiptId: String(nth), shiftAutoOpened: false };
    const done = await fetch(`${url}/fiscal-tasks/${taskId}/status`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ taskId, status: 'done', fiscal }),
    });
    await done.arrayBuffer();
    if (done.status !== 200) throw new Error(`the report answered ${done.status}`);
    next.push(answered - asked);
    report.push(performance.now() - answered);
  }
  return { next, report };
}
