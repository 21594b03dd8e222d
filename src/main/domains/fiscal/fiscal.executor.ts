/**
 * Does fiscal tasks one at a time. Every step is on the disk before the call it announces, so a power cut at any
 * instruction leaves a state that the next start finishes or proves (docs/decisions, "receipts exactly once").
 *
 *   queued → claimed → baseline → sending → closed → printed → reported
 *                                    ↘ not_closed (proved) → queued again, or failed
 *                                    ↘ unknown → stops the queue until the register or a person says
 */

import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { FiscalDocument, FiscalState } from '#shared/fiscal/fiscal.schema.ts';
import { unreachable } from '#shared/kernel/errors.ts';
import type { RegisterLink } from './fiscal.link.ts';
import { prepareShift } from './fiscal.preparation.ts';
import { gatherProof } from './fiscal.proof.ts';
import { toRecord } from './fiscal.record.ts';
import { type FiscalRegister, type RegisterFault, type RegisterOutcome } from './fiscal.register.ts';
import { type FiscalTaskRow, findNextQueued, findUnfinished, findUnknown, moveTask } from './fiscal.repo.ts';
import { asFault, createWatch, type Observed } from './fiscal.watch.ts';
import type { Baseline } from './recovery.rules.ts';

/** How soon a printer without paper, and a register that could not tell, are asked again. */
const PAPER_MS = 1_000;
const PROOF_MS = 3_000;
/** A task is tried this often before a person is asked; only after proof that nothing was fiscalised. */
const MAX_ATTEMPTS = 3;

export interface Executor {
  /** Does all there is to do now. Never throws for a fault of the register: it is kept in the task and retried. */
  tick(): Promise<void>;
  /** Forgets the pause after a fault: a person pressed a button. */
  hurry(): void;
  /** What the register last said of itself. */
  readonly observed: Observed;
}

export interface ExecutorOptions {
  readonly core: Pick<Core, 'db' | 'now' | 'log' | 'changes'>;
  readonly sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>;
  readonly link: RegisterLink;
  /** How often an idle register is asked how it is, ms. */
  readonly statusIntervalMs: number;
}

