/**
 * Recovery by proof: from what was written before the command and what the register says now, what became of a task.
 * The proof is a document that bears the task's id, never "the number grew": an auto-opened shift does that too.
 */

import { receiptKindOf } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import type { ShiftReading } from '#shared/fiscal/shift.schema.ts';
import type { CashReading, FoundDocument, RegisterStatus } from './fiscal.register.ts';

/** What a register was like the moment before a task was sent to it: what recovery compares with. */
export interface Baseline {
  /** Cash in and out: the counter that the move must change. */
  readonly cash?: CashReading;
  /** `close_shift`: what the Z report is made of, read before the counters begin anew. */
  readonly reading?: ShiftReading;
  readonly fnNumber: string;
  readonly kktSerial: string;
  readonly lastDocumentNumber: number;
  readonly shiftNumber: number;
  readonly shiftState: string;
  readonly expectedTotalMinor: number;
  readonly attempt: number;
  /** This device's clock, Unix ms. */
  readonly at: number;
  /** Of a copy that was put back: what came after it may be of sales that this device does not remember. */
  readonly fromCopy?: true;
}

export interface Evidence {
  readonly status: Pick<RegisterStatus, 'kktSerial' | 'fnNumber' | 'lastDocumentNumber' | 'receiptOpen'>;
  /** Documents `baseline.lastDocumentNumber + 1 … status.lastDocumentNumber`; `undefined` for one that could not be read. */
  readonly documents: readonly (FoundDocument | undefined)[];
}

export type Verdict =
  | { readonly kind: 'closed'; readonly document: FoundDocument }
  | { readonly kind: 'not_closed'; readonly openReceipt: boolean }
  | {
      readonly kind: 'unknown';
      readonly reason:
        | 'another_register'
        | 'number_went_back'
        | 'document_unreadable'
        | 'many_candidates'
        | 'counter_disagrees';
    };

/** Is the register that answers the one that was sent to, with the fiscal memory that it had? */
export const isSameRegister = (baseline: Baseline, status: Pick<RegisterStatus, 'kktSerial' | 'fnNumber'>): boolean =>
  status.kktSerial === baseline.kktSerial && status.fnNumber === baseline.fnNumber;

/** Judges a task that may have been sent. Pure; reads nothing. */
export function judge(
  task: Pick<FiscalTask, 'id' | 'type' | 'receipt'>,
  baseline: Baseline,
  evidence: Evidence,
): Verdict {
  const { status, documents } = evidence;
  if (!isSameRegister(baseline, status)) return { kind: 'unknown', reason: 'another_register' };
  if (status.lastDocumentNumber < baseline.lastDocumentNumber) return { kind: 'unknown', reason: 'number_went_back' };
  const ours = documents.find((document) => document?.taskId === task.id);
  if (ours !== undefined) return { kind: 'closed', document: ours };
  if (documents.includes(undefined)) return { kind: 'unknown', reason: 'document_unreadable' };
  const candidates = documents.filter((document) => document !== undefined && mayBe(task, document));
  const [only] = candidates;
  if (only === undefined) return { kind: 'not_closed', openReceipt: status.receiptOpen };
  // Among sales that nobody here remembers, a document that does not say whose it is may be any of theirs.
  const isProof = candidates.length === 1 && baseline.fromCopy === undefined;
  return isProof ? { kind: 'closed', document: only } : { kind: 'unknown', reason: 'many_candidates' };
}

/** Could this document, which bears no task's id, be what the task asked for? One with another's id never is. */
function mayBe(task: Pick<FiscalTask, 'type' | 'receipt'>, document: FoundDocument): boolean {
  if (document.taskId !== undefined) return false;
  const kind = receiptKindOf(task.type);
  if (kind === undefined) return document.kind === task.type;
  return document.kind === kind && document.totalMinor === task.receipt?.totalMinor;
}

/**
 * Whether cash was moved, by the register's counter before and after. The first move opens a shift that is closed, and a
 * new shift counts from zero. Anything but exactly one move of exactly this sum is not ours to explain.
 */
export function judgeCash(
  before: CashReading,
  after: CashReading,
  amountMinor: number,
): 'moved' | 'not_moved' | 'unknown' {
  const base = after.shiftNumber === before.shiftNumber ? before : { count: 0, totalMinor: 0 };
  const count = after.count - base.count;
  const totalMinor = after.totalMinor - base.totalMinor;
  if (count === 0 && totalMinor === 0) return 'not_moved';
  return count === 1 && totalMinor === amountMinor ? 'moved' : 'unknown';
}
