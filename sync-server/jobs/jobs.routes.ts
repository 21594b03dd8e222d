import type { FastifyInstance } from 'fastify';
import { Counter, Gauge } from 'prom-client';
import { z } from 'zod';
import { CleanupDryRun, HqJobs } from '#shared/hq/jobs.api.ts';
import type { Guards } from '../auth/guards.ts';
import type { Db } from '../db/db.ts';
import { scope } from '../plugins/routes.ts';
import { nextDue } from './cleanup.rules.ts';
import type { Cleanup } from './cleanup.service.ts';
import type { Daily, JobMeter } from './daily.ts';
import { listOrganizationZones, listRuns } from './job-runs.repo.ts';

const RUNS = 30;

export const jobsRoutes =
  (
    guards: Guards,
    ports: {
      readonly db: Db;
      readonly now: () => number;
      readonly cleanup: Pick<Cleanup, 'preview'>;
      readonly daily: Pick<Daily, 'runNow'>;
    },
  ) =>
  async (app: FastifyInstance) => {
    await scope(app, guards.session('hq_admin'), (add) => {
      add(
        'GET',
        '/hq/jobs',
        { summary: 'What the server did by itself, newest first', tag: 'Jobs', rate: 'read', reply: HqJobs },
        async ({ principal }) => {
          const serverNow = ports.now();
          const [rows, zones] = await Promise.all([
            listRuns(ports.db, principal, RUNS),
            listOrganizationZones(ports.db),
          ]);
          const timeZone = zones.find(({ id }) => id === principal.organizationId)?.timeZone ?? 'UTC';
          return {
            runs: rows.map(({ organizationId: _own, leaseUntil, ...run }) => ({
              ...run,
              isRunning: run.finishedAt === null && run.error === null && leaseUntil > serverNow,
            })),
            nextAt: nextDue(timeZone, serverNow),
            serverNow,
          };
        },
      );
      add(
        'POST',
        '/hq/jobs/cleanup/dry-run',
        { summary: 'What the next cleanup would let go', tag: 'Jobs', rate: 'write', reply: CleanupDryRun },
        async ({ principal }) => ({ counts: await ports.cleanup.preview(principal) }),
      );
      add(
        'POST',
        '/hq/jobs/cleanup/run',
        {
          summary: 'Begin the cleanup now; how it went is in the list',
          tag: 'Jobs',
          rate: 'write',
          reply: z.undefined(),
          statuses: [],
        },
        async ({ principal, reply }) => {
          await ports.daily.runNow(principal);
          reply.code(204);
          return undefined;
        },
      );
    });
  };

/** How jobs went, on the page of metrics. */
export function createJobMeter(app: FastifyInstance, now: () => number): JobMeter {
  const registers = [app.metrics];
  const runs = new Counter({
    name: 'prilavok_job_runs_total',
    help: 'Runs of jobs by outcome.',
    labelNames: ['job', 'outcome'] as const,
    registers,
  });
  const rows = new Counter({
    name: 'prilavok_job_rows_total',
    help: 'Rows that jobs let go, by kind.',
    labelNames: ['job', 'kind'] as const,
    registers,
  });
  const last = new Gauge({
    name: 'prilavok_job_last_done_seconds',
    help: 'When a job was last done, Unix seconds.',
    labelNames: ['job'] as const,
    registers,
  });
  return {
    ended: (outcome, counts) => {
      const job = 'cleanup';
      runs.inc({ job, outcome });
      for (const [kind, count] of Object.entries(counts ?? {})) rows.inc({ job, kind }, count);
      if (outcome === 'done') last.set({ job }, now() / 1000);
    },
  };
}
