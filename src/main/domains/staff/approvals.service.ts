/**
 * Consent of a supervisor to one act of a cashier. What was granted is in memory and ends with the device's run; what
 * was used is in the journal, written in the transaction of the act itself: an act that is rolled back has not used it.
 */
import type { Core } from '#main/core.ts';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { listSteps, recordStep } from '#main/journal/journal.repo.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { type ApprovalAction, mayApprove, type StaffMember } from '#shared/staff/staff.schema.ts';
import { operatorOf } from './staff.rules.ts';

export const APPROVAL_TTL_MS = 5 * 60_000;

interface Grant {
  readonly approvalId: string;
  readonly action: ApprovalAction;
  readonly subject: string;
  readonly approver: StaffMember;
  /** The cashier it was given to. */
  readonly memberId: string;
  readonly expiresAt: number;
}

export interface ApprovalNeed {
  readonly action: ApprovalAction;
  /** The id of the act. */
  readonly subject: string;
  readonly approvalId: string | undefined;
  /** The transaction of the act. Without one, the use is written down at once. */
  readonly tx?: WriteTx;
  /** What the screen tells the supervisor when consent is missing, and the audit keeps when it is there. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface Approvals {
  grant(approver: StaffMember, to: StaffMember, action: ApprovalAction, subject: string): Grant;
  require(signedIn: StaffMember | undefined, need: ApprovalNeed): Operator;
}

const GIVEN = 'APPROVAL_GIVEN';
const USED = 'APPROVAL_USED';

export function createApprovals({ db, now, newId }: Pick<Core, 'db' | 'now' | 'newId'>): Approvals {
  const grants = new Map<string, Grant>();
  const write = (work: (tx: WriteTx) => void): void => db.transaction(work, { behavior: 'immediate' });
  const nameOf = ({ id, name }: StaffMember) => ({ id, name });

  const isUsed = (reader: Reader, { subject, approvalId }: Grant): boolean =>
    listSteps(reader, 'audit', subject).some(
      ({ step, details }) => step === USED && details['approvalId'] === approvalId,
    );

  return {
    grant(approver, to, action, subject) {
      for (const [id, { expiresAt }] of grants) if (expiresAt <= now()) grants.delete(id);
      const approvalId = newId();
      const grant = { approvalId, action, subject, approver, memberId: to.id, expiresAt: now() + APPROVAL_TTL_MS };
      write((tx) =>
        recordStep(tx, {
          kind: 'audit',
          subject,
          step: GIVEN,
          details: { approvalId, action, by: nameOf(approver), for: nameOf(to) },
          at: now(),
        }),
      );
      grants.set(approvalId, grant);
      return grant;
    },
    require(signedIn, { action, subject, approvalId, tx, facts = {} }) {
      if (!signedIn) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
      const grant = approvalId === undefined ? undefined : grants.get(approvalId);
      const isForThis =
        grant !== undefined &&
        grant.action === action &&
        grant.subject === subject &&
        grant.memberId === signedIn.id &&
        grant.expiresAt > now() &&
        !isUsed(tx ?? db, grant);
      const approver = mayApprove(signedIn.role) ? signedIn : isForThis ? grant.approver : undefined;
      if (approver === undefined) {
        throw new AppError('staff.approval_required', `a supervisor has to allow: ${action}`, {
          details: { ...facts, action, subject, isStale: approvalId !== undefined },
        });
      }
      const used = {
        kind: 'audit',
        subject,
        step: USED,
        details: {
          ...facts,
          action,
          by: nameOf(approver),
          for: nameOf(signedIn),
          ...(approver === signedIn ? {} : { approvalId }),
        },
        at: now(),
      };
      if (tx) recordStep(tx, used);
      else write((own) => recordStep(own, used));
      return operatorOf(approver);
    },
  };
}
