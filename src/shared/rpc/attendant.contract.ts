/** What a person of the shop does at a kiosk: behind a hidden corner and a PIN. Guests see none of it. */
import { z } from 'zod';
import { SCAN_FAULTS } from '../diagnostics/diagnostics.schema.ts';
import { Millis } from '../kernel/schemas.ts';
import { Pin } from '../staff/staff.schema.ts';
import { VISIT_KINDS, VisitKind } from '../visits/visits.schema.ts';
import { command, faults, query } from './procedure.ts';
import { StaffCard, StaffSession } from './staff.contract.ts';

/** What can be out of order by itself. */
export const CAPABILITIES = [...VISIT_KINDS, 'printing'] as const;
export const Capability = z.enum(CAPABILITIES);
export type Capability = z.infer<typeof Capability>;

export const INSTRUMENTS = ['adapter', 'gauge', 'printer'] as const;
export const Instrument = z.enum(INSTRUMENTS);
export type Instrument = z.infer<typeof Instrument>;

export const AttendantState = z.object({
  capabilities: z.array(
    z.object({
      name: Capability,
      /** Is there what it needs? A thickness can be typed in, so it needs nothing. */
      isSetUp: z.boolean(),
      /** Since when it is out of order by a person's word; absent while it works. */
      offSince: Millis.optional(),
    }),
  ),
  /** Where each instrument is; absent: none is set up. */
  instruments: z.partialRecord(Instrument, z.string()),
  /** Who is being served; nothing of the guest but the number. */
  visit: z.object({ id: z.string(), kind: VisitKind, startedAt: Millis, isPaid: z.boolean() }).optional(),
  version: z.string(),
  platform: z.string(),
  /** May the program be ended from here? */
  mayLeave: z.boolean(),
});
export type AttendantState = z.infer<typeof AttendantState>;

/** `said`: how the instrument calls itself, or what the print system made of the page; for a person to read. */
export const TestResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answers'), said: z.string() }),
  z.object({ kind: z.literal('fails'), fault: z.enum([...SCAN_FAULTS, 'refused', 'not_set_up']), said: z.string() }),
]);
export type TestResult = z.infer<typeof TestResult>;

export const attendantContract = {
  /** What is out of order by a person's word, for the screens of guests. */
  off: query(['kiosk']).output(z.array(Capability)).errors(faults()),
  /** Who may open the menu: supervisors and managers. */
  staff: query(['kiosk']).output(z.array(StaffCard)).errors(faults()),
  /** Wrong PINs count with those at a till; the lock outlives a restart. */
  open: command(['kiosk'])
    .input(z.strictObject({ memberId: z.string(), pin: Pin }))
    .output(StaffSession)
    .errors(faults('staff.pin_wrong', 'staff.locked', 'staff.not_supervisor')),
  close: command(['kiosk']).output(z.void()).errors(faults()),
  state: query(['kiosk'], { signedIn: true }).output(AttendantState).errors(faults()),
  switch: command(['kiosk'], { signedIn: true })
    .input(z.strictObject({ capability: Capability, isOff: z.boolean() }))
    .output(AttendantState)
    .errors(faults()),
  /** Says hello to an instrument, or prints a page. Throws `diagnostics.busy` while it serves a guest. */
  test: command(['kiosk'], { signedIn: true })
    .input(z.strictObject({ instrument: Instrument }))
    .output(TestResult)
    .errors(faults('diagnostics.busy')),
  /** Sends the guest off. What was paid for and not given goes back. */
  endVisit: command(['kiosk'], { signedIn: true }).output(AttendantState).errors(faults()),
  /** Ends the program: the screen is the machine's again. Throws `visits.illegal_transition` while a guest is served. */
  leave: command(['kiosk'], { signedIn: true })
    .output(z.void())
    .errors(faults('visits.illegal_transition', 'app.unavailable')),
};
