/**
 * Recovery by proof: from what was written before the command and what the register says now, what became of a task.
 * The proof is a document that bears the task's id, never "the number grew": an auto-opened shift does that too.
 */

import { receiptKindOf } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import type { FoundDocument, RegisterStatus } from './fiscal.register.ts';

/** What a register was like the moment before a task was sent to it: what recovery compares with. */
export interface Baseline {
  readonly fnNumber: string;
  readonly kktSerial: string;
  readonly lastDocumentNumber: number;
  readonly shiftNumber: number;
  readonly shiftState: string;
  readonly expectedTotalMinor: number;
  readonly attempt: number;
  /** This device's clock, Unix ms. */
  readonly at: number;
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
      readonly reason: 'another_register' | 'number_went_back' | 'document_unreadable' | 'many_candidates';
    };

/** Judges a task that may have been sent. Pure; reads nothing. */
export function judge(
  task: Pick<FiscalTask, 'id' | 'type' | 'receipt'>,
  baseline: Baseline,
  evidence: Evidence,
): Verdict {
  const { status, documents } = evidence;
  if (status.kktSerial !== baseline.kktSerial || status.fnNumber !== baseline.fnNumber) {
    return { kind: 'unknown', reason: 'another_register' };
  }
  if (status.lastDocumentNumber < baseline.lastDocumentNumber) return { kind: 'unknown', reason: 'number_went_back' };
  const ours = documents.find((document) => document?.taskId === task.id);
  if (ours !== undefined) return { kind: 'closed', document: ours };
  if (documents.includes(undefined)) return { kind: 'unknown', reason: 'document_unreadable' };
  const candidates = documents.filter((document) => document !== undefined && mayBe(task, document));
  const [only] = candidates;
  if (only === undefined) return { kind: 'not_closed', openReceipt: status.receiptOpen };
  return candidates.length === 1 ? { kind: 'closed', document: only } : { kind: 'unknown', reason: 'many_candidates' };
}

/** Could this document, which bears no task's id, be what the task asked for? One with another's id never is. */
function mayBe(task: Pick<FiscalTask, 'type' | 'receipt'>, document: FoundDocument): boolean {
  if (document.taskId !== undefined) return false;
  const kind = receiptKindOf(task.type);
  if (kind === undefined) return document.kind === task.type;
  return document.kind === kind && document.totalMinor === task.receipt?.totalMinor;
}
