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
import { toRecord } from './fiscal.record.ts';
import {
  type FiscalRegister,
  RegisterError,
  type RegisterFault,
  type RegisterOutcome,
  type RegisterStatus,
} from './fiscal.register.ts';
import { type FiscalTaskRow, findNextQueued, findUnfinished, findUnknown, moveTask } from './fiscal.repo.ts';
import type { Baseline } from './recovery.rules.ts';
import { judge, type Verdict } from './recovery.rules.ts';

/** A task is tried this often before a person is asked; only after proof that nothing was fiscalised. */
const MAX_ATTEMPTS = 3;
/** More documents than this since the baseline, and the register has lived a life of its own. */
const MAX_DOCUMENTS_TO_READ = 200;
const RETRY_MS = [1_000, 3_000, 10_000, 30_000] as const;

export interface Executor {
  /** Does all there is to do now. Never throws for a fault of the register: it is kept in the task and retried. */
  tick(): Promise<void>;
  /** Forgets the pause after a fault: a person pressed a button. */
  hurry(): void;
  /** What the register last said of itself. */
  readonly observed: Observed;
}

export interface Observed {
  readonly status?: RegisterStatus;
  /** When it said so. Unix ms. */
  readonly seenAt?: number;
  /** Why it does not do as asked now; absent while it does. */
  readonly fault?: RegisterFault;
  /** Since when it does, or does not. Unix ms. */
  readonly since: number;
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
  let observed: Observed = { since: now() };
  let pausedUntil = 0;
  let faults = 0;
  let askedAt = Number.NEGATIVE_INFINITY;

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

  const see = (status: RegisterStatus): RegisterStatus => {
    const isNews = observed.fault !== undefined || JSON.stringify(observed.status) !== JSON.stringify(status);
    const wasWell = observed.status !== undefined && observed.fault === undefined;
    observed = { status, seenAt: now(), since: wasWell ? observed.since : now() };
    askedAt = now();
    faults = 0;
    if (isNews) core.changes.emit({ collection: 'fiscal', ids: [] });
    return status;
  };
  const lose = (fault: RegisterFault): void => {
    const same = observed.fault?.text === fault.text;
    // What it last said of itself stays: it is the best that anybody knows.
    observed = { ...observed, fault, since: same ? observed.since : now() };
    pausedUntil = now() + (RETRY_MS[Math.min(faults, RETRY_MS.length - 1)] ?? 0);
    faults += 1;
    if (!same) {
      log.warn('the register does not do as asked', { driverCode: fault.driverCode, text: fault.text });
      core.changes.emit({ collection: 'fiscal', ids: [] });
    }
  };

  /** Runs one task from the queue. True when it has ended, so the next may begin. */
  async function run(queued: FiscalTaskRow): Promise<boolean> {
    let row = step(queued, 'claimed', { attempts: queued.attempts + 1, error: null });
    try {
      const outcome = await link.use(async (register) => {
        const prepared = await prepareShift(register, row, see(await register.status()));
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

  /**
   * Brings the shift to where the task needs it. A closed shift is opened by the register itself with the receipt; an
   * expired one must be closed first. Doing it twice after a crash is harmless: the shift's state is read anew.
   */
  async function prepareShift(
    register: FiscalRegister,
    row: FiscalTaskRow,
    status: RegisterStatus,
  ): Promise<'as_asked' | { readonly status: RegisterStatus; readonly opened: boolean }> {
    const { type } = row.task;
    if (type === 'open_shift' && status.shiftState === 'open') return 'as_asked';
    if (type === 'close_shift' && status.shiftState === 'closed') return 'as_asked';
    if (type === 'close_shift' || status.shiftState !== 'expired') {
      return { status, opened: type !== 'close_shift' && type !== 'open_shift' && status.shiftState === 'closed' };
    }
    const closed = await register.closeShift({ taskId: `${row.id}:expired`, operator: row.task.operator });
    if (closed.outcome !== 'closed') throw new RegisterError({ ...closed.error, retryable: true });
    log.info('an expired shift was closed before a receipt', { event: 'SHIFT_EXPIRED_REOPENED', taskId: row.id });
    return { status: see(await register.status()), opened: true };
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
          pausedUntil = Math.max(pausedUntil, now() + RETRY_MS[0]);
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
    const proof = await gatherProof(row).catch((error: unknown) => ({
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
        pausedUntil = now() + RETRY_MS[1];
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

  type Proof = Exclude<Verdict, { kind: 'closed' }> | { readonly kind: 'closed'; readonly document: FiscalDocument };

  const gatherProof = (row: FiscalTaskRow): Promise<Proof> =>
    link.use(async (register): Promise<Proof> => {
      const { baseline } = row;
      if (baseline === null) throw new Error(`task ${row.id} is ${row.state} without a baseline`);
      const status = see(await register.status());
      const first = baseline.lastDocumentNumber + 1;
      const length = Math.max(0, status.lastDocumentNumber - baseline.lastDocumentNumber);
      if (length > MAX_DOCUMENTS_TO_READ) return { kind: 'unknown', reason: 'many_candidates' };
      const documents = [];
      for (let number = first; number < first + length; number += 1)
        documents.push(await register.findDocument(number));
      const verdict = judge(row.task, baseline, { status, documents });
      if (verdict.kind === 'not_closed' && verdict.openReceipt) await register.cancelOpenReceipt();
      if (verdict.kind !== 'closed') return verdict;
      // A new connection cannot say whether the paper came out; `continuePrint` finishes it and is harmless if it did.
      return { kind: 'closed', document: { ...(await register.readDocument(verdict.document)), printed: false } };
    });

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
    if (now() - askedAt < statusIntervalMs) return;
    await link.use((register) => register.status()).then(see, (error: unknown) => lose(asFault(error)));
  }

  return {
    async tick() {
      if (now() < pausedUntil) return;
      const unknown = findUnknown(db);
      if (unknown !== undefined && !(await prove(unknown, unknown.error ?? NO_FAULT))) return;
      const unfinished = findUnfinished(db);
      if (unfinished !== undefined && !(await resume(unfinished))) return;
      for (let next = findNextQueued(db); next !== undefined; next = findNextQueued(db)) {
        // The drawer and the shift are not what they were.
        askedAt = Number.NEGATIVE_INFINITY;
        if (!(await run(next))) return;
      }
      await askStatus();
    },
    hurry() {
      pausedUntil = 0;
      faults = 0;
      askedAt = Number.NEGATIVE_INFINITY;
    },
    get observed() {
      return observed;
    },
  };
}

const NO_FAULT: RegisterFault = { driverCode: 0, text: '', retryable: true };

/** A fault of the driver as it is; anything else is ours, and is not one to repeat blindly. */
function asFault(error: unknown): RegisterFault {
  if (error instanceof RegisterError) return error.fault;
  return { driverCode: 0, text: error instanceof Error ? error.message : String(error), retryable: true };
}
