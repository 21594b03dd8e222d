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
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { isPinRight } from './pin.ts';
import { clearAttempts, findActiveMember, findAttempts, listActiveMembers, setAttempts } from './staff.repo.ts';
import { decideAttempt } from './staff.rules.ts';

export interface StaffService {
  /** Members who may sign in, by name. */
  list(): StaffMember[];
  /** Read anew each time: a member whom headquarters dismissed is signed out by that. */
  signedIn(): StaffMember | undefined;
  /** Throws `staff.pin_wrong` (also for an unknown member) and `staff.locked` with `retryAt`. */
  signIn(memberId: string, pin: string): Promise<StaffMember>;
  signOut(): void;
  /** The cashier of a fiscal document: tags 1021 and 1203. Throws `staff.not_signed_in`. */
  operator(): Operator;
}

export function createStaff(core: Pick<Core, 'db' | 'now' | 'log' | 'changes'>): StaffService {
  const { db, now, changes } = core;
  const log = core.log.child({ domain: 'staff' });
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
    log.warn('sign-in refused while locked', { memberId: member.id, retryAt: decision.retryAt });
    throw new AppError('staff.locked', 'too many wrong PINs', { details: { retryAt: decision.retryAt } });
  };

  return {
    list: () => listActiveMembers(db),
    signedIn,
    signIn: async (id, pin) => {
      const member = findActiveMember(db, id);
      if (!member) throw new AppError('staff.pin_wrong', 'wrong PIN or unknown member');
      charge(member);
      if (!(await isPinRight(pin, member.pinVerifier))) {
        const attempts = findAttempts(db, id);
        log.warn('sign-in with a wrong PIN', { memberId: id, failures: attempts?.failures });
        const retryAt = attempts?.lockedUntil ?? undefined;
        if (retryAt === undefined) throw new AppError('staff.pin_wrong', 'wrong PIN or unknown member');
        throw new AppError('staff.locked', 'too many wrong PINs', { details: { retryAt } });
      }
      db.transaction((tx) => clearAttempts(tx, id), { behavior: 'immediate' });
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
    operator: () => {
      const member = signedIn();
      if (!member) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
      return { name: member.name, ...(member.vatin === undefined ? {} : { vatin: member.vatin }) };
    },
  };
}
