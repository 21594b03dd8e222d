/** The steps of a task, each one transaction: the state, the journal and what other sides are told of it. */
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { FiscalDocument, FiscalState } from '#shared/fiscal/fiscal.schema.ts';
import { toRecord } from './fiscal.record.ts';
import type { RegisterFault } from './fiscal.register.ts';
import { type FiscalTaskRow, moveTask } from './fiscal.repo.ts';
import { toReport } from './shift.rules.ts';
import { listCounts } from './shift-reports.repo.ts';

type Patch = Parameters<typeof moveTask>[4];
type Details = Parameters<typeof moveTask>[5];

export interface TaskSteps {
  readonly step: (row: FiscalTaskRow, to: FiscalState, patch?: Patch, details?: Details) => FiscalTaskRow;
  /** The fiscal memory holds the document: from here on nothing may print it again. */
  readonly closed: (row: FiscalTaskRow, document: FiscalDocument) => FiscalTaskRow;
  /** The cash is where the task wanted it. */
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

  return {
    step: (row, to, patch = {}, details = {}) => commit((tx) => moveTask(tx, row, to, now(), patch, details)),
    closed(row, document) {
      const whole = { ...document, shiftAutoOpened: document.shiftAutoOpened || row.shiftAutoOpened };
      const patch = { document: whole, shiftNumber: whole.shiftNumber, error: null };
      const close = (tx: WriteTx): FiscalTaskRow => {
        const moved = moveTask(tx, row, 'closed', now(), patch, { ...whole });
        if (row.task.type === 'close_shift') keepReport(tx, row, whole);
        return moved;
      };
      // Paper may be hours away; headquarters learns of the fiscalised sale now.
      return whole.printed ? commit(close) : commitAndTell(close);
    },
    moved: (row, shiftNumber) =>
      commit((tx) => moveTask(tx, row, 'closed', now(), { shiftNumber, error: null }, { shiftNumber })),
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
