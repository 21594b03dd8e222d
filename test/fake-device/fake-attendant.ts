/** The service menu of the fake kiosk: every PIN opens it, every instrument answers but the gauge. */
import { implement } from '@orpc/server';
import { AppError } from '#shared/kernel/errors.ts';
import { type AttendantState, CAPABILITIES, type Capability } from '#shared/rpc/attendant.contract.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import { mayApprove } from '#shared/staff/staff.schema.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import { staff } from './data.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
type Door = ReturnType<typeof withNothing>['attendant'];

interface Ports {
  readonly now: () => number;
  readonly changed: (collection: Change['collection'], ...ids: string[]) => void;
  readonly visit: () => Visit | null;
  readonly endVisit: (id: string) => void;
}

export function createFakeAttendant({ now, changed, visit, endVisit }: Ports) {
  const off = new Map<Capability, number>();
  const people = staff.filter(({ role }) => mayApprove(role)).map(({ id, name, role }) => ({ id, name, role }));
  const state = (): AttendantState => {
    const current = visit();
    return {
      capabilities: CAPABILITIES.map((name) => {
        const offSince = off.get(name);
        return { name, isSetUp: name !== 'printing', ...(offSince === undefined ? {} : { offSince }) };
      }),
      instruments: { adapter: '192.168.0.10:35000', gauge: '/dev/ttyUSB0@9600' },
      ...(current
        ? { visit: { id: current.id, kind: current.kind, startedAt: current.createdAt, isPaid: false } }
        : {}),
      version: '0.0.0',
      platform: 'linux-x64',
      mayLeave: true,
    };
  };
  return (door: Door) => ({
    off: door.off.handler(() => [...off.keys()]),
    staff: door.staff.handler(() => people),
    open: door.open.handler(({ input }) => {
      const member = people.find(({ id }) => id === input.memberId);
      if (!member) throw new AppError('staff.pin_wrong', 'nobody');
      return { member };
    }),
    close: door.close.handler(() => undefined),
    state: door.state.handler(state),
    switch: door.switch.handler(({ input }) => {
      if (input.isOff) off.set(input.capability, now());
      else off.delete(input.capability);
      changed('device');
      return state();
    }),
    test: door.test.handler(({ input }) =>
      input.instrument === 'adapter'
        ? { kind: 'answers', said: 'ELM327 v1.5, 12.4 V' }
        : { kind: 'fails', fault: 'adapter_unreachable', said: 'ENOENT' },
    ),
    leave: door.leave.handler(() => undefined),
    endVisit: door.endVisit.handler(() => {
      const current = visit();
      if (current) endVisit(current.id);
      return state();
    }),
  });
}