export function createExecutor({ core, sync, link, statusIntervalMs }: ExecutorOptions): Executor {
  const { db, now, log } = core;
  const watch = createWatch(core);
  const { see, lose } = watch;

  const commit = (work: (tx: WriteTx) => FiscalTaskRow): FiscalTaskRow => {
    const row = db.transaction((tx) => work(tx), { behavior: 'immediate' });
    core.changes.emit({ collection: 'fiscal', ids: [row.id] });
    return row;
  };
  const step = (
    row: FiscalTaskRow,
    to: FiscalState,
    patch: Parameters<typeof moveTask>[4] = {},
    details = {},
  ): FiscalTaskRow => commit((tx) => moveTask(tx, row, to, now(), patch, details));
  const tell = (tx: WriteTx, row: FiscalTaskRow): void => {
    sync.mutate(tx, 'fiscal.report', { record: toRecord(row, sync.writer()) });
  };

  /** Runs one task from the queue. True when it has ended, so the next may begin. */
  async function run(queued: FiscalTaskRow): Promise<boolean> {
    let row = step(queued, 'claimed', { attempts: queued.attempts + 1, error: null });
    try {
      const outcome = await link.use(async (register) => {
        const prepared = await prepareShift(register, row, see(await register.status()), { see, log });
        if (prepared === 'as_asked') return 'as_asked' as const;
        const baseline: Baseline = {
          fnNumber: prepared.status.fnNumber,
          kktSerial: prepared.status.kktSerial,
          lastDocumentNumber: prepared.status.lastDocumentNumber,
          shiftNumber: prepared.status.shiftNumber,
          shiftState: prepared.status.shiftState,
          expectedTotalMinor: row.task.receipt?.totalMinor ?? 0,
          attempt: row.attempts,
          at: now(),
        };
        row = step(row, 'baseline', { baseline, shiftAutoOpened: prepared.opened }, { ...baseline });
        row = step(row, 'sending');
        return send(register, row);
      });
      if (outcome === 'as_asked') {
        commit((tx) => {
          const done = moveTask(tx, row, 'reported', now(), {}, { note: 'the shift was already so' });
          tell(tx, done);
          return done;
        });
        sync.wake();
        return true;
      }
      return await settle(row, outcome);
    } catch (error) {
      if (row.state === 'sending') return settle(row, { outcome: 'ambiguous', error: asFault(error) });
      const fault = asFault(error);
      lose(fault);
      row = step(row, fault.retryable ? 'queued' : 'failed', { error: fault }, { ...fault });
      if (row.state === 'failed') reportFailure(row);
      return row.state === 'failed';
    }
  }

  const send = (register: FiscalRegister, { task }: FiscalTaskRow): Promise<RegisterOutcome> => {
    const request = { taskId: task.id, operator: task.operator };
    switch (task.type) {
      case 'open_shift':
        return register.openShift(request);
      case 'close_shift':
        return register.closeShift(request);
      case 'sale':
      case 'refund':
        if (task.receipt === undefined) throw new Error(`task ${task.id} is a ${task.type} without a receipt`);
        return register.printReceipt({ ...request, receipt: task.receipt });
      default:
        return unreachable(task.type);
    }
  };

  /** What a command's end means for its task. True when the task has ended. */
  async function settle(row: FiscalTaskRow, outcome: RegisterOutcome): Promise<boolean> {
    switch (outcome.outcome) {
      case 'closed':
        return finish(closed(row, outcome.document));
      case 'not_closed':
        lose(outcome.error);
        return decideAfterNotClosed(step(row, 'not_closed', { error: outcome.error }, { ...outcome.error }));
      case 'ambiguous':
        log.warn('a fiscal command ended without an answer', { taskId: row.id, driverCode: outcome.error.driverCode });
        await link.drop();
        return prove(row, outcome.error);
      default:
        return unreachable(outcome);
    }
  }

  /** The fiscal memory holds the document: from here on nothing may print it again. */
  function closed(row: FiscalTaskRow, document: FiscalDocument): FiscalTaskRow {
    const whole = { ...document, shiftAutoOpened: document.shiftAutoOpened || row.shiftAutoOpened };
    const done = commit((tx) => {
      const moved = moveTask(tx, row, 'closed', now(), { document: whole, error: null }, { ...whole });
      // Paper may be hours away; headquarters learns of the fiscalised sale now.
      if (!whole.printed) tell(tx, moved);
      return moved;
    });
    if (!whole.printed) sync.wake();
    return done;
  }

  /** closed → printed → reported. False while paper is still owed. */
  async function finish(row: FiscalTaskRow): Promise<boolean> {
    let current = row;
    if (current.state === 'closed') {
      if (current.document?.printed !== true) {
        const printed = await link
          .use(async (register) => {
            const isDone = await register.continuePrint();
            // The screen says what is missing: paper, a closed cover.
            if (!isDone) see(await register.status());
            return isDone;
          })
          .catch((error: unknown) => {
            lose(asFault(error));
            return false;
          });
        if (!printed) {
          watch.pauseFor(PAPER_MS);
          return false;
        }
      }
      current = step(current, 'printed', current.document ? { document: { ...current.document, printed: true } } : {});
    }
    commit((tx) => {
      const reported = moveTask(tx, current, 'reported', now());
      tell(tx, reported);
      return reported;
    });
    sync.wake();
    return true;
  }

  function decideAfterNotClosed(row: FiscalTaskRow): boolean {
    if (row.error?.retryable === true && row.attempts < MAX_ATTEMPTS) {
      step(row, 'queued');
      return false;
    }
    reportFailure(step(row, 'failed'));
    return true;
  }

  function reportFailure(row: FiscalTaskRow): void {
    commit((tx) => {
      tell(tx, row);
      return row;
    });
    sync.wake();
  }

  /** Asks the register what became of a task that may have been sent. True when the task has ended. */
  async function prove(row: FiscalTaskRow, cause: RegisterFault): Promise<boolean> {
    const proof = await gatherProof(link, row, see).catch((error: unknown) => ({
      kind: 'no_answer' as const,
      fault: asFault(error),
    }));
    switch (proof.kind) {
      case 'closed':
        if (row.saidNotPrintedBy !== null) {
          log.error('the register has a receipt that a person said was not printed', {
            event: 'FISCAL_VERDICT_CONTRADICTED',
            taskId: row.id,
            by: row.saidNotPrintedBy,
          });
        }
        return finish(closed(row, proof.document));
      case 'not_closed':
        return decideAfterNotClosed(
          step(row, 'not_closed', { error: { ...cause, retryable: true } }, { proof: 'no document bears the task' }),
        );
      case 'no_answer':
        lose(proof.fault);
        return becomeUnknown(row, proof.fault);
      case 'unknown':
        if (row.saidNotPrintedBy !== null) return obeyVerdict(row);
        watch.pauseFor(PROOF_MS);
        return becomeUnknown(row, { driverCode: 0, text: proof.reason, retryable: false });
      default:
        return unreachable(proof);
    }
  }

  /** The register answers and cannot tell, a person could: the sale still needs its receipt. */
  function obeyVerdict(row: FiscalTaskRow): false {
    const notClosed = step(row, 'not_closed', {}, { saidBy: row.saidNotPrintedBy });
    step(notClosed, 'queued', { attempts: 0, error: null, saidNotPrintedBy: null });
    return false;
  }

  function becomeUnknown(row: FiscalTaskRow, fault: RegisterFault): false {
    if (row.state === 'unknown') return false;
    commit((tx) => {
      const unknown = moveTask(tx, row, 'unknown', now(), { error: fault }, { ...fault });
      tell(tx, unknown);
      return unknown;
    });
    sync.wake();
    log.error('the outcome of a fiscal task is unknown: the queue waits', {
      event: 'FISCAL_UNCERTAIN',
      taskId: row.id,
    });
    return false;
  }

  /** Brings a task that was under way to its end, or to where it must wait. True when it has ended. */
  async function resume(row: FiscalTaskRow): Promise<boolean> {
    switch (row.state) {
      case 'claimed':
      case 'baseline':
        // Nothing was sent: the step that announces sending is not on the disk.
        step(row, 'queued', {}, { resumed: true });
        return true;
      case 'sending':
        return prove(row, {
          driverCode: 0,
          text: 'the device stopped while the register was at work',
          retryable: true,
        });
      case 'closed':
      case 'printed':
        return finish(row);
      case 'not_closed':
        return decideAfterNotClosed(row);
      case 'queued':
      case 'reported':
      case 'failed':
      case 'unknown':
        throw new Error(`task ${row.id} in state ${row.state} is not one to resume`);
      default:
        return unreachable(row.state);
    }
  }

  async function askStatus(): Promise<void> {
    if (!watch.isStale(statusIntervalMs)) return;
    await link.use((register) => register.status()).then(see, (error: unknown) => lose(asFault(error)));
  }

  return {
    async tick() {
      if (watch.isPaused()) return;
      const unknown = findUnknown(db);
      if (unknown !== undefined && !(await prove(unknown, unknown.error ?? NO_FAULT))) return;
      const unfinished = findUnfinished(db);
      if (unfinished !== undefined && !(await resume(unfinished))) return;
      for (let next = findNextQueued(db); next !== undefined; next = findNextQueued(db)) {
        // The drawer and the shift are not what they were.
        watch.distrust();
        if (!(await run(next))) return;
      }
      await askStatus();
    },
    hurry: watch.hurry,
    get observed() {
      return watch.observed;
    },
  };
}

const NO_FAULT: RegisterFault = { driverCode: 0, text: '', retryable: true };
