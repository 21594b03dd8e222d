import { sql } from 'drizzle-orm';
import type { Db } from '#server/db/db.ts';

export interface TimelineRow {
  readonly epoch: string;
  /** By earlier epoch and scope. */
  readonly forks: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export async function findTimeline(db: Db): Promise<TimelineRow | undefined> {
  const { rows } = await db.execute<TimelineRow & Record<string, unknown>>(
    sql`SELECT epoch, forks FROM sync_timeline WHERE id = 1`,
  );
  return rows[0];
}

/** Tickets are of the epoch that gave them: a device lets go of its own, and is not to be taken for a copy for that. */
export async function saveTimeline(db: Db, { epoch, forks }: TimelineRow): Promise<void> {
  await db.execute(sql`
    WITH let_go AS (UPDATE sync_writers SET ticket = NULL WHERE ticket IS NOT NULL)
    INSERT INTO sync_timeline (id, epoch, forks) VALUES (1, ${epoch}, ${JSON.stringify(forks)}::text::jsonb)
    ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, forks = excluded.forks`);
}

/** Writes what PostgreSQL holds in memory to its files. */
export async function checkpoint(db: Db): Promise<void> {
  await db.execute(sql`CHECKPOINT`);
}
