/**
 * Does the fiscal tasks of one register, one at a time. Every step is on the disk before the call it announces, so a
 * power cut at any instruction leaves a state that the next start finishes or proves (docs/decisions, "receipts exactly
 * once"). Steps with no call between them share a transaction: a receipt waits for the disk three times.
 *
 *   queued → claimed → baseline → sending → closed → printed → reported
 *                                    ↘ not_closed (proved) → queued again, or failed
 *                                    ↘ unknown → stops the queue until the register or a person says
 */

import type { Core } from '#main/core.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { unreachable } from '#shared/kernel/errors.ts';
import type { RegisterLink } from './fiscal.link.ts';
import { prepare, send } from './fiscal.preparation.ts';
import { gatherProof } from './fiscal.proof.ts';
import type { RegisterFault, RegisterOutcome, RegisterStatus } from './fiscal.register.ts';
import {
  type FiscalTaskRow,
  findAutomaticClose,
  findDoneRecord,
  findNextQueued,
  findOwner,
  findUnfinished,
  findUnknown,
  insertTask,
} from './fiscal.repo.ts';
import { createTaskSteps } from './fiscal.steps.ts';
import { asFault, createWatch, type Observed } from './fiscal.watch.ts';

/** How soon a printer without paper, and a register that could not tell, are asked again. */
const PAPER_MS = 1_000;
const PROOF_MS = 3_000;
/** A task is tried this often before a person is asked; only after proof that nothing was fiscalised. */
const MAX_ATTEMPTS = 3;

export interface Executor {
  /**
   * Does all there is to do now. Never throws for a fault of the register: it is kept in the task and retried. True when
   * the register should be asked at once how it is, since tasks have changed it; nobody waits for that.
   */
  tick(): Promise<boolean>;
  /** Forgets the pause after a fault: a person pressed a button. */
  hurry(): void;
  /** Keeps what the register said of itself to somebody else. */
  see(status: RegisterStatus): RegisterStatus;
  /** What the register last said of itself. */
  readonly observed: Observed;
}

export interface ExecutorOptions {
  readonly core: Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'changes'>;
  readonly sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>;
  /** Whose queue it is. */
  readonly registerId: string;
  readonly link: RegisterLink;
  /** False when the register that answers is not the one whose queue this is: then nothing is sent to it. */
  readonly recognise: (status: RegisterStatus) => boolean;
  /** How often an idle register is asked how it is, ms. */
  readonly statusIntervalMs: number;
}

