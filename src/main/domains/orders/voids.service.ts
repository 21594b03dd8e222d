/** What was taken off receipts before they were sales: the one place where goods can leave a till with no document. */
import type { Core } from '#main/core.ts';
import type { ApprovalNeed } from '#main/domains/staff/approvals.service.ts';
import { listSteps, recordStep } from '#main/journal/journal.repo.ts';
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
}

export interface Voids {
  /** Throws `staff.approval_required` when the receipt's voids together pass the limit; then nothing is kept. */
  recordVoid(request: VoidRequest): void;
  restoreVoid(request: Pick<VoidRequest, 'id' | 'receiptId'>): void;
}

const VOIDED = 'VOIDED';
const RESTORED = 'VOID_RESTORED';

export function createVoids(
  { db, now }: Pick<Core, 'db' | 'now'>,
  { operator, requireApproval, voidLimitMinor }: VoidDeps,
): Voids {
  return {
    recordVoid: ({ id, receiptId, what, lines, approvalId }) =>
      db.transaction(
        (tx) => {
          const steps = listSteps(tx, 'audit', receiptId);
          const restored = new Set(
            steps.filter(({ step }) => step === RESTORED).map(({ details }) => details['voidId']),
          );
          const before = steps.filter(({ step, details }) => step === VOIDED && !restored.has(details['voidId']));
          if (steps.some(({ step, details }) => step === VOIDED && details['voidId'] === id)) return;
          const amountMinor = sumMinor(lines.map((line) => line.totalMinor));
          // What a supervisor allowed is not counted again.
          const alone = before.filter(({ details }) => details['approvedBy'] === undefined);
          const togetherMinor = sumMinor([amountMinor, ...alone.map(({ details }) => Number(details['amountMinor']))]);
          const approver =
            togetherMinor > voidLimitMinor
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
              by: operator().name,
              ...(approver === undefined ? {} : { approvedBy: approver.name }),
            },
            at: now(),
          });
        },
        { behavior: 'immediate' },
      ),
    restoreVoid: ({ id, receiptId }) =>
      db.transaction(
        (tx) => {
          const details = { voidId: id, by: operator().name };
          recordStep(tx, { kind: 'audit', subject: receiptId, step: RESTORED, details, at: now() });
        },
        { behavior: 'immediate' },
      ),
  };
}
