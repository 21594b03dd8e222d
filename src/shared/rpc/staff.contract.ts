import { z } from 'zod';
import { Pin, StaffMember } from '../staff/staff.schema.ts';
import { command, faults, query } from './procedure.ts';

const Member = StaffMember.pick({ id: true, name: true, role: true });
export const StaffSession = z.object({ member: Member.optional() });
export type StaffSession = z.infer<typeof StaffSession>;

export const staffContract = {
  list: query(['cashier', 'manager']).output(z.array(Member)).errors(faults()),
  current: query(['cashier', 'manager']).output(StaffSession).errors(faults()),
  /** Five wrong PINs lock the member for five minutes, over restarts. `params.retryAt` says until when. */
  signIn: command(['cashier', 'manager'])
    .input(z.strictObject({ memberId: z.string(), pin: Pin }))
    .output(StaffSession)
    .errors(faults('staff.pin_wrong', 'staff.locked')),
  signOut: command(['cashier', 'manager']).output(StaffSession).errors(faults()),
};
