/** The seed's wire of the agent's REST API: its field names, money in kopecks, times in Unix milliseconds. */
import { z } from 'zod';
import { Currency, Email, Id, Millis, Phone } from '#shared/kernel/schemas.ts';
import { type PaymentIntent, PaymentStatus } from '#shared/payments/payments.schema.ts';
import { Language, type Visit, VisitContact, VisitKind, VisitStatus } from '#shared/visits/visits.schema.ts';

/** Far above any service, far below what a slip of three zeros makes of one. */
const MAX_AMOUNT = 10_000_000_000;
const MAX_METADATA_BYTES = 1024;

const Contact = z.strictObject({ email: Email.optional(), phone: Phone.optional() });
const Metadata = z
  .record(z.string().min(1).max(64), z.string().max(256))
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES, 'must be at most 1 KB as JSON');

export const SessionParams = z.strictObject({ id: z.string().min(1).max(64) });
export const IntentParams = z.strictObject({ id: z.string().min(1).max(64) });

export const SessionBody = z.strictObject({
  type: VisitKind,
  contact: Contact.default({}),
  metadata: Metadata.default({}),
  ttlMs: z.int().min(1000).max(86_400_000).optional(),
  language: Language.default('ru'),
});

export const SessionPatch = z.strictObject({
  status: VisitStatus.optional(),
  contact: Contact.optional(),
  metadata: Metadata.optional(),
  /** Only with `status: completed`. */
  completedAt: Millis.optional(),
});
export type SessionPatch = z.infer<typeof SessionPatch>;

/** A body that may be left out. */
export const CompleteBody = z.strictObject({ metadata: Metadata.optional() }).nullish();

export const SessionQuery = z.strictObject({
  type: VisitKind.optional(),
  status: VisitStatus.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const Session = z.strictObject({
  id: z.string(),
  type: VisitKind,
  status: VisitStatus,
  language: Language,
  contact: VisitContact,
  metadata: z.record(z.string(), z.string()),
  createdAt: Millis,
  expiresAt: Millis,
  completedAt: Millis.optional(),
  expiredAt: Millis.optional(),
});
export const SessionList = z.strictObject({ sessions: z.array(Session), count: z.int() });

export const toSession = (visit: Visit): z.infer<typeof Session> => ({
  id: visit.id,
  type: visit.kind,
  status: visit.status,
  language: visit.language,
  contact: visit.contact,
  metadata: visit.metadata,
  createdAt: visit.createdAt,
  expiresAt: visit.expiresAt,
  ...(visit.status === 'completed' && visit.finishedAt !== undefined ? { completedAt: visit.finishedAt } : {}),
  ...(visit.status === 'expired' && visit.finishedAt !== undefined ? { expiredAt: visit.finishedAt } : {}),
});

export const IntentBody = z.strictObject({
  amount: z.int().min(1, 'must be more than zero').max(MAX_AMOUNT),
  currency: Currency,
  sessionId: z.string().min(1).max(64),
  metadata: Metadata.refine(
    ({ service }) => service === undefined || (service.trim().length >= 1 && service.length <= 128),
    { path: ['service'], message: 'must be 1 to 128 characters' },
  ).optional(),
});

export const Intent = z.strictObject({
  intentId: Id,
  sessionId: z.string().optional(),
  amount: z.int(),
  currency: Currency,
  status: PaymentStatus,
  qrCodeData: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  createdAt: Millis,
  expiresAt: Millis,
  confirmedAt: Millis.optional(),
});
export const IntentState = z.strictObject({ intentId: Id, status: PaymentStatus });
export const Cancelled = z.strictObject({ success: z.literal(true), intentId: Id });

export const toIntent = (intent: PaymentIntent): z.infer<typeof Intent> => ({
  intentId: intent.id,
  amount: intent.amountMinor,
  currency: intent.currency,
  status: intent.status,
  createdAt: intent.createdAt,
  expiresAt: intent.expiresAt,
  ...(intent.visitId === undefined ? {} : { sessionId: intent.visitId }),
  ...(intent.qrData === undefined ? {} : { qrCodeData: intent.qrData }),
  ...(intent.metadata === undefined ? {} : { metadata: intent.metadata }),
  ...(intent.confirmedAt === undefined ? {} : { confirmedAt: intent.confirmedAt }),
});
export const toIntentState = ({ id, status }: PaymentIntent): z.infer<typeof IntentState> => ({ intentId: id, status });
