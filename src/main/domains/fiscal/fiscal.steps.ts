/** The steps of a task, each one transaction: the state, the journal and what other sides are told of it. */
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { FiscalDocument, FiscalState } from '#shared/fiscal/fiscal.schema.ts';
import { toRecord } from './fiscal.record.ts';
import type { RegisterFault } from './fiscal.register.ts';
import { type FiscalTaskRow, moveTask, moveTaskThrough } from './fiscal.repo.ts';
import type { Baseline } from './recovery.rules.ts';
import { toReport } from './shift.rules.ts';
import { listCounts } from './shift-reports.repo.ts';

type Patch = Parameters<typeof moveTask>[4];
type Details = Parameters<typeof moveTask>[5];

export interface TaskSteps {
  readonly step: (row: FiscalTaskRow, to: FiscalState, patch?: Patch, details?: Details) => FiscalTaskRow;
  /** What the register is like now, and that the command goes out next: no call lies between the two. */
  readonly announced: (row: FiscalTaskRow, baseline: Baseline, shiftAutoOpened: boolean) => FiscalTaskRow;
  /**
   * The fiscal memory holds the document: from here on nothing may print it again. With its paper out the task is
   * `reported` in the same transaction, since nothing is left to ask the register.
   */
  readonly closed: (row: FiscalTaskRow, document: FiscalDocument) => FiscalTaskRow;
  /** The cash is where the task wanted it; such a task owes no paper. */
  readonly moved: (row: FiscalTaskRow, shiftNumber: number) => FiscalTaskRow;
  readonly reported: (row: FiscalTaskRow, details?: Details) => FiscalTaskRow;
  /** Tells other sides that a task has failed. */
  readonly reportFailure: (row: FiscalTaskRow) => void;
  readonly unknown: (row: FiscalTaskRow, fault: RegisterFault) => void;
}

export function createTaskSteps(
  { db, now, log, changes }: Pick<Core, 'db' | 'now' | 'log' | 'changes'>,
  sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>,
): TaskSteps {
  const commit = (work: (tx: WriteTx) => FiscalTaskRow): FiscalTaskRow => {
    const row = db.transaction((tx) => work(tx), { behavior: 'immediate' });
    changes.emit({ collection: 'fiscal', ids: [row.id] });
    return row;
  };
  const tell = (tx: WriteTx, row: FiscalTaskRow): void => {
    sync.mutate(tx, 'fiscal.report', { record: toRecord(row, sync.writer()) });
  };
  const commitAndTell = (work: (tx: WriteTx) => FiscalTaskRow): FiscalTaskRow => {
    const row = commit((tx) => {
      const moved = work(tx);
      tell(tx, moved);
      return moved;
    });
    sync.wake();
    return row;
  };
  /** The Z report, from what was read before the counters began anew. */
  const keepReport = (tx: WriteTx, row: FiscalTaskRow, document: FiscalDocument): void => {
    const reading = row.baseline?.reading;
    if (reading === undefined) return;
    const report = toReport(row, reading, {
      document,
      writer: sync.writer(),
      counts: listCounts(tx, row.registerId, reading.shiftNumber),
      at: now(),
    });
    sync.mutate(tx, 'fiscal.shift_report', { report });
  };

  /** The rest of a task whose paper is out. */
  const END = [{ to: 'printed' }, { to: 'reported' }] as const;

  return {
    step: (row, to, patch = {}, details = {}) => commit((tx) => moveTask(tx, row, to, now(), patch, details)),
    announced: (row, baseline, shiftAutoOpened) =>
      commit((tx) => {
        const known = { to: 'baseline', patch: { baseline, shiftAutoOpened }, details: { ...baseline } } as const;
        return moveTaskThrough(tx, row, [known, { to: 'sending' }], now());
      }),
    closed(row, document) {
      const whole = { ...document, shiftAutoOpened: document.shiftAutoOpened || row.shiftAutoOpened };
      const patch = { document: whole, shiftNumber: whole.shiftNumber, error: null };
      // Paper may be hours away; headquarters learns of the fiscalised sale now.
      return commitAndTell((tx) => {
        if (row.task.type === 'close_shift') keepReport(tx, row, whole);
        const step = { to: 'closed', patch, details: { ...whole } } as const;
        return moveTaskThrough(tx, row, whole.printed ? [step, ...END] : [step], now());
      });
    },
    moved: (row, shiftNumber) =>
      commitAndTell((tx) => {
        const step = { to: 'closed', patch: { shiftNumber, error: null }, details: { shiftNumber } } as const;
        return moveTaskThrough(tx, row, [step, ...END], now());
      }),
    reported: (row, details) => commitAndTell((tx) => moveTask(tx, row, 'reported', now(), {}, details)),
    reportFailure: (row) => void commitAndTell(() => row),
    unknown(row, fault) {
      if (row.state === 'unknown') return;
      commitAndTell((tx) => moveTask(tx, row, 'unknown', now(), { error: fault }, { ...fault }));
      log.error('the outcome of a fiscal task is unknown: the queue waits', {
        event: 'FISCAL_UNCERTAIN',
        taskId: row.id,
      });
    },
  };
}
