/** Which report about a fiscal task may follow which. Pure: the row as it is and the report in, a decision out. */

import type { FiscalTaskType } from '#shared/fiscal/fiscal.schema.ts';
import type { WireFiscalStatus } from '#shared/fiscal/fiscal.wire.ts';
import type { HqTaskStatus, TaskVerdict } from '#shared/hq/fiscal.api.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import type { ErrorCode, Issue } from '#shared/kernel/errors.ts';

type FiscalData = NonNullable<WireFiscalStatus['fiscal']>;

export interface TaskState {
  readonly type: FiscalTaskType;
  readonly status: HqTaskStatus;
  readonly attempts: number;
  /** Of the last claim. */
  readonly leaseToken: number;
  readonly uncertain: boolean;
  readonly errorText: string | null;
  readonly fiscal: FiscalData | null;
  /** What a person decided, about the claim of this number. */
  readonly verdict: (TaskVerdict & { readonly claim: number }) | null;
}

export interface FiscalReport extends WireFiscalStatus {
  /** What `next` answered; a report of an earlier claim is refused. The contract's minimum does without. */
  readonly leaseToken?: number | undefined;
}

export interface TaskChange {
  readonly status: 'in_progress' | 'done' | 'error';
  readonly uncertain: boolean;
  readonly errorText: string | null;
  readonly retryable: boolean;
  readonly fiscal: FiscalData | null;
}

export type StatusDecision =
  | {
      readonly kind: 'change';
      readonly change: TaskChange;
      /** Milliseconds until it may be claimed again; absent when no machine may. */
      readonly retryInMs?: number;
      /** It may be tried again, but machines have tried often enough. */
      readonly isLastTry?: boolean;
      /** It is the agent's own word on what a person had to decide, and whether it is another one. */
      readonly proof?: 'agrees' | 'contradicts';
    }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'refuse'; readonly code: ErrorCode; readonly message: string; readonly issues?: readonly Issue[] };

/** Waits before the second, third and fourth attempt; after that a person decides. */
const RETRY_AFTER_MS = [30_000, 120_000, 600_000];

/** How long a claimed task is its holder's; each report begins it anew. An expiry frees nothing, it only shows. */
export const LEASE_MS = 120_000;

export function decideStatus(task: TaskState, report: FiscalReport): StatusDecision {
  const verdict = judgedBy(task, report);
  return verdict === undefined ? decidePlain(task, report) : decideProof(task, verdict, report);
}

function decidePlain(task: TaskState, report: FiscalReport): StatusDecision {
  switch (task.status) {
    case 'queued':
      // A task is taken by `next` alone: a report without a claim is of another life of the queue.
      return report.status === 'queued' ? { kind: 'repeat' } : illegal(task, report);
    case 'in_progress':
      return report.status === 'queued' ? illegal(task, report) : decideClaimed(task, report);
    case 'done':
      if (report.status !== 'done') return illegal(task, report);
      // A repeat that lost its document says nothing new; one with another document is a second document.
      return report.fiscal === undefined || canonicalJson(report.fiscal) === canonicalJson(task.fiscal)
        ? { kind: 'repeat' }
        : refuse('fiscal.data_conflict', 'this task is done with another document');
    case 'error':
      if (
        report.status === 'error' &&
        (report.error ?? null) === task.errorText &&
        isDoubt(report) === task.uncertain
      ) {
        return { kind: 'repeat' };
      }
      // A document was told of after this error: the error told once more does not take it back.
      if (report.status === 'error' && task.fiscal !== null) return { kind: 'repeat' };
      // An error in doubt waits for its proof like any other doubt.
      return task.uncertain && isWord(report) ? decideClaimed(task, report) : illegal(task, report);
    case 'cancelled':
      return illegal(task, report);
  }
}

