/** A visit: one client at one kiosk, from the first touch to the thank-you. The seed calls it a session. */
import { z } from 'zod';
import { Email, Id, Millis } from '../kernel/schemas.ts';

export const VISIT_KINDS = ['diagnostics', 'thickness', 'photo'] as const;
export const VisitKind = z.enum(VISIT_KINDS);
export type VisitKind = z.infer<typeof VisitKind>;

export const VisitStatus = z.enum(['active', 'completed', 'expired', 'failed']);
export type VisitStatus = z.infer<typeof VisitStatus>;

/** Languages a kiosk speaks. */
export const LANGUAGES = ['ru', 'en', 'fr', 'es', 'he'] as const;
export const Language = z.enum(LANGUAGES);
export type Language = z.infer<typeof Language>;

export const VisitContact = z.object({
  /** Who a photo is for: said aloud when it is handed over. */
  name: z.string().trim().min(1).max(64).optional(),
  email: Email.optional(),
  /** E.164. */
  phone: z.string().max(16).optional(),
});
export type VisitContact = z.infer<typeof VisitContact>;

/** `OBD-…` for diagnostics, `THK-…` for thickness, `PHT-…` for photo; the suffixes are random. */
export const VisitId = z.string().regex(/^(OBD|THK|PHT)-[A-Z0-9]+-[A-Z0-9]{6,}$/, 'must look like OBD-XXXXXX-XXXXXX');

export const Visit = z.object({
  id: VisitId,
  deviceId: Id,
  kind: VisitKind,
  status: VisitStatus,
  language: Language,
  contact: VisitContact,
  metadata: z.record(z.string().max(64), z.string().max(256)),
  createdAt: Millis,
  expiresAt: Millis,
  finishedAt: Millis.optional(),
  /** When what is personal in it (contact and notes) was erased; the rest stays for the books. */
  erasedAt: Millis.optional(),
});
export type Visit = z.infer<typeof Visit>;

/** Where a guest goes on after the screen went dark. */
export const ResumePoint = z.discriminatedUnion('step', [
  z.object({ step: z.literal('pay') }),
  z.object({ step: z.literal('receipt'), orderId: Id }),
  z.object({ step: z.enum(['work', 'report']) }),
]);
export type ResumePoint = z.infer<typeof ResumePoint>;

export const ResumedVisit = z.object({
  visit: Visit,
  point: ResumePoint,
  /** Was the service given already? Then nothing goes back if the guest does not go on. */
  isServed: z.boolean(),
});
export type ResumedVisit = z.infer<typeof ResumedVisit>;
