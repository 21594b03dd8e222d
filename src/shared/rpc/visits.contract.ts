import { z } from 'zod';
import { Phone } from '../kernel/schemas.ts';
import { Language, ResumedVisit, Visit, VisitContact, VisitKind } from '../visits/visits.schema.ts';
import { command, faults, query } from './procedure.ts';

export const visitsContract = {
  /** The visit going on at this kiosk; null on the attract screen. */
  current: query(['kiosk']).output(Visit.nullable()).errors(faults()),
  /**
   * The visit that a screen which begins goes on with; null when there is none. One that was left unpaid, or too long ago,
   * ends by this.
   */
  resume: command(['kiosk']).output(ResumedVisit.nullable()).errors(faults()),
  start: command(['kiosk'])
    .input(z.strictObject({ kind: VisitKind, language: Language }))
    .output(Visit)
    .errors(faults('visits.already_active', 'visits.out_of_order')),
  setContact: command(['kiosk'])
    .input(
      z.strictObject({
        id: z.string(),
        contact: z.strictObject({
          name: VisitContact.shape.name,
          email: VisitContact.shape.email,
          phone: Phone.optional(),
        }),
      }),
    )
    .output(Visit)
    .errors(faults('visits.not_found', 'visits.expired')),
  /** The service was given. */
  complete: command(['kiosk'])
    .input(z.strictObject({ id: z.string() }))
    .output(Visit)
    .errors(faults('visits.not_found', 'visits.expired', 'visits.illegal_transition')),
  /** The client went away; also what the idle timer calls. A visit whose payment is going on is not expired. */
  expire: command(['kiosk'])
    .input(z.strictObject({ id: z.string() }))
    .output(Visit)
    .errors(faults('visits.not_found', 'visits.illegal_transition')),
};
