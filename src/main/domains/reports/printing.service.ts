/**
 * Reports on paper. A job is written down before the print system gets it, so after a power cut one that may have been
 * given is not given again: it ends as unknown, and a person looks at the tray.
 */
import type { Core, Loop } from '#main/core.ts';
import { listSteps, recordStep } from '#main/journal/journal.repo.ts';
import { createLoop } from '#main/loop.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { PrintState } from '#shared/reports/print.schema.ts';
import { mayPrintBecome } from '#shared/reports/print.schema.ts';
import type { Report } from '#shared/reports/reports.schema.ts';
import type { Printer } from './printer.port.ts';
import type { ReportsMetrics } from './reports.metrics.ts';
import {
  addPrintJob,
  changePrintJob,
  findLastPrintJob,
  findReport,
  listPrintJobs,
  type PrintRow,
} from './reports.repo.ts';

export interface Printing {
  readonly isAvailable: boolean;
  /** Throws `reports.no_printer`. While a job of the report is under way or is through, that one is the answer. */
  print(report: Report): PrintRow;
  last(reportId: string): PrintRow | undefined;
  /** Jobs that a power cut left half given. */
  recover(): void;
  readonly loop: Loop;
}

/** Longer than a sheet takes; a queue that has not printed by then has a problem that a person must see. */
const GIVE_UP_MS = 10 * 60_000;

export function createPrinting(
  core: Core,
  {
    printer,
    metrics,
    pathOf,
    changed,
  }: {
    readonly printer: Printer | undefined;
    readonly metrics: ReportsMetrics;
    /** The file of a document, on the disk here. */
    readonly pathOf: (report: Report) => string;
    readonly changed: (reportId: string) => void;
  },
): Printing {
  const { db, now } = core;
  const log = core.log.child({ domain: 'printing' });

  const become = (job: PrintRow, state: PrintState, reference?: string): void => {
    if (!mayPrintBecome(job.state, state)) return;
    const done = db.transaction(
      (tx) => {
        recordStep(tx, { kind: 'print', subject: job.id, step: state, details: {}, at: now() });
        return changePrintJob(tx, job.id, job.state, { state, ...(reference === undefined ? {} : { reference }) });
      },
      { behavior: 'immediate' },
    );
    if (!done) return;
    const kind = findReport(db, job.reportId)?.kind;
    if (kind !== undefined && state === 'printed') metrics.delivered(kind, 'print');
    if (kind !== undefined && (state === 'failed' || state === 'unknown')) metrics.failed(kind, 'print', state);
    changed(job.reportId);
  };

  const give = async (job: PrintRow, to: Printer): Promise<void> => {
    const report = findReport(db, job.reportId);
    if (report === undefined) return become(job, 'failed');
    db.transaction((tx) => recordStep(tx, { kind: 'print', subject: job.id, step: 'giving', details: {}, at: now() }), {
      behavior: 'immediate',
    });
    try {
      const answer = await to.submit(pathOf(report), report.id);
      if ('refused' in answer) {
        log.warn('the printer refused a report', { reportId: report.id, reason: answer.refused });
        become(job, 'failed');
      } else become(job, 'spooled', answer.reference);
    } catch (error) {
      log.warn('whether the printer took a report is not known', { reportId: report.id, error });
      become(job, 'unknown');
    }
  };

  const loop = createLoop({
    name: 'printing',
    intervalMs: 2000,
    log,
    run: async () => {
      if (printer === undefined) return;
      for (const job of listPrintJobs(db, 'queued')) await give(job, printer);
      for (const job of listPrintJobs(db, 'spooled')) {
        const answer = job.reference === null ? 'unknown' : await printer.state(job.reference);
        if (answer !== 'waiting') become(job, answer);
        else if (now() - job.createdAt > GIVE_UP_MS) become(job, 'unknown');
      }
    },
  });

  return {
    isAvailable: printer !== undefined,
    print: (report) => {
      if (printer === undefined) throw new AppError('reports.no_printer', 'no printer is set up');
      const last = findLastPrintJob(db, report.id);
      if (last !== undefined && last.state !== 'failed' && last.state !== 'unknown') return last;
      const job: PrintRow = {
        id: core.newId(),
        reportId: report.id,
        state: 'queued',
        reference: null,
        createdAt: now(),
      };
      db.transaction((tx) => addPrintJob(tx, job), { behavior: 'immediate' });
      changed(report.id);
      loop.wake();
      return job;
    },
    last: (reportId) => findLastPrintJob(db, reportId),
    recover: () => {
      for (const job of listPrintJobs(db, 'queued')) {
        // Steps of one job only go forward: with this one on the disk the printer may have it.
        if (listSteps(db, 'print', job.id).some(({ step }) => step === 'giving')) become(job, 'unknown');
      }
    },
    loop,
  };
}
