/** The server of the measurement: a shop with one till, somebody at headquarters, and a folder of its own for files. */
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import pino from 'pino';
import { buildApp } from '#server/app.ts';
import { hashPassword } from '#server/auth/passwords.ts';
import { newSecret, sha256 } from '#server/auth/secrets.ts';
import { insertToken } from '#server/auth/tokens.repo.ts';
import { insertOrganization, insertUser } from '#server/auth/users.repo.ts';
import { readConfig } from '#server/config.ts';
import { openDb } from '#server/db/db.ts';
import { insertDevice, insertShop } from '#server/features/devices/devices.repo.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { participate } from '../sync/participant.ts';

export interface ShopOnTheAir {
  readonly url: string;
  readonly till: {
    readonly organizationId: string;
    readonly shopId: string;
    readonly deviceId: string;
    readonly token: string;
  };
  readonly hq: { readonly email: string; readonly password: string };
}

/** For `scripts/run.mjs`, which starts it as it starts the product. */
export async function main(): Promise<void> {
  const dataDir = process.env['DATA_DIR'] ?? '';
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const now = () => Date.now();
  const newId = createIds(now, random);
  const opened = await openDb({
    databaseUrl: process.env['DATABASE_URL'],
    dataDir,
    migrationsDir: join(import.meta.dirname, '../../drizzle/server'),
  });
  // The limits on requests are those of the product.
  const env = { RENDERER_DIR: 'none', BLOB_DIR: join(dataDir, 'blobs') };
  const config = readConfig({ file: {}, env, argv: [] });
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const app = await buildApp({ config, opened, dataDir, now, newId, random, logger, version: 'bench' });

  async function settle(): Promise<Omit<ShopOnTheAir, 'url'>> {
    const till = { organizationId: newId(), shopId: newId(), deviceId: newId(), token: newSecret(random) };
    const hq = { email: 'hq@prilavok.example', password: newSecret(random) };
    const passwordHash = await hashPassword(hq.password);
    const { organizationId, shopId, deviceId } = till;
    await opened.db.transaction(async (tx) => {
      const createdAt = now();
      const about = { timeZone: 'Europe/Moscow', currency: 'RUB', taxationSystem: 'osn' } as const;
      await insertOrganization(tx, { id: organizationId, name: 'Бенч', inn: '7707083893', ...about, createdAt });
      const user = { id: newId(), organizationId, email: hq.email, name: 'Анна', passwordHash, createdAt };
      await insertUser(tx, { ...user, roles: ['hq_admin'] });
      await insertShop(tx, { id: shopId, organizationId, partnerUserId: null, name: 'А', address: 'Б', createdAt });
      const by = { organizationId, fiscalDeviceId: undefined };
      await insertDevice(tx, { id: deviceId, shopId, name: 'Касса', mode: 'cashier', createdAt, ...by });
      const tokenHash = sha256(till.token);
      await insertToken(tx, { id: newId(), tokenHash, kind: 'device', deviceId, issuedAt: createdAt, ...by });
      await tx.execute(`UPDATE devices SET status = 'active', incarnation = 1`);
    });
    return { till, hq };
  }

  participate({
    start: async () => ({
      ...(await settle()),
      url: await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver: () => 'listening' }),
    }),
    close: async () => {
      await app.close();
      await opened.close();
    },
  });
}