function decideClaimed(task: TaskState, report: FiscalReport): StatusDecision {
  if (lacksDocument(task, report)) return needsDocument(task);
  if (report.leaseToken !== undefined && report.leaseToken !== task.leaseToken) {
    return refuse('fiscal.stale_lease', 'the task has been claimed again since');
  }
  const change = toChange(task, report);
  if (!change.retryable) return { kind: 'change', change };
  const retryInMs = RETRY_AFTER_MS[task.attempts - 1];
  return retryInMs === undefined ? { kind: 'change', change, isLastTry: true } : { kind: 'change', change, retryInMs };
}

/** The verdict that the report is about, while no proof has come: a report of a later claim is about another printing. */
function judgedBy(task: TaskState, report: FiscalReport): NonNullable<TaskState['verdict']> | undefined {
  const { verdict } = task;
  if (verdict === null || verdict.provedAt !== undefined) return undefined;
  if (task.status === 'done' && task.fiscal !== null) return undefined;
  return (report.leaseToken ?? task.leaseToken) === verdict.claim ? verdict : undefined;
}

/** The agent's word outranks the person's: it is taken whatever became of the task, for it tells of the fiscal memory. */
function decideProof(
  task: TaskState,
  verdict: NonNullable<TaskState['verdict']>,
  report: FiscalReport,
): StatusDecision {
  // It was in doubt when the person decided; told again, doubt is no news.
  if (!isWord(report)) return { kind: 'repeat' };
  if (lacksDocument(task, report)) return needsDocument(task);
  const change = toChange(task, report);
  if (report.status === 'done') {
    const isOther = verdict.is === 'not_printed' || isOtherDocument(verdict, report.fiscal);
    return { kind: 'change', change, proof: isOther ? 'contradicts' : 'agrees' };
  }
  if (verdict.is === 'printed') return { kind: 'change', change, proof: 'contradicts' };
  // Already waiting or printing again, as the person decided on the same grounds.
  return task.status === 'error' ? { kind: 'change', change, proof: 'agrees' } : { kind: 'repeat' };
}

/** What the agent left out cannot differ. Registers disagree about leading zeros of a sign. */
function isOtherDocument(verdict: TaskVerdict, told: FiscalData | undefined): boolean {
  const sign = (text: string) => text.replace(/^0+/, '');
  const { fiscalDocumentNumber: number, fiscalSign } = told ?? {};
  return (
    (number !== undefined && number !== verdict.fiscalDocumentNumber) ||
    (fiscalSign !== undefined && sign(fiscalSign) !== sign(verdict.fiscalSign ?? ''))
  );
}

function toChange(task: TaskState, report: FiscalReport): TaskChange {
  const { error: errorText = null, fiscal = null } = report;
  const base = { uncertain: false, errorText: null, retryable: false, fiscal };
  if (report.status === 'done') return { ...base, status: 'done' };
  if (report.status === 'error') {
    const uncertain = isDoubt(report);
    return { ...base, status: 'error', errorText, uncertain, retryable: report.retryable === true && !uncertain };
  }
  // Doubt is only ever ended by a proof, so a plain "still at it" does not end it.
  return { ...base, status: 'in_progress', uncertain: task.uncertain || isDoubt(report) };
}

const isDoubt = (report: FiscalReport): boolean => report.uncertain === true;
/** Says how it ended, and does not doubt it. */
const isWord = (report: FiscalReport): boolean =>
  report.status === 'done' || (report.status === 'error' && !isDoubt(report));

const lacksDocument = (task: TaskState, report: FiscalReport): boolean =>
  report.status === 'done' && report.fiscal === undefined && (task.type === 'sale' || task.type === 'refund');
const needsDocument = (task: TaskState): StatusDecision => ({
  kind: 'refuse',
  code: 'app.bad_input',
  message: 'some fields are wrong',
  issues: [{ path: 'fiscal', message: `is required when a ${task.type} is done` }],
});

const refuse = (code: ErrorCode, message: string): StatusDecision => ({ kind: 'refuse', code, message });
const illegal = (from: { readonly status: string }, to: { readonly status: string }): StatusDecision =>
  refuse('fiscal.illegal_transition', `a task that is ${from.status} does not become ${to.status}`);
