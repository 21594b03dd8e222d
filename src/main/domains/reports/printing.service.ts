/**
 * Documents on paper: reports, photos. A job is written down before the print system gets it, so after a power cut one that may have been
 * given is not given again: it ends as unknown, and a person looks at the tray.
 */
import type { Core, Loop } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import { listSteps, recordStep } from '#main/journal/journal.repo.ts';
import { createLoop } from '#main/loop.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { PrintState } from '#shared/reports/print.schema.ts';
import { mayPrintBecome } from '#shared/reports/print.schema.ts';
import { addPrintJob, changePrintJob, findLastPrintJob, listPrintJobs, type PrintRow } from './print-jobs.repo.ts';
import type { Printer, PrinterTrouble } from './printer.port.ts';

export interface Printing {
  readonly isAvailable: boolean;
  /** Throws `reports.no_printer`. While a job of the document is under way or is through, that one is the answer. */
  print(subjectId: string): PrintRow;
  last(subjectId: string): PrintRow | undefined;
  /** Why a job may wait long, as the print system said last; nothing while none waits. */
  trouble(): PrinterTrouble | undefined;
  /** Jobs that a power cut left half given. */
  recover(): void;
  readonly loop: Loop;
}

/** Longer than a sheet takes; a queue that has not printed by then has a problem that a person must see. */
const GIVE_UP_MS = 10 * 60_000;

/** What is printed, and who is told how it went. */
export interface PrintingDeps {
  readonly kind: PrintRow['kind'];
  readonly printer: Printer | undefined;
  /** A file on the disk here, and what the job is called; `undefined` when it is gone. */
  readonly document: (subjectId: string) => { readonly path: string; readonly title: string } | undefined;
  /** In the transaction that notes the end of a job. */
  readonly onEnd: (tx: WriteTx, subjectId: string, state: PrintState) => void;
  readonly changed: (subjectId: string) => void;
  /** What the printer suffers from, told at every look; nothing once it has printed. */
  readonly onTrouble?: ((trouble: PrinterTrouble | 'failed' | undefined) => void) | undefined;
}

export function createPrinting(
  core: Core,
  { kind, printer, document, onEnd, changed, onTrouble }: PrintingDeps,
): Printing {
  const { db, now } = core;
  const log = core.log.child({ domain: 'printing', kind });
  let trouble: PrinterTrouble | undefined;

  const become = (job: PrintRow, state: PrintState, reference?: string): void => {
    if (!mayPrintBecome(job.state, state)) return;
    const done = db.transaction(
      (tx) => {
        recordStep(tx, { kind: 'print', subject: job.id, step: state, details: {}, at: now() });
        const isMine = changePrintJob(tx, job.id, job.state, {
          state,
          ...(reference === undefined ? {} : { reference }),
        });
        if (isMine && state !== 'spooled') onEnd(tx, job.subjectId, state);
        return isMine;
      },
      { behavior: 'immediate' },
    );
    if (!done) return;
    changed(job.subjectId);
    if (state === 'printed') onTrouble?.(undefined);
    if (state === 'failed') onTrouble?.('failed');
  };

  const give = async (job: PrintRow, to: Printer): Promise<void> => {
    const paper = document(job.subjectId);
    if (paper === undefined) return become(job, 'failed');
    db.transaction((tx) => recordStep(tx, { kind: 'print', subject: job.id, step: 'giving', details: {}, at: now() }), {
      behavior: 'immediate',
    });
    try {
      const answer = await to.submit(paper.path, paper.title);
      if ('refused' in answer) {
        log.warn('the printer refused a document', { subject: job.subjectId, reason: answer.refused });
        become(job, 'failed');
      } else become(job, 'spooled', answer.reference);
    } catch (error) {
      log.warn('whether the printer took a document is not known', { subject: job.subjectId, error });
      become(job, 'unknown');
    }
  };

  const loop = createLoop({
    name: `printing-${kind}`,
    intervalMs: 2000,
    log,
    run: async () => {
      if (printer === undefined) return;
      for (const job of listPrintJobs(db, kind, 'queued')) await give(job, printer);
      const spooled = listPrintJobs(db, kind, 'spooled');
      const before = trouble;
      trouble = spooled.length === 0 ? undefined : await printer.trouble();
      if (trouble !== undefined) onTrouble?.(trouble);
      for (const job of spooled) {
        if (trouble !== before) changed(job.subjectId);
        const answer = job.reference === null ? 'unknown' : await printer.state(job.reference);
        if (answer !== 'waiting') become(job, answer);
        else if (now() - job.createdAt > GIVE_UP_MS) become(job, 'unknown');
      }
    },
  });

  return {
    isAvailable: printer !== undefined,
    print: (subjectId) => {
      if (printer === undefined) throw new AppError('reports.no_printer', 'no printer is set up');
      const last = findLastPrintJob(db, kind, subjectId);
      if (last !== undefined && last.state !== 'failed' && last.state !== 'unknown') return last;
      const job: PrintRow = {
        id: core.newId(),
        kind,
        subjectId,
        state: 'queued',
        reference: null,
        createdAt: now(),
      };
      db.transaction((tx) => addPrintJob(tx, job), { behavior: 'immediate' });
      changed(subjectId);
      loop.wake();
      return job;
    },
    last: (subjectId) => findLastPrintJob(db, kind, subjectId),
    trouble: () => trouble,
    recover: () => {
      for (const job of listPrintJobs(db, kind, 'queued')) {
        // Steps of one job only go forward: with this one on the disk the printer may have it.
        if (listSteps(db, 'print', job.id).some(({ step }) => step === 'giving')) become(job, 'unknown');
      }
    },
    loop,
  };
}
