/** What was taken off receipts before they were sales: the one place where goods can leave a till with no document. */
import type { Core } from '#main/core.ts';
import type { ApprovalNeed } from '#main/domains/staff/approvals.service.ts';
import { type JournalEntry, listSteps, recordStep } from '#main/journal/journal.repo.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { sumMinor } from '#shared/kernel/money.ts';

export interface VoidDeps {
  /** Who is signed in. Throws `staff.not_signed_in`. */
  readonly operator: () => Operator;
  /** Throws `staff.approval_required`. */
  readonly requireApproval: (need: ApprovalNeed) => Operator;
  /** What a cashier takes off one receipt alone. */
  readonly voidLimitMinor: number;
}

export interface VoidRequest {
  readonly id: string;
  readonly receiptId: string;
  readonly what: 'line' | 'receipt' | 'held';
  readonly lines: readonly {
    readonly itemId: string;
    readonly name: string;
    readonly quantityMilli: number;
    readonly totalMinor: number;
  }[];
  readonly approvalId?: string | undefined;
  /** It was done before, by `by` at `at` (Unix ms), and can no longer be undone. */
  readonly late?: { readonly by: string; readonly at: number } | undefined;
}

export interface Voids {
  /**
   * Throws `staff.approval_required` when the receipt's voids together pass the limit; then nothing is kept. A late one is
   * kept all the same, with the note that nobody allowed it. The same id is kept once.
   */
  recordVoid(request: VoidRequest): void;
  restoreVoid(request: Pick<VoidRequest, 'id' | 'receiptId' | 'late'>): void;
}

const VOIDED = 'VOIDED';
const RESTORED = 'VOID_RESTORED';

export function createVoids(
  { db, now }: Pick<Core, 'db' | 'now'>,
  { operator, requireApproval, voidLimitMinor }: VoidDeps,
): Voids {
  const isKept = (steps: readonly JournalEntry[], step: string, id: string): boolean =>
    steps.some((one) => one.step === step && one.details['voidId'] === id);
  const who = (late: VoidRequest['late']) =>
    late === undefined ? { by: operator().name } : { by: late.by, doneAt: late.at, heardFrom: operator().name };

  return {
    recordVoid: ({ id, receiptId, what, lines, approvalId, late }) =>
      db.transaction(
        (tx) => {
          const steps = listSteps(tx, 'audit', receiptId);
          if (isKept(steps, VOIDED, id)) return;
          const amountMinor = sumMinor(lines.map((line) => line.totalMinor));
          // What a supervisor allowed is not counted again.
          const alone = steps.filter(
            ({ step, details }) =>
              step === VOIDED &&
              details['approvedBy'] === undefined &&
              !isKept(steps, RESTORED, String(details['voidId'])),
          );
          const togetherMinor = sumMinor([amountMinor, ...alone.map(({ details }) => Number(details['amountMinor']))]);
          const isOverLimit = togetherMinor > voidLimitMinor;
          const approver =
            isOverLimit && late === undefined
              ? requireApproval({ action: 'void', subject: id, approvalId, tx, facts: { amountMinor, receiptId } })
              : undefined;
          recordStep(tx, {
            kind: 'audit',
            subject: receiptId,
            step: VOIDED,
            details: {
              voidId: id,
              what,
              lines,
              amountMinor,
              ...who(late),
              ...(approver === undefined ? {} : { approvedBy: approver.name }),
              ...(isOverLimit && approver === undefined ? { isOverLimit } : {}),
            },
            at: now(),
          });
        },
        { behavior: 'immediate' },
      ),
    restoreVoid: ({ id, receiptId, late }) =>
      db.transaction(
        (tx) => {
          if (isKept(listSteps(tx, 'audit', receiptId), RESTORED, id)) return;
          const details = { voidId: id, ...who(late) };
          recordStep(tx, { kind: 'audit', subject: receiptId, step: RESTORED, details, at: now() });
        },
        { behavior: 'immediate' },
      ),
  };
}
