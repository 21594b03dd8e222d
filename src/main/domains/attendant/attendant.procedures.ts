import { toCard } from '#main/domains/staff/staff.service.ts';
import { rpc } from '#main/rpc/rpc.ts';
import type { Attendant } from './attendant.service.ts';

export const attendantProcedures = (attendant: Attendant) => ({
  off: rpc.attendant.off.handler(() => attendant.off()),
  staff: rpc.attendant.staff.handler(() => attendant.staff().map(toCard)),
  open: rpc.attendant.open.handler(async ({ input }) => ({
    member: toCard(await attendant.open(input.memberId, input.pin)),
  })),
  close: rpc.attendant.close.handler(() => attendant.close()),
  state: rpc.attendant.state.handler(() => attendant.state()),
  switch: rpc.attendant.switch.handler(({ input }) => attendant.switch(input.capability, input.isOff)),
  test: rpc.attendant.test.handler(({ input }) => attendant.test(input.instrument)),
  leave: rpc.attendant.leave.handler(() => attendant.leave()),
  endVisit: rpc.attendant.endVisit.handler(() => attendant.endVisit()),
});
