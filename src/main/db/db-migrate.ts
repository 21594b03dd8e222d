/**
 * Migrations of the device's file. drizzle-kit writes them and its table of applied ones is kept; applying is ours,
 * because drizzle's own migrator skips an entry older than the last applied one in silence, accepts a database from a
 * newer version, and runs where `PRAGMA foreign_keys` has no effect.
 */

import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { AppError } from '#shared/kernel/errors.ts';

/** `PRL V`: tells our files from any other SQLite database. */
export const APPLICATION_ID = 0x50524c56;

export interface Shipped {
  readonly statements: readonly string[];
  readonly hash: string;
  /** Unix milliseconds when it was generated: drizzle's identity of a migration. */
  readonly when: number;
}

/** The migrations this version ships, oldest first. Throws when the folder is missing or its times do not rise. */
export function readShipped(migrationsFolder: string): readonly Shipped[] {
  const shipped = readMigrationFiles({ migrationsFolder }).map(({ sql, hash, folderMillis }) => ({
    statements: sql,
    hash,
    when: folderMillis,
  }));
  const disorder = shipped.find((entry, index) => entry.when <= (shipped[index - 1]?.when ?? -1));
  if (disorder) throw new Error(`migrations in ${migrationsFolder} are out of order at ${disorder.when}`);
  return shipped;
}

/**
 * What is left to apply. Throws `db.from_future` on a database that a newer version has migrated, and
 * `db.migration_failed` on one whose applied migrations are not the beginning of ours.
 */
export function pendingMigrations(client: Database.Database, shipped: readonly Shipped[]): readonly Shipped[] {
  const applied = readApplied(client);
  const newest = applied.at(-1);
  const known = shipped.at(-1)?.when ?? 0;
  if (newest !== undefined && newest > known) {
    const theirs = Math.max(Number(client.pragma('user_version', { simple: true })), applied.length);
    throw new AppError(
      'db.from_future',
      `the data is of schema ${theirs} (${day(newest)}), this version knows up to ${shipped.length} (${day(known)}): start the newer version`,
      { details: { applied: theirs, known: shipped.length } },
    );
  }
  const mismatch = applied.findIndex((when, index) => shipped[index]?.when !== when);
  if (mismatch !== -1) {
    throw new AppError(
      'db.migration_failed',
      `migration ${mismatch + 1} of the data (${day(applied[mismatch] ?? 0)}) is not one that this version ships`,
    );
  }
  return shipped.slice(applied.length);
}

/** Applies all of them or none, and marks the file as ours. The database's foreign keys must be off. */
export function applyMigrations(client: Database.Database, pending: readonly Shipped[], schema: number): void {
  client
    .transaction(() => {
      client.exec(
        'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, hash text NOT NULL, created_at numeric)',
      );
      const record = client.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
      for (const migration of pending) {
        for (const statement of migration.statements) client.exec(statement);
        record.run(migration.hash, migration.when);
      }
      const broken = client.pragma('foreign_key_check') as readonly unknown[];
      if (broken.length > 0) throw new Error(`${broken.length} rows point at nothing after the migration`);
      client.pragma(`application_id = ${APPLICATION_ID}`);
      client.pragma(`user_version = ${schema}`);
    })
    .immediate();
}

function readApplied(client: Database.Database): readonly number[] {
  const exists = client.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (exists === undefined) return [];
  return client.prepare('SELECT created_at FROM __drizzle_migrations ORDER BY created_at').pluck().all().map(Number);
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
