/** Counts failures by what was tried and from where, so that guessing is slow and a restart forgives nobody. */
import { eq, lt, sql } from 'drizzle-orm';
import { AppError } from '#shared/kernel/errors.ts';
import type { Db } from '../db/db.ts';
import { authThrottles } from './auth.tables.ts';
import { sha256 } from './secrets.ts';

export interface ThrottleRule {
  readonly failures: number;
  readonly windowMs: number;
  readonly lockMs: number;
}

const MINUTE = 60_000;
export const SIGN_IN_RULE: ThrottleRule = { failures: 5, windowMs: 15 * MINUTE, lockMs: 15 * MINUTE };
export const ENROL_RULE: ThrottleRule = { failures: 10, windowMs: 15 * MINUTE, lockMs: 15 * MINUTE };

/** The account and the address are hashed: this table must not become a list of who tried to sign in. */
export const throttleKey = (...parts: readonly string[]): string => sha256(JSON.stringify(parts));

/** @throws AppError `auth.locked` with `retryAfterSeconds`. */
export async function assertNotLocked(db: Db, key: string, now: number): Promise<void> {
  const [found] = await db.select().from(authThrottles).where(eq(authThrottles.key, key));
  if (found !== undefined && found.lockedUntil > now) {
    throw new AppError('auth.locked', 'too many failed attempts; wait and try again', {
      details: { retryAfterSeconds: Math.ceil((found.lockedUntil - now) / 1000) },
    });
  }
}

/** One statement, so that attempts made at once are all counted. */
export async function countFailure(db: Db, key: string, rule: ThrottleRule, now: number): Promise<void> {
  const stale = sql`${authThrottles.windowStartedAt} <= ${now - rule.windowMs}`;
  const failures = sql`CASE WHEN ${stale} THEN 1 ELSE ${authThrottles.failures} + 1 END`;
  await db
    .insert(authThrottles)
    .values({ key, failures: 1, windowStartedAt: now, lockedUntil: 0 })
    .onConflictDoUpdate({
      target: authThrottles.key,
      set: {
        failures,
        windowStartedAt: sql`CASE WHEN ${stale} THEN ${now}::bigint ELSE ${authThrottles.windowStartedAt} END`,
        lockedUntil: sql`CASE WHEN ${failures} >= ${rule.failures}::int THEN ${now + rule.lockMs}::bigint ELSE 0 END`,
      },
    });
}

export async function forgiveFailures(db: Db, key: string): Promise<void> {
  await db.delete(authThrottles).where(eq(authThrottles.key, key));
}

export async function purgeThrottles(db: Db, before: number): Promise<void> {
  await db.delete(authThrottles).where(lt(authThrottles.windowStartedAt, before));
}
