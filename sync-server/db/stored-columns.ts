import { sql } from 'drizzle-orm';
import type { OpenDb } from './db.ts';

/** The columns of a table that can be written, quoted and in order: the database computes the others, and refuses them. */
export async function storedColumns({ db }: Pick<OpenDb, 'db'>, table: string): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(
    sql`SELECT quote_ident(attname) AS name FROM pg_attribute
        WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        ORDER BY attnum`,
  );
  return rows.map(({ name }) => name);
}