export function createExecutor({
  core,
  sync,
  registerId,
  link,
  recognise,
  statusIntervalMs,
}: ExecutorOptions): Executor {
  const { db, now, log } = core;
  const watch = createWatch(core);
  const { see, lose } = watch;
  const { step, announced, closed, moved, reported, reportFailure, unknown } = createTaskSteps(core, sync);

  /** Runs one task from the queue. True when it has ended, so the next may begin. */
  async function run(queued: FiscalTaskRow): Promise<boolean> {
    const done = findDoneRecord(db, queued.id);
    if (done !== undefined) return remember(queued, done);
    let row = step(queued, 'claimed', { attempts: queued.attempts + 1, error: null });
    try {
      const outcome = await link.use(async (register) => {
        const status = see(await register.status());
        if (!recognise(status)) return 'another_register' as const;
        const prepared = await prepare(db, register, row, status, now());
        if (typeof prepared === 'string') return prepared;
        row = announced(row, prepared.baseline, prepared.opened);
        return send(register, row);
      });
      switch (outcome) {
        case 'as_asked':
          reported(row, { note: 'the shift was already so' });
          return true;
        case 'another_register':
          step(row, 'queued', { attempts: queued.attempts }, { anotherRegister: true });
          watch.pauseFor(PROOF_MS);
          return false;
        case 'expired':
          return await closeFirst(step(row, 'queued', { attempts: queued.attempts }, { shift: 'expired' }));
        default:
          return await settle(row, outcome);
      }
    } catch (error) {
      if (row.state === 'sending') return settle(row, { outcome: 'ambiguous', error: asFault(error) });
      const fault = asFault(error);
      lose(fault);
      row = step(row, mayWait(row, fault) ? 'queued' : 'failed', { error: fault }, { ...fault });
      if (row.state === 'failed') reportFailure(row);
      return row.state === 'failed';
    }
  }

  /**
   * The shop has the document of a task that is in the queue: this device was put back to a copy of its data, and what it sold in
   * the life that is lost has come back from the server. True: it has ended.
   */
  function remember(queued: FiscalTaskRow, { document }: FiscalRecord): true {
    const known = document === undefined ? {} : { document, shiftNumber: document.shiftNumber };
    reported(step(queued, 'claimed', { ...known, error: null }), { note: 'done before this device was put back' });
    return true;
  }

  /** A sale of this desk waits for its register; a task of the server is given back, since the server has its own plan. */
  const mayWait = ({ origin, attempts }: FiscalTaskRow, { retryable }: RegisterFault): boolean =>
    retryable && (origin === 'device' || attempts < MAX_ATTEMPTS);

  /** The shift is past its 24 hours: it is closed as a task of its own, with its Z report, before the receipt. */
  function closeFirst(waiting: FiscalTaskRow): Promise<boolean> {
    const { operator } = waiting.task;
    const task = {
      id: core.newId(),
      type: 'close_shift',
      fiscalDeviceId: registerId,
      operator,
      automatic: true,
    } as const;
    const known = findAutomaticClose(db, registerId);
    if (known === undefined) {
      db.transaction((tx) => void insertTask(tx, task, 'device', now()), { behavior: 'immediate' });
      log.info('an expired shift is closed before a receipt', {
        event: 'SHIFT_EXPIRED_REOPENED',
        taskId: waiting.id,
        closedBy: task.id,
      });
    }
    const closing = known ?? findAutomaticClose(db, registerId);
    if (closing === undefined) throw new Error('the task that closes the shift is not in the queue');
    return run(closing.state === 'failed' ? step(closing, 'queued', { attempts: 0, error: null }) : closing);
  }

  /** What a command's end means for its task. True when the task has ended. */
  async function settle(row: FiscalTaskRow, outcome: RegisterOutcome): Promise<boolean> {
    switch (outcome.outcome) {
      case 'closed':
        return finish(closed(row, outcome.document));
      case 'moved':
        return finish(moved(row, outcome.shiftNumber));
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

  /** closed → printed → reported, from wherever it is. False while paper is still owed. */
  async function finish(row: FiscalTaskRow): Promise<boolean> {
    let current = row;
    if (current.state === 'reported') return true;
    if (current.state === 'closed') {
      const { document } = current;
      if (document?.printed === false && !(await continuePrint())) {
        watch.pauseFor(PAPER_MS);
        return false;
      }
      current = step(current, 'printed', document === null ? {} : { document: { ...document, printed: true } });
    }
    reported(current);
    return true;
  }

  const continuePrint = (): Promise<boolean> =>
    link
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

  function decideAfterNotClosed(row: FiscalTaskRow): boolean {
    if (row.error?.retryable === true && row.attempts < MAX_ATTEMPTS) {
      step(row, 'queued');
      return false;
    }
    reportFailure(step(row, 'failed'));
    return true;
  }

  /** Asks the register what became of a task that may have been sent. True when the task has ended. */
  async function prove(row: FiscalTaskRow, cause: RegisterFault): Promise<boolean> {
    const proof = await gatherProof(link, row, see, (...document) => findOwner(db, registerId, ...document)).catch(
      (error: unknown) => ({
        kind: 'no_answer' as const,
        fault: asFault(error),
      }),
    );
    switch (proof.kind) {
      case 'closed':
      case 'moved':
        if (row.saidNotPrintedBy !== null) {
          log.error('the register has a receipt that a person said was not printed', {
            event: 'FISCAL_VERDICT_CONTRADICTED',
            taskId: row.id,
            by: row.saidNotPrintedBy,
          });
        }
        return finish(proof.kind === 'closed' ? closed(row, proof.document) : moved(row, proof.shiftNumber));
      case 'not_closed':
        return decideAfterNotClosed(
          step(row, 'not_closed', { error: { ...cause, retryable: true } }, { proof: 'no document bears the task' }),
        );
      case 'no_answer':
        lose(proof.fault);
        unknown(row, proof.fault);
        return false;
      case 'unknown':
        if (row.saidNotPrintedBy !== null) return obeyVerdict(row);
        watch.pauseFor(PROOF_MS);
        unknown(row, { driverCode: 0, text: proof.reason, retryable: false });
        return false;
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

  /** Brings a task that was under way to its end, or to where it must wait. True when it has ended. */
  async function resume(row: FiscalTaskRow): Promise<boolean> {
    switch (row.state) {
      case 'claimed':
      case 'baseline':
        // Nothing was sent: the step that announces sending is not on the disk.
        step(row, 'queued', { attempts: Math.max(0, row.attempts - 1) }, { resumed: true });
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
    await link
      .use((register) => register.status())
      .then(
        (status) => void recognise(see(status)),
        (error: unknown) => lose(asFault(error)),
      );
  }

  return {
    async tick() {
      if (watch.isPaused()) return false;
      // A copy that was put back has several: nothing is printed while one is left.
      for (let next = findUnknown(db, registerId); next !== undefined; next = findUnknown(db, registerId)) {
        if (!(await prove(next, next.error ?? NO_FAULT))) return false;
      }
      const unfinished = findUnfinished(db, registerId);
      if (unfinished !== undefined && !(await resume(unfinished))) return false;
      let hasRun = false;
      for (let next = findNextQueued(db, registerId); next !== undefined; next = findNextQueued(db, registerId)) {
        hasRun = true;
        const hasEnded = await run(next);
        // The drawer and the shift are not what the register said before it.
        watch.distrust();
        if (!hasEnded) return false;
      }
      if (!hasRun) await askStatus();
      return hasRun;
    },
    hurry: watch.hurry,
    see,
    get observed() {
      return watch.observed;
    },
  };
}

const NO_FAULT: RegisterFault = { driverCode: 0, text: '', retryable: true };
