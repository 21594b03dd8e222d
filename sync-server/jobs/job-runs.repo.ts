import { and, asc, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { CleanupCounts } from '#shared/hq/jobs.api.ts';
import { organizations } from '../auth/auth.tables.ts';
import type { Tenant } from '../auth/principals.ts';
import type { Db } from '../db/db.ts';
import { jobRuns } from './jobs.tables.ts';

export interface JobDay extends Tenant {
  readonly job: 'cleanup';
  readonly day: string;
}

const is = ({ organizationId, job, day }: JobDay) =>
  and(eq(jobRuns.organizationId, organizationId), eq(jobRuns.job, job), eq(jobRuns.day, day));
/** This attempt, and not one that another server began after ours was given up. */
const isAttempt = (run: JobDay, attempt: number) =>
  and(is(run), eq(jobRuns.attempts, attempt), isNull(jobRuns.finishedAt));

export const listOrganizationZones = (db: Db): Promise<{ readonly id: string; readonly timeZone: string }[]> =>
  db
    .select({ id: organizations.id, timeZone: organizations.timeZone })
    .from(organizations)
    .orderBy(asc(organizations.id));

export interface ClaimedRun {
  readonly attempt: number;
  /** What earlier runs of the day let go. */
  readonly before: CleanupCounts | null;
}

/** Undefined when the day's run is done, unless it is asked for `again`, or another server is at it. */
export async function claimRun(
  db: Db,
  run: JobDay,
  { now, leaseMs, again = false }: { readonly now: number; readonly leaseMs: number; readonly again?: boolean },
): Promise<ClaimedRun | undefined> {
  const lease = { startedAt: now, leaseUntil: now + leaseMs, error: null };
  const [claimed] = await db
    .insert(jobRuns)
    .values({ ...run, ...lease, attempts: 1 })
    .onConflictDoUpdate({
      target: [jobRuns.organizationId, jobRuns.job, jobRuns.day],
      set: { ...lease, attempts: sql`${jobRuns.attempts} + 1`, finishedAt: null },
      // Whoever asks for it does not wait for the hour after a failure either.
      setWhere: again
        ? sql`${jobRuns.finishedAt} IS NOT NULL OR ${jobRuns.error} IS NOT NULL OR ${jobRuns.leaseUntil} <= ${now}`
        : sql`${jobRuns.finishedAt} IS NULL AND ${jobRuns.leaseUntil} <= ${now}`,
    })
    .returning({ attempt: jobRuns.attempts, before: jobRuns.counts });
  return claimed;
}

/** False when it is not ours any more. */
export async function keepRun(db: Db, run: JobDay, attempt: number, leaseUntil: number): Promise<boolean> {
  const kept = await db
    .update(jobRuns)
    .set({ leaseUntil })
    .where(isAttempt(run, attempt))
    .returning({ day: jobRuns.day });
  return kept.length === 1;
}

export async function finishRun(
  db: Db,
  run: JobDay,
  attempt: number,
  end: { readonly at: number; readonly counts: CleanupCounts },
): Promise<void> {
  await db.update(jobRuns).set({ finishedAt: end.at, counts: end.counts, error: null }).where(isAttempt(run, attempt));
}

/** @param again when it may be tried again, Unix ms */
export async function failRun(db: Db, run: JobDay, attempt: number, error: string, again: number): Promise<void> {
  await db.update(jobRuns).set({ error, leaseUntil: again }).where(isAttempt(run, attempt));
}

/** Newest first. */
export const listRuns = (db: Db, tenant: Tenant, limit: number): Promise<(typeof jobRuns.$inferSelect)[]> =>
  db
    .select()
    .from(jobRuns)
    .where(eq(jobRuns.organizationId, tenant.organizationId))
    .orderBy(desc(jobRuns.day), asc(jobRuns.job))
    .limit(limit);

export async function purgeRuns(db: Db, before: number): Promise<void> {
  await db.delete(jobRuns).where(lt(jobRuns.startedAt, before));
}
