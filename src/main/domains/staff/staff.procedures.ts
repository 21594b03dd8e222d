import { rpc } from '#main/rpc/rpc.ts';
import type { StaffPolicy, StaffSession } from '#shared/rpc/staff.contract.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { type StaffService, toCard } from './staff.service.ts';

const toSession = (member: StaffMember | undefined): StaffSession =>
  member === undefined ? {} : { member: toCard(member) };

export const staffProcedures = (staff: StaffService, policy: StaffPolicy) => ({
  policy: rpc.staff.policy.handler(() => policy),
  list: rpc.staff.list.handler(() => staff.list().map(toCard)),
  current: rpc.staff.current.handler(() => toSession(staff.signedIn())),
  signIn: rpc.staff.signIn.handler(async ({ input }) => toSession(await staff.signIn(input.memberId, input.pin))),
  approve: rpc.staff.approve.handler(({ input }) => staff.approve(input)),
  signOut: rpc.staff.signOut.handler(() => {
    staff.signOut();
    return toSession(undefined);
  }),
});
