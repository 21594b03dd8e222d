/** What ten thousand kiosks cost a server that hears each of them twice a minute, and how long their list takes. */
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { buildApp } from '#server/app.ts';
import type { UserPrincipal } from '#server/auth/principals.ts';
import { insertOrganization, insertUser } from '#server/auth/users.repo.ts';
import { readConfig } from '#server/config.ts';
import { type Db, openDb } from '#server/db/db.ts';
import { createHqService } from '#server/features/hq/hq.service.ts';
import { createKiosks } from '#server/features/kiosk/kiosks.service.ts';
import { createPartnerKiosks } from '#server/features/partner/partner-kiosks.service.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { Load } from './heartbeat-load.ts';
import { createDatabase, startPostgres } from './sync/postgres.ts';
import { ms, quantile, type Table } from './table.ts';

const KIOSKS = Number(process.env['BENCH_KIOSKS'] ?? 10_000);
const EVERY_MS = 30_000;
const FOR_MS = Number(process.env['BENCH_SECONDS'] ?? 60) * 1000;
const WARM_UP_MS = Math.min(EVERY_MS, FOR_MS / 2);
const LISTS = 30;

export async function run(): Promise<Table> {
  const given = process.env['TEST_DATABASE_URL'];
  const postgres = given === undefined ? await startPostgres() : undefined;
  const database = given === undefined ? await postgres?.database() : await createDatabase(given);
  if (database === undefined)
    throw new Error('heartbeat: no PostgreSQL on this machine, and TEST_DATABASE_URL is not set');
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-bench-'));
  const migrationsDir = join(import.meta.dirname, '../drizzle/server');
  const opened = await openDb({ databaseUrl: database.url, dataDir: folder, migrationsDir });
  const { db } = opened;
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const now = () => Date.now();
  const newId = createIds(now, random);
  const config = readConfig({ file: {}, env: { RATE_FACTOR: '1000', RENDERER_DIR: 'none' }, argv: [] });
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const app = await buildApp({ config, opened, now, newId, random, logger, version: 'bench' });
  try {
    const organizationId = await fill(db, newId(), now());
    const url = await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver: () => 'listening' });
    await load({ url, kiosks: KIOSKS, everyMs: EVERY_MS, forMs: WARM_UP_MS });
    const before = process.cpuUsage();
    const from = performance.now();
    const { sent, failed, took } = await load({ url, kiosks: KIOSKS, everyMs: EVERY_MS, forMs: FOR_MS });
    const elapsedMs = performance.now() - from;
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1000 / elapsedMs;

    const live = { hqChanged: () => undefined, partnerChanged: () => undefined };
    const sync = { announce: () => undefined };
    const kiosks = createKiosks({ db, now, newId, random, live, sync, settleHeartbeats: async () => undefined });
    const offline = await countSilent(db, now() - EVERY_MS * 2);
    const partner = createPartnerKiosks({ db, kiosks });
    const by = partnerOf(organizationId);
    const [own, ownSearches, ownTroubles] = [
      await fleetTimes(() => partner.list(by, { limit: 100 })),
      await fleetTimes(() => partner.list(by, { limit: 100, q: 'Точка 19' })),
      await fleetTimes(() => partner.list(by, { limit: 100, look: 'trouble' })),
    ];
    const hq = createHqService({ db, now });
    const [pages, searches] = [
      await fleetTimes(() => hq.devices({ organizationId }, { limit: 50 })),
      await fleetTimes(() => hq.devices({ organizationId }, { limit: 50, q: 'Точка 19', look: 'online' })),
    ];
    return {
      title: 'Heartbeats of kiosks',
      how:
        `${KIOSKS.toLocaleString('en')} kiosks, each beating every ${EVERY_MS / 1000} s for ${FOR_MS / 1000} s from another ` +
        'process over HTTP on loopback; one server process on PostgreSQL, whose own work is not counted. Then the lists, ' +
        'asked of the service: a partner who has all of them, behind row-level security, and headquarters.',
      columns: ['', 'count', 'failed', 'p50', 'p99', 'share of a core'],
      rows: [
        ['heartbeat', `${sent}`, `${failed}`, ms(quantile(took, 0.5)), ms(quantile(took, 0.99)), percent(share)],
        ['kiosks unheard', `${offline}`, '', '', '', ''],
        fleetRow("page of a partner's kiosks", own),
        fleetRow("search in a partner's kiosks", ownSearches),
        fleetRow("a partner's kiosks with errors", ownTroubles),
        fleetRow('page of the fleet', pages),
        fleetRow('search in the fleet', searches),
      ],
    };
  } finally {
    await app.close();
    await opened.close();
    await database.drop();
    postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kiosks that no heartbeat is written of since. A beat that was answered and lost would show here. */
async function countSilent(db: Db, since: number): Promise<number> {
  const { rows } = await db.execute(sql`
    SELECT count(*) AS n FROM devices d LEFT JOIN kiosk_heartbeats h ON h.device_id = d.id
    WHERE h.last_active_at IS NULL OR h.last_active_at < ${since}::bigint`);
  return Number(rows[0]?.['n']);
}

const PARTNER_ID = '00000000-0000-4000-a000-000000000000';
const partnerOf = (organizationId: string): UserPrincipal => ({
  kind: 'user',
  organizationId,
  userId: PARTNER_ID,
  roles: ['partner'],
  sessionId: 'bench',
});

interface FleetTimes {
  readonly took: readonly number[];
  /** Of this process, a request. */
  readonly cpuMs: number;
}

async function fleetTimes(ask: () => Promise<unknown>): Promise<FleetTimes> {
  const took: number[] = [];
  const before = process.cpuUsage();
  for (let nth = 0; nth < LISTS; nth += 1) {
    const began = performance.now();
    await ask();
    took.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(before);
  return { took, cpuMs: (user + system) / 1000 / LISTS };
}

const fleetRow = (name: string, { took, cpuMs }: FleetTimes): string[] => [
  name,
  `${took.length}`,
  '',
  ms(quantile(took, 0.5)),
  ms(quantile(took, 0.99)),
  `${ms(cpuMs)} a request`,
];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

async function load(
  wanted: Load,
): Promise<{ readonly sent: number; readonly failed: number; readonly took: number[] }> {
  const child = spawn(
    process.execPath,
    ['scripts/run.mjs', join(import.meta.dirname, 'heartbeat-load.ts'), JSON.stringify(wanted)],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: join(import.meta.dirname, '..') },
  );
  const said = text(child.stdout);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`heartbeat: the kiosks ended with ${code}`);
  return JSON.parse(await said) as { sent: number; failed: number; took: number[] };
}

