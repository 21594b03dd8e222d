/** The sync server of the benchmark, in a process of its own: one shop, two tills, tokens in hand. */
import { randomBytes, randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { buildApp } from '#server/app.ts';
import { newSecret, sha256 } from '#server/auth/secrets.ts';
import { insertToken } from '#server/auth/tokens.repo.ts';
import { insertOrganization } from '#server/auth/users.repo.ts';
import { readConfig } from '#server/config.ts';
import { openDb } from '#server/db/db.ts';
import { insertDevice, insertShop } from '#server/features/devices/devices.repo.ts';
import { createIds } from '#shared/kernel/ids.ts';

export interface BenchTill {
  readonly organizationId: string;
  readonly shopId: string;
  readonly deviceId: string;
  readonly token: string;
}
export interface BenchServerReady {
  readonly url: string;
  readonly tills: readonly [BenchTill, BenchTill];
}

/** `DATA_DIR` is its folder; with `DATABASE_URL` it makes a database of its own there and drops it at the end. */
export async function main(_argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const dataDir = env['DATA_DIR'] ?? '';
  const database = env['DATABASE_URL'] === undefined ? undefined : await createDatabase(env['DATABASE_URL']);
  const root = join(import.meta.dirname, '..');
  const opened = await openDb({ databaseUrl: database?.url, dataDir, migrationsDir: join(root, 'drizzle/server') });
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const now = () => Date.now();
  const newId = createIds(now, random);
  const config = readConfig({ file: {}, env: { RATE_FACTOR: '1000', RENDERER_DIR: 'none' }, argv: [] });
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const app = await buildApp({ config, opened, dataDir, now, newId, random, logger, version: 'bench' });

  const [organizationId, shopId] = [newId(), newId()];
  const tills = [newId(), newId()].map((deviceId) => ({ organizationId, shopId, deviceId, token: newSecret(random) }));
  await opened.db.transaction(async (tx) => {
    const createdAt = now();
    const about = { timeZone: 'Europe/Moscow', currency: 'RUB', taxationSystem: 'osn' } as const;
    await insertOrganization(tx, { id: organizationId, name: 'Бенч', inn: '7707083893', ...about, createdAt });
    await insertShop(tx, { id: shopId, organizationId, partnerUserId: null, name: 'А', address: 'Б', createdAt });
    for (const { deviceId, token } of tills) {
      const by = { organizationId, fiscalDeviceId: undefined };
      await insertDevice(tx, { id: deviceId, shopId, name: 'Касса', mode: 'cashier', createdAt, ...by });
      await insertToken(tx, {
        id: newId(),
        tokenHash: sha256(token),
        kind: 'device',
        deviceId,
        issuedAt: createdAt,
        ...by,
      });
    }
  });
  await activate(opened.db);
  const url = await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver: () => 'listening' });
  process.stdout.write(`${JSON.stringify({ url, tills })}\n`);

  process.once('SIGTERM', () => {
    void (async () => {
      process.stdout.write(`${JSON.stringify({ peakMiB: await peakMiB() })}\n`);
      await app.close();
      await opened.close();
      await database?.drop();
      process.exit(0);
    })();
  });
}

async function activate(db: Awaited<ReturnType<typeof openDb>>['db']): Promise<void> {
  await db.execute(`UPDATE devices SET status = 'active', incarnation = 1`);
}

/** A database of its own on a server, gone when dropped. */
export async function createDatabase(server: string) {
  const name = `prilavok_bench_${randomBytes(6).toString('hex')}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** The most memory this process ever held, where the kernel tells. */
export async function peakMiB(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
}
