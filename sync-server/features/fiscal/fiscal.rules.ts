/** Which report about a fiscal task may follow which. Pure: the row as it is and the report in, a decision out. */

import type { FiscalTaskType } from '#shared/fiscal/fiscal.schema.ts';
import type { WireFiscalStatus } from '#shared/fiscal/fiscal.wire.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import type { ErrorCode, Issue } from '#shared/kernel/errors.ts';

export type TaskStatus = 'queued' | 'in_progress' | 'done' | 'error';
type FiscalData = NonNullable<WireFiscalStatus['fiscal']>;

export interface TaskState {
  readonly type: FiscalTaskType;
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly uncertain: boolean;
  readonly errorText: string | null;
  readonly fiscal: FiscalData | null;
}

export interface TaskChange {
  readonly status: 'in_progress' | 'done' | 'error';
  readonly uncertain: boolean;
  readonly errorText: string | null;
  readonly retryable: boolean;
  readonly fiscal: FiscalData | null;
  /** Milliseconds until it may be claimed again; absent when no machine may. */
  readonly retryInMs?: number;
}

export type StatusDecision =
  | { readonly kind: 'change'; readonly change: TaskChange }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'refuse'; readonly code: ErrorCode; readonly message: string; readonly issues?: readonly Issue[] };

/** Waits before the second, third and fourth attempt; after that a person decides. */
const RETRY_AFTER_MS = [30_000, 120_000, 600_000];

/** How long a claimed task is its holder's; each report begins it anew. An expiry frees nothing, it only shows. */
export const LEASE_MS = 120_000;

export function decideStatus(task: TaskState, report: WireFiscalStatus): StatusDecision {
  const change = toChange(task, report);
  switch (task.status) {
    case 'queued':
      // A task is taken by `next` alone: a report without a claim is of another life of the queue.
      return report.status === 'queued' ? { kind: 'repeat' } : illegal(task.status, report.status);
    case 'in_progress':
      if (change === undefined) return illegal(task.status, report.status);
      if (change.status === 'done' && needsDocument(task.type) && change.fiscal === null) {
        return refuseInput('fiscal', `is required when a ${task.type} is done`);
      }
      return { kind: 'change', change };
    case 'done':
      if (report.status !== 'done') return illegal(task.status, report.status);
      // A repeat that lost its document says nothing new; one with another document is a second document.
      return report.fiscal === undefined || canonicalJson(report.fiscal) === canonicalJson(task.fiscal)
        ? { kind: 'repeat' }
        : refuse('fiscal.data_conflict', 'this task is done with another document');
    case 'error':
      return report.status === 'error' && (report.error ?? null) === task.errorText
        ? { kind: 'repeat' }
        : illegal(task.status, report.status);
  }
}

function toChange(task: TaskState, report: WireFiscalStatus): TaskChange | undefined {
  const base = { uncertain: false, errorText: null, retryable: false, fiscal: report.fiscal ?? null };
  switch (report.status) {
    case 'queued':
      return undefined;
    case 'in_progress':
      // Doubt is only ever ended by a proof, so a plain "still at it" does not end it.
      return { ...base, status: 'in_progress', uncertain: task.uncertain || report.uncertain === true };
    case 'done':
      return { ...base, status: 'done' };
    case 'error': {
      const retryable = report.retryable === true && report.uncertain !== true;
      const retryInMs = retryable ? RETRY_AFTER_MS[task.attempts - 1] : undefined;
      return {
        ...base,
        status: 'error',
        retryable,
        uncertain: report.uncertain === true,
        errorText: report.error ?? null,
        ...(retryInMs === undefined ? {} : { retryInMs }),
      };
    }
  }
}

const needsDocument = (type: FiscalTaskType): boolean => type === 'sale' || type === 'refund';

const refuse = (code: ErrorCode, message: string): StatusDecision => ({ kind: 'refuse', code, message });
const illegal = (from: string, to: string): StatusDecision =>
  refuse('fiscal.illegal_transition', `a task that is ${from} does not become ${to}`);
const refuseInput = (path: string, message: string): StatusDecision => ({
  kind: 'refuse',
  code: 'app.bad_input',
  message: 'some fields are wrong',
  issues: [{ path, message }],
});
