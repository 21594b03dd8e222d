/** PGlite: PostgreSQL inside this process, for a machine that has no database server. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { lockFile } from '#node/file-lock.ts';
import type { Db, OpenDb } from './db.ts';
import { migrateWith } from './migrate.ts';

/** PGlite itself does not notice a second process in its folder, and loses what one of them wrote. */
export async function openEmbedded(dataDir: string, migrationsDir: string): Promise<OpenDb> {
  await mkdir(dataDir, { recursive: true });
  const folder = join(dataDir, 'pg');
  const lock = lockFile(folder);
  try {
    const client = await PGlite.create(folder);
    const opened = wrapEmbedded(client, lock.release);
    try {
      await migrateEmbedded(client, migrationsDir);
    } catch (error) {
      await client.close();
      throw error;
    }
    return opened;
  } catch (error) {
    lock.release();
    throw error;
  }
}

export async function migrateEmbedded(client: PGlite, migrationsDir: string): Promise<void> {
  const db = drizzle(client);
  await migrateWith(db, migrationsDir, () => migrate(db, { migrationsFolder: migrationsDir }));
}

export function wrapEmbedded(client: PGlite, released: () => void): OpenDb {
  // The drivers' result types differ in members that nothing here reads.
  const db = drizzle(client) as unknown as Db;
  let closing: Promise<void> | undefined;
  return {
    db,
    kind: 'embedded',
    ping: async () => {
      await db.execute('SELECT 1');
    },
    close: () => {
      closing ??= client.close().then(released);
      return closing;
    },
  };
}
