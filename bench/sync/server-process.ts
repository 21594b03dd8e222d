/** Our sync server as a participant: the whole of it, one shop, as many tills as are asked for, tokens in hand. */
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import pino from 'pino';
import { buildApp } from '#server/app.ts';
import { newSecret, sha256 } from '#server/auth/secrets.ts';
import { insertToken } from '#server/auth/tokens.repo.ts';
import { insertOrganization } from '#server/auth/users.repo.ts';
import { readConfig } from '#server/config.ts';
import { openDb } from '#server/db/db.ts';
import { insertDevice, insertShop } from '#server/features/devices/devices.repo.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { participate } from './participant.ts';

export interface BenchTill {
  readonly organizationId: string;
  readonly shopId: string;
  readonly deviceId: string;
  readonly mode: Mode;
  readonly token: string;
}

const ROOT = join(import.meta.dirname, '../..');
/** For `scripts/run.mjs`, which starts it as it starts the product. */
export async function main(): Promise<void> {
  const dataDir = process.env['DATA_DIR'] ?? '';
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const now = () => Date.now();
  const newId = createIds(now, random);

  const opened = await openDb({
    databaseUrl: process.env['DATABASE_URL'],
    dataDir,
    migrationsDir: join(ROOT, 'drizzle/server'),
  });
  const config = readConfig({ file: {}, env: { RATE_FACTOR: '1000', RENDERER_DIR: 'none' }, argv: [] });
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const app = await buildApp({ config, opened, dataDir, now, newId, random, logger, version: 'bench' });

  async function enrol(count: number, mode: Mode): Promise<readonly BenchTill[]> {
    const [organizationId, shopId] = [newId(), newId()];
    const tills = Array.from({ length: count }, () => ({
      organizationId,
      shopId,
      deviceId: newId(),
      mode,
      token: newSecret(random),
    }));
    await opened.db.transaction(async (tx) => {
      const createdAt = now();
      const about = { timeZone: 'Europe/Moscow', currency: 'RUB', taxationSystem: 'osn' } as const;
      await insertOrganization(tx, { id: organizationId, name: 'Бенч', inn: '7707083893', ...about, createdAt });
      await insertShop(tx, { id: shopId, organizationId, partnerUserId: null, name: 'А', address: 'Б', createdAt });
      for (const { deviceId, token } of tills) {
        const by = { organizationId, fiscalDeviceId: undefined };
        await insertDevice(tx, { id: deviceId, shopId, name: 'Касса', mode, createdAt, ...by });
        const tokenHash = sha256(token);
        await insertToken(tx, { id: newId(), tokenHash, kind: 'device', deviceId, issuedAt: createdAt, ...by });
      }
      await tx.execute(`UPDATE devices SET status = 'active', incarnation = 1`);
    });
    return tills;
  }

  participate({
    start: async ({ tills, mode = 'cashier' }: { readonly tills: number; readonly mode?: Mode }) => ({
      tills: await enrol(tills, mode),
      url: await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver: () => 'listening' }),
    }),
    close: async () => {
      await app.close();
      await opened.close();
    },
  });
}
