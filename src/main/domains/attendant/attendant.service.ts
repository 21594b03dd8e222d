/**
 * The service menu of a kiosk: who may open it, what it shows, and its tests. A test of an instrument says hello and hangs
 * up; nothing of a car is read, and none begins while the instrument serves a guest.
 *
 * Composition: `createSwitches(core)` early, for others ask it; `createAttendant(core, deps)` last.
 */
import type { Core } from '#main/core.ts';
import type { StaffService } from '#main/domains/staff/staff.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { AttendantState, Capability, Instrument, TestResult } from '#shared/rpc/attendant.contract.ts';
import { CAPABILITIES, INSTRUMENTS } from '#shared/rpc/attendant.contract.ts';
import { mayApprove, type StaffMember } from '#shared/staff/staff.schema.ts';
import type { Switches } from './switches.service.ts';

export interface AttendantDeps {
  readonly staff: Pick<StaffService, 'list' | 'signedIn' | 'signIn' | 'signOut'>;
  readonly visits: Pick<VisitService, 'current' | 'finish'>;
  readonly isPaid: (visitId: string) => boolean;
  readonly switches: Switches;
  /** What is set up: where it is, and how it is tried. */
  readonly instruments: { readonly [I in Instrument]?: InstrumentAtHand | undefined };
  readonly program: { readonly version: string; readonly platform: string };
  /** Ends the program in an orderly way, and for good. Absent: it has no shell that could. */
  readonly leave?: (() => void) | undefined;
}

export interface InstrumentAtHand {
  readonly address: string;
  readonly test: () => Promise<TestResult>;
}

export interface Attendant {
  off(): Capability[];
  staff(): StaffMember[];
  /** Throws `staff.pin_wrong`, `staff.locked`, `staff.not_supervisor`. */
  open(memberId: string, pin: string): Promise<StaffMember>;
  close(): void;
  state(): AttendantState;
  /** Throws `staff.not_signed_in`. */
  switch(capability: Capability, isOff: boolean): AttendantState;
  /** Throws `diagnostics.busy`. */
  test(instrument: Instrument): Promise<TestResult>;
  endVisit(): AttendantState;
  /** Throws `staff.not_signed_in`, `visits.illegal_transition` while a guest is served, `app.unavailable`. */
  leave(): void;
}

export function createAttendant(core: Core, deps: AttendantDeps): Attendant {
  const { staff, visits, switches, instruments, program, isPaid } = deps;
  const log = core.log.child({ domain: 'attendant' });

  const isSetUp = (capability: Capability): boolean => {
    if (capability === 'diagnostics') return instruments.adapter !== undefined;
    return capability !== 'printing' || instruments.printer !== undefined;
  };
  const state = (): AttendantState => {
    const off = new Map(switches.list().map(({ capability, since }) => [capability, since]));
    const visit = visits.current();
    return {
      capabilities: CAPABILITIES.map((name) => {
        const offSince = off.get(name);
        return { name, isSetUp: isSetUp(name), ...(offSince === undefined ? {} : { offSince }) };
      }),
      instruments: Object.fromEntries(
        INSTRUMENTS.flatMap((name) => {
          const address = instruments[name]?.address;
          return address === undefined ? [] : [[name, address]];
        }),
      ),
      ...(visit === undefined
        ? {}
        : { visit: { id: visit.id, kind: visit.kind, startedAt: visit.createdAt, isPaid: isPaid(visit.id) } }),
      ...program,
      mayLeave: deps.leave !== undefined,
    };
  };
  const requireMember = (): StaffMember => {
    const member = staff.signedIn();
    if (member) return member;
    throw new AppError('staff.not_signed_in', 'nobody is signed in at this kiosk');
  };

  return {
    off: () => switches.list().map(({ capability }) => capability),
    staff: () => staff.list().filter(({ role }) => mayApprove(role)),
    open: async (memberId, pin) => {
      const known = staff.list().find(({ id }) => id === memberId);
      if (known && !mayApprove(known.role)) {
        throw new AppError('staff.not_supervisor', `a ${known.role} does not open the service menu`);
      }
      const member = await staff.signIn(memberId, pin);
      log.info('the service menu is open', { memberId });
      return member;
    },
    close: () => staff.signOut(),
    state,
    switch: (capability, isOff) => {
      switches.set(capability, isOff, requireMember().id);
      return state();
    },
    test: async (instrument) => {
      if (instrument !== 'printer' && visits.current()) {
        throw new AppError('diagnostics.busy', 'an instrument is not tried while a guest is served');
      }
      const at = instruments[instrument];
      const result: TestResult = at ? await at.test() : { kind: 'fails', fault: 'not_set_up', said: '' };
      log.info('an instrument is tried', { instrument, ...result });
      return result;
    },
    endVisit: () => {
      const visit = visits.current();
      if (visit) {
        log.warn('a visit is ended by a person', { visitId: visit.id, memberId: requireMember().id });
        visits.finish(visit.id, 'failed');
      }
      return state();
    },
    leave: () => {
      const { id: memberId } = requireMember();
      if (visits.current()) throw new AppError('visits.illegal_transition', 'a guest is served at this kiosk');
      const { leave } = deps;
      if (leave === undefined) throw new AppError('app.unavailable', 'nothing here can end the program');
      log.warn('a person leaves the kiosk', { memberId });
      // The answer goes first: a page without one would say that the line was lost.
      setImmediate(leave);
    },
  };
}
