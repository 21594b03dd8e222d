/** A real database for tests: in memory, migrated, with foreign keys on. The first one migrates, the next are copies. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Db } from './db.ts';
import { applyMigrations, readShipped } from './db-migrate.ts';
import { drizzleOver } from './statements.ts';

export const TEST_MIGRATIONS = join(import.meta.dirname, '../../../drizzle/device');

let migrated: Buffer | undefined;

export function createTestDb(): Db {
  migrated ??= migrateOnce();
  const client = new Database(migrated);
  client.pragma('foreign_keys = ON');
  return drizzleOver(client);
}

function migrateOnce(): Buffer {
  const client = new Database(':memory:');
  const shipped = readShipped(TEST_MIGRATIONS);
  applyMigrations(client, shipped, shipped.length);
  const image = client.serialize();
  client.close();
  return image;
}
