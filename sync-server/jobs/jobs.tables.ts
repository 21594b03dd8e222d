import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { CleanupCounts } from '../../src/shared/hq/jobs.api.ts';
import { int8 } from '../db/columns.ts';

/** What is done once a day for each organisation, whichever of the servers comes first. */
export const jobRuns = pgTable(
  'job_runs',
  {
    job: text('job').$type<'cleanup'>().notNull(),
    organizationId: text('organization_id').notNull(),
    /** Of the organisation's zone, `2026-11-21`. */
    day: text('day').notNull(),
    startedAt: int8('started_at').notNull(),
    /** Until when nobody else begins it. Whoever runs it moves this on; a server that died does not. */
    leaseUntil: int8('lease_until').notNull(),
    attempts: integer('attempts').notNull(),
    finishedAt: int8('finished_at'),
    counts: jsonb('counts').$type<CleanupCounts>(),
    error: text('error'),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.job, table.day] })],
);
