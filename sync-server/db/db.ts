/**
 * The server's database: PostgreSQL by its address, or PGlite in a folder. One schema, one set of migrations, one type
 * for both.
 */
import type { Assume, ExtractTablesWithRelations } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from 'drizzle-orm/pg-core';

type NoSchema = Record<string, never>;

/** What `execute` answers on either driver. */
interface Rows<Row> {
  readonly rows: Row[];
}
interface RowsResult extends PgQueryResultHKT {
  type: Rows<Assume<this['row'], Record<string, unknown>>>;
}

/** A connection or a pool: each statement stands alone. */
export type Db = PgDatabase<RowsResult, NoSchema>;
/**
 * Inside `db.transaction`. A function that takes `Db | Tx` reads; one that takes `Tx` writes and belongs to a larger
 * act. PGlite has one connection: using `db` inside a transaction waits for ever, on purpose.
 */
export type Tx = PgTransaction<RowsResult, NoSchema, ExtractTablesWithRelations<NoSchema>>;

export interface OpenDb {
  readonly db: Db;
  readonly kind: 'embedded' | 'postgres';
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<void>;
  /** Lets running statements end; releases the folder's lock. */
  readonly close: () => Promise<void>;
}

export interface DbConfig {
  readonly databaseUrl?: string | undefined;
  /** Where the embedded database lives, in `pg/`. Not read when there is an address. */
  readonly dataDir: string;
  readonly migrationsDir: string;
}

/**
 * Opens and migrates.
 *
 * @throws AppError `db.locked` another process has the embedded folder; `db.from_future` a newer version migrated it;
 * `db.migration_failed`; `app.unavailable` the address does not answer.
 */
export async function openDb({ databaseUrl, dataDir, migrationsDir }: DbConfig): Promise<OpenDb> {
  // Only the driver that is used.
  if (databaseUrl === undefined) return (await import('./embedded.ts')).openEmbedded(dataDir, migrationsDir);
  return (await import('./postgres.ts')).openPostgres(databaseUrl, migrationsDir);
}
