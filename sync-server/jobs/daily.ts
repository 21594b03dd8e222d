/** Runs the day's cleanup of each organisation once, whatever the number of servers, in the small hours of its own zone. */
import type { FastifyBaseLogger } from 'fastify';
import type { CleanupCounts } from '#shared/hq/jobs.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../auth/audit.repo.ts';
import { actorOf, type UserPrincipal } from '../auth/principals.ts';
import type { Db } from '../db/db.ts';
import { addCounts, dayIn, dueDay } from './cleanup.rules.ts';
import type { Cleanup } from './cleanup.service.ts';
import {
  type ClaimedRun,
  claimRun,
  failRun,
  finishRun,
  type JobDay,
  keepRun,
  listOrganizationZones,
  purgeRuns,
} from './job-runs.repo.ts';

const MINUTE = 60_000;
const EVERY_MS = 10 * MINUTE;
/** A server that says nothing for so long is dead, and another one begins anew. */
const LEASE_MS = 15 * MINUTE;
const RETRY_MS = 60 * MINUTE;
const KEPT_MS = 365 * 24 * 60 * MINUTE;

export interface JobMeter {
  ended(outcome: 'done' | 'failed', counts?: CleanupCounts): void;
}

export type Daily = ReturnType<typeof createDaily>;

export function createDaily(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly cleanup: Pick<Cleanup, 'run'>;
  readonly meter: JobMeter;
  readonly log: FastifyBaseLogger;
}) {
  const { db, now, cleanup, meter, log } = ports;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopping = false;

  async function runDay(run: JobDay): Promise<void> {
    const claimed = await claimRun(db, run, { now: now(), leaseMs: LEASE_MS });
    if (claimed !== undefined) await runClaimed(run, claimed);
  }

  async function runClaimed(run: JobDay, { attempt, before }: ClaimedRun): Promise<void> {
    const { organizationId, job, day } = run;
    try {
      const counts = await cleanup.run(run, async () => {
        if (stopping || !(await keepRun(db, run, attempt, now() + LEASE_MS))) {
          throw new AppError('app.unavailable', 'this server does not go on with the job');
        }
      });
      await finishRun(db, run, attempt, { at: now(), counts: addCounts(counts, before) });
      meter.ended('done', counts);
      log.info({ job, organizationId, day, ...counts }, 'a job is done');
    } catch (err) {
      meter.ended('failed');
      log.error({ err, job, organizationId, day, attempt }, 'a job failed; it will be tried again');
      const code = err instanceof AppError ? err.code : 'app.internal';
      // A server that goes down hands it over at once.
      await failRun(db, run, attempt, code, stopping ? now() : now() + RETRY_MS);
      if (stopping) return;
      await db.transaction((tx) =>
        appendAudit(tx, run, {
          at: now(),
          event: 'JOB_FAILED',
          actor: { kind: 'system', id: job },
          entity: { type: 'job', id: `${job}:${day}` },
          details: { attempt, code },
        }),
      );
    }
  }

  /**
   * Begins the cleanup of an organisation now, also when the day's is done; it goes on by itself.
   *
   * @throws AppError `app.conflict` while it is under way.
   */
  async function runNow(by: UserPrincipal): Promise<void> {
    const { organizationId } = by;
    const timeZone = (await listOrganizationZones(db)).find(({ id }) => id === organizationId)?.timeZone ?? 'UTC';
    const run: JobDay = { organizationId, job: 'cleanup', day: dayIn(timeZone, now()) };
    const claimed = await claimRun(db, run, { now: now(), leaseMs: LEASE_MS, again: true });
    if (claimed === undefined) throw new AppError('app.conflict', 'the job is under way');
    await db.transaction((tx) =>
      appendAudit(tx, by, {
        at: now(),
        event: 'JOB_STARTED',
        actor: actorOf(by),
        entity: { type: 'job', id: `${run.job}:${run.day}` },
        details: { attempt: claimed.attempt },
      }),
    );
    const work = runClaimed(run, claimed).catch((err: unknown) => log.error({ err }, 'a job could not be ended'));
    running = Promise.all([running, work]).then(() => undefined);
  }

  /** Does what is due and nobody else is at. */
  async function tick(): Promise<void> {
    for (const { id: organizationId, timeZone } of await listOrganizationZones(db)) {
      const day = dueDay(timeZone, now());
      if (day !== undefined && !stopping) await runDay({ organizationId, job: 'cleanup', day });
    }
    await purgeRuns(db, now() - KEPT_MS);
  }

  return {
    tick,
    runNow,
    start: () => {
      timer ??= setInterval(() => {
        running = running
          .then(tick)
          .catch((err: unknown) => log.error({ err }, 'the jobs of the day could not be looked at'));
      }, EVERY_MS);
      timer.unref();
    },
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await running;
    },
  };
}
