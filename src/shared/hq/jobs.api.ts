/** REST between headquarters' page and the server about what the server does by itself. Times are Unix ms. */
import { z } from 'zod';

/** How many rows a run let go, or a dry run would. */
export const CleanupCounts = z.strictObject({
  /** Orders that forgot their guest; the order itself stays. */
  orders: z.int().min(0),
  /** Photos of these. */
  images: z.int().min(0),
  codes: z.int().min(0),
  errors: z.int().min(0),
  /** Changes that were not taken and forgot the guest or the passport they name; they stay for a person. */
  letters: z.int().min(0),
  /** Passports that were emptied; the clients stay. */
  passports: z.int().min(0),
});
export type CleanupCounts = z.infer<typeof CleanupCounts>;

export const HqJobRun = z.strictObject({
  job: z.literal('cleanup'),
  /** Of the organisation's zone: a job has one run a day, whatever the number of servers. */
  day: z.iso.date(),
  startedAt: z.int(),
  /** Whether a server is at it now. */
  isRunning: z.boolean(),
  /** Null: it is under way, or failed and will be tried again. */
  finishedAt: z.int().nullable(),
  attempts: z.int().min(1),
  counts: CleanupCounts.nullable(),
  /** The code of what stopped the last attempt. */
  error: z.string().nullable(),
});
export type HqJobRun = z.infer<typeof HqJobRun>;

/** `GET /hq/jobs`: of the last 30 days, newest first. */
export const HqJobs = z.strictObject({
  runs: z.array(HqJobRun),
  /** When the next begins by itself. */
  nextAt: z.int(),
  serverNow: z.int(),
});
export type HqJobs = z.infer<typeof HqJobs>;

/** `POST /hq/jobs/cleanup/dry-run`: what the next run would let go. */
export const CleanupDryRun = z.strictObject({ counts: CleanupCounts });
