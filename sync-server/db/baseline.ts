/** Takes a database that is there already for what our migrations would make, once it is seen that it is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import type { Db } from './db.ts';

const Snapshot = z.object({
  tables: z.record(z.string(), z.object({ name: z.string(), columns: z.record(z.string(), z.unknown()) })),
});
const Journal = z.object({ entries: z.array(z.object({ idx: z.int() })) });

/**
 * Notes every shipped migration as done, and runs none.
 *
 * @returns how many were noted; 0 when the history was there.
 * @throws AppError `db.foreign_file` with what is missing: a table or a column that ours have
 */
export async function baselineDb(db: Db, migrationsDir: string): Promise<number> {
  const journal = Journal.parse(JSON.parse(await readFile(join(migrationsDir, 'meta/_journal.json'), 'utf8')));
  const last = `${journal.entries.length - 1}`.padStart(4, '0');
  const path = join(migrationsDir, `meta/${last}_snapshot.json`);
  const { tables } = Snapshot.parse(JSON.parse(await readFile(path, 'utf8')));
  const migrations = readMigrationFiles({ migrationsFolder: migrationsDir });
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ name: string }>(sql`
      SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`);
    const there = new Set(rows.map(({ name }) => name));
    const missing = Object.values(tables).flatMap((table) =>
      Object.keys(table.columns).flatMap((column) => {
        const name = `${table.name}.${column}`;
        return there.has(name) ? [] : [name];
      }),
    );
    if (missing.length > 0) {
      const said = missing.slice(0, 20).join(', ');
      throw new AppError(
        'db.foreign_file',
        `this is no database of ours; it lacks ${missing.length} columns: ${said}`,
        {
          details: { missing },
        },
      );
    }
    await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS drizzle`);
    await tx.execute(sql`CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations
      (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`);
    const known = await tx.execute<{ count: number }>(
      sql`SELECT count(*)::int AS count FROM drizzle.__drizzle_migrations`,
    );
    if ((known.rows[0]?.count ?? 0) > 0) return 0;
    for (const { hash, folderMillis } of migrations) {
      await tx.execute(
        sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${hash}, ${folderMillis}::bigint)`,
      );
    }
    return migrations.length;
  });
}
