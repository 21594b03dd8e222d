/**
 * Who works at this device. One till, one person: the session is in the memory of the device and ends with it, so after
 * a restart somebody has to sign in again. Headquarters owns the members; only the count of wrong PINs is kept here.
 *
 * Composition: `createStaff(core)`. The door's `signedIn` is `() => staff.signedIn() !== undefined`; others take
 * `() => staff.operator()`.
 */

import type { Core } from '#main/core.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Approval } from '#shared/rpc/staff.contract.ts';
import { type ApprovalAction, mayApprove, type StaffMember } from '#shared/staff/staff.schema.ts';
import { type ApprovalNeed, createApprovals } from './approvals.service.ts';
import { isPinRight } from './pin.ts';
import { clearAttempts, findActiveMember, findAttempts, listActiveMembers, setAttempts } from './staff.repo.ts';
import { decideAttempt, operatorOf } from './staff.rules.ts';

export interface StaffService {
  /** Members who may sign in, by name. */
  list(): StaffMember[];
  /** Read anew each time: a member whom headquarters dismissed is signed out by that. */
  signedIn(): StaffMember | undefined;
  /** Throws `staff.pin_wrong` (also for an unknown member), `staff.locked` with `retryAt`, `device.revoked`. */
  signIn(memberId: string, pin: string): Promise<StaffMember>;
  signOut(): void;
  /** Who answers for one act by their PIN: nobody is signed in by it. Throws as `signIn`. */
  vouch(memberId: string, pin: string): Promise<Operator>;
  /** The cashier of a fiscal document: tags 1021 and 1203. Throws `staff.not_signed_in`. */
  operator(): Operator;
  /**
   * A supervisor consents to one act of whoever is signed in, for five minutes. Throws `staff.not_supervisor`, and as
   * `signIn` does: the count of wrong PINs is the same one.
   */
  approve(request: ApprovalRequest): Promise<Approval>;
  /**
   * Who answers for an act that needs a supervisor: the one who is signed in, if they are one, else the giver of the
   * approval, which is used up with the transaction. Call it once the act is known not to be a repeat. Throws
   * `staff.approval_required` with the action, the subject and `facts`.
   */
  requireApproval(need: ApprovalNeed): Operator;
}

export interface ApprovalRequest {
  readonly memberId: string;
  readonly pin: string;
  readonly action: ApprovalAction;
  /** The id of the act it is for. */
  readonly subject: string;
}

/** What a screen may know of a member: never the verifier of the PIN. */
export const toCard = ({ id, name, role }: StaffMember) => ({ id, name, role });

export function createStaff(
  core: Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'changes'>,
  /** True: this device is on its way out, and nobody begins anything at it. */
  isClosed: () => boolean = () => false,
): StaffService {
  const { db, now, changes } = core;
  const log = core.log.child({ domain: 'staff' });
  const approvals = createApprovals(core);
  let memberId: string | undefined;

  const signedIn = (): StaffMember | undefined => (memberId === undefined ? undefined : findActiveMember(db, memberId));

  /** Charges a try, and commits it, before the PIN is looked at. */
  const charge = (member: StaffMember): void => {
    const decision = db.transaction(
      (tx) => {
        const decided = decideAttempt(findAttempts(tx, member.id), now());
        if (decided.kind === 'try') setAttempts(tx, member.id, decided.charged);
        return decided;
      },
      { behavior: 'immediate' },
    );
    if (decision.kind === 'try') return;
    log.warn('a PIN refused while locked', { memberId: member.id, retryAt: decision.retryAt });
    throw new AppError('staff.locked', 'too many wrong PINs', { details: { retryAt: decision.retryAt } });
  };

  const findKnown = (id: string): StaffMember => {
    const member = findActiveMember(db, id);
    if (!member) throw new AppError('staff.pin_wrong', 'wrong PIN or unknown member');
    return member;
  };

  const checkPin = async (member: StaffMember, pin: string): Promise<void> => {
    charge(member);
    if (!(await isPinRight(pin, member.pinVerifier))) {
      const attempts = findAttempts(db, member.id);
      log.warn('a wrong PIN', { memberId: member.id, failures: attempts?.failures });
      const retryAt = attempts?.lockedUntil ?? undefined;
      if (retryAt === undefined) throw new AppError('staff.pin_wrong', 'wrong PIN or unknown member');
      throw new AppError('staff.locked', 'too many wrong PINs', { details: { retryAt } });
    }
    db.transaction((tx) => clearAttempts(tx, member.id), { behavior: 'immediate' });
  };

  const requireSignedIn = (): StaffMember => {
    const member = signedIn();
    if (!member) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
    return member;
  };

  return {
    list: () => listActiveMembers(db),
    signedIn,
    signIn: async (id, pin) => {
      if (isClosed()) throw new AppError('device.revoked', 'headquarters has this device erased');
      const member = findKnown(id);
      await checkPin(member, pin);
      memberId = id;
      log.info('signed in', { memberId: id, role: member.role });
      changes.emit({ collection: 'staff', ids: [id] });
      return member;
    },
    signOut: () => {
      if (memberId === undefined) return;
      log.info('signed out', { memberId });
      changes.emit({ collection: 'staff', ids: [memberId] });
      memberId = undefined;
    },
    vouch: async (id, pin) => {
      const member = findKnown(id);
      await checkPin(member, pin);
      return operatorOf(member);
    },
    operator: () => operatorOf(requireSignedIn()),
    approve: async ({ memberId: approverId, pin, action, subject }) => {
      const asked = requireSignedIn();
      const approver = findKnown(approverId);
      if (!mayApprove(approver.role))
        throw new AppError('staff.not_supervisor', `a ${approver.role} cannot allow this`);
      await checkPin(approver, pin);
      // The PIN took a while to check: somebody else may stand at the till by now.
      const cashier = requireSignedIn();
      if (cashier.id !== asked.id) throw new AppError('staff.not_signed_in', 'the cashier changed meanwhile');
      const { approvalId, expiresAt } = approvals.grant(approver, cashier, action, subject);
      log.info('approval given', { memberId: approver.id, cashierId: cashier.id, action, subject });
      return { approvalId, approver: { id: approver.id, name: approver.name, role: approver.role }, expiresAt };
    },
    requireApproval: (need) => approvals.require(signedIn(), need),
  };
}
