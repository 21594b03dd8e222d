/** Forward-only migrations, refused on a database that a newer version has already changed. */
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { AppError } from '#shared/kernel/errors.ts';
import type { Db } from './db.ts';

const newestOf = (result: { readonly rows: readonly Record<string, unknown>[] }): number =>
  Number(result.rows[0]?.['newest'] ?? 0);

/**
 * @param run drizzle's migrator of the driver in use.
 * @throws AppError `db.from_future`, `db.migration_failed`
 */
export async function migrateWith(db: Db, migrationsDir: string, run: () => Promise<void>): Promise<void> {
  const shipped = readMigrationFiles({ migrationsFolder: migrationsDir });
  const known = await db.execute(`SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS known`);
  if (known.rows[0]?.['known'] === true) {
    const applied = newestOf(await db.execute('SELECT max(created_at) AS newest FROM drizzle.__drizzle_migrations'));
    if (applied > (shipped.at(-1)?.folderMillis ?? 0)) {
      throw new AppError('db.from_future', 'the database was migrated by a newer version of the server');
    }
  }
  try {
    await run();
  } catch (error) {
    throw new AppError('db.migration_failed', 'a database migration failed; nothing of it was kept', { cause: error });
  }
}
