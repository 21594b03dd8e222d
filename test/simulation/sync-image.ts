/** The server's database as a disk that can be copied, put back and wiped between runs, in one statement each. */
import { sql } from 'drizzle-orm';
import type { Db } from '#server/db/db.ts';
import { storedColumns } from '#server/db/stored-columns.ts';

/** Every row of every table, as JSON. */
export type DiskImage = string;

export interface Disk {
  copy(): Promise<DiskImage>;
  put(image: DiskImage): Promise<void>;
  wipe(): Promise<void>;
}

/** What a run writes to besides the tables of sync itself; that it is all is looked at now and then. */
const OTHERS = [
  'anomalies',
  'device_grants',
  'devices',
  'entities',
  'field_history',
  'organizations',
  'scope_departures',
  'scope_heads',
  'shops',
] as const;
/** Deleted rows and the write-ahead log are memory here; only truncating and a checkpoint let go of it. */
const RUNS_BETWEEN_CLEANINGS = 100;

export async function openDisk(db: Db): Promise<Disk> {
  const own = await db.execute<{ name: string }>(
    sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'sync\\_%' ORDER BY 1`,
  );
  const tables = [...OTHERS, ...own.rows.map(({ name }) => name)];
  const columnsOf = new Map<string, string>();
  for (const name of tables) columnsOf.set(name, (await storedColumns({ db }, name)).join(', '));

  const wiping = sql.raw(`WITH ${tables.map((name) => `"w_${name}" AS (DELETE FROM "${name}")`).join(', ')} SELECT 1`);
  const copying = sql.raw(
    `SELECT jsonb_build_object(${tables
      .map((name) => `'${name}', (SELECT coalesce(jsonb_agg(t), '[]') FROM "${name}" AS t)`)
      .join(', ')})::text AS image`,
  );
  const puts = tables.map((name) => {
    const columns = columnsOf.get(name) ?? '';
    return `"p_${name}" AS (INSERT INTO "${name}" (${columns}) SELECT ${columns} FROM disk, jsonb_populate_recordset(null::"${name}", disk.image->'${name}'))`;
  });
  const putting = (image: DiskImage) =>
    sql`WITH disk AS MATERIALIZED (SELECT ${image}::text::jsonb AS image), ${sql.raw(puts.join(', '))} SELECT 1`;
  let wipes = 0;

  const wipe = async () => {
    wipes += 1;
    await db.execute(wiping);
    if (wipes % RUNS_BETWEEN_CLEANINGS === 0) await clean(db);
  };
  return {
    wipe,
    copy: async () => {
      const found = await db.execute<{ image: DiskImage }>(copying);
      return found.rows[0]?.image ?? '{}';
    },
    put: async (image) => {
      await wipe();
      await db.execute(putting(image));
    },
  };
}

async function clean(db: Db): Promise<void> {
  const { rows } = await db.execute<{ name: string }>(
    sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  for (const { name } of rows) {
    const found = await db.execute(sql.raw(`SELECT 1 FROM "${name}" LIMIT 1`));
    if (found.rows.length > 0) throw new Error(`${name} has rows of a run, and the simulation does not know of it`);
  }
  await db.execute(sql.raw(`TRUNCATE ${rows.map(({ name }) => `"${name}"`).join(', ')}`));
  await db.execute(sql`CHECKPOINT`);
}