/** As `kioskId` and `tokenOf` name them. */
async function fill(db: Db, organizationId: string, at: number): Promise<string> {
  const about = { timeZone: 'Europe/Moscow', currency: 'RUB', taxationSystem: 'osn' } as const;
  await db.transaction(async (tx) => {
    await insertOrganization(tx, { id: organizationId, name: 'Бенч', inn: '7707083893', ...about, createdAt: at });
    const who = {
      id: PARTNER_ID,
      organizationId,
      email: 'partner@prilavok.example',
      name: 'Партнёр',
      passwordHash: '',
    };
    await insertUser(tx, { ...who, roles: ['partner'], createdAt: at });
  });
  const shopId = sql.raw(`'00000000-0000-4000-8000-' || lpad(to_hex(nth % 2000), 12, '0')`);
  const deviceId = sql.raw(`'00000000-0000-4000-9000-' || lpad(to_hex(nth), 12, '0')`);
  await db.execute(sql`
    INSERT INTO shops (id, organization_id, partner_user_id, name, address, created_at)
    SELECT ${shopId}, ${organizationId}, ${PARTNER_ID}, 'Точка ' || nth, 'Лесная, ' || nth, ${at}::bigint FROM generate_series(0, 1999) AS nth`);
  await db.execute(sql`
    INSERT INTO devices (id, organization_id, shop_id, name, mode, status, incarnation, created_at)
    SELECT ${deviceId}, ${organizationId}, ${shopId}, 'Киоск ' || nth, 'kiosk', 'active', 1, ${at}::bigint
    FROM generate_series(0, ${KIOSKS - 1}::int) AS nth`);
  await db.execute(sql`
    INSERT INTO tokens (id, token_hash, kind, organization_id, device_id, issued_at)
    SELECT gen_random_uuid()::text, encode(sha256(('bench-token-' || nth)::bytea), 'hex'), 'device', ${organizationId}, ${deviceId},
      ${at}::bigint
    FROM generate_series(0, ${KIOSKS - 1}::int) AS nth`);
  await db.execute(sql`
    INSERT INTO entities (organization_id, type, id, scope, ver, fields, received_at, updated_at)
    SELECT ${organizationId}, 'kiosk', ${deviceId}, 'device:' || ${deviceId}, 1,
      jsonb_build_object('id', ${deviceId}, 'status', CASE nth % 500 WHEN 7 THEN 'error' ELSE 'active' END, 'defaultLanguage', 'he'), ${at}::bigint, ${at}::bigint
    FROM generate_series(0, ${KIOSKS - 1}::int) AS nth`);
  await db.execute('VACUUM ANALYZE');
  return organizationId;
}
