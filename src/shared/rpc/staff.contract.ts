import { z } from 'zod';
import { Id, Millis, Minor } from '../kernel/schemas.ts';
import { ApprovalAction, Pin, StaffMember } from '../staff/staff.schema.ts';
import { command, faults, query } from './procedure.ts';

export const StaffCard = StaffMember.pick({ id: true, name: true, role: true });
export const StaffSession = z.object({ member: StaffCard.optional() });
export type StaffSession = z.infer<typeof StaffSession>;

/** A supervisor's consent to one act: good once, for this action on this subject, until it expires. */
export const Approval = z.object({
  approvalId: Id,
  approver: StaffCard,
  /** Unix ms by this device's clock. */
  expiresAt: Millis,
});
export type Approval = z.infer<typeof Approval>;

/** What a cashier does without a supervisor. */
export const StaffPolicy = z.object({
  /** Of the full price of a receipt, whole percent. */
  discountLimitPercent: z.int().min(0).max(100),
  /** Taken off one receipt. */
  voidLimitMinor: Minor,
});
export type StaffPolicy = z.infer<typeof StaffPolicy>;

export const staffContract = {
  policy: query(['cashier']).output(StaffPolicy).errors(faults()),
  list: query(['cashier', 'manager']).output(z.array(StaffCard)).errors(faults()),
  current: query(['cashier', 'manager']).output(StaffSession).errors(faults()),
  /** Five wrong PINs lock the member for five minutes, over restarts. `params.retryAt` says until when. */
  signIn: command(['cashier', 'manager'])
    .input(z.strictObject({ memberId: z.string(), pin: Pin }))
    .output(StaffSession)
    .errors(faults('staff.pin_wrong', 'staff.locked')),
  /**
   * A supervisor or manager consents by PIN to what the signed-in cashier is about to do. `subject` is the id of that
   * act (the checkout, the refund, …). Wrong PINs count together with those of signing in.
   */
  approve: command(['cashier', 'manager'], { signedIn: true })
    .input(
      z.strictObject({ memberId: z.string(), pin: Pin, action: ApprovalAction, subject: z.string().min(1).max(128) }),
    )
    .output(Approval)
    .errors(faults('staff.pin_wrong', 'staff.locked', 'staff.not_supervisor')),
  signOut: command(['cashier', 'manager']).output(StaffSession).errors(faults()),
};
