/** A kiosk as its partner steers it, what it complained of, and the codes that open one round at it without a payment. */
import { z } from 'zod';
import { Id, Millis, Minor } from '../kernel/schemas.ts';
import { KioskStatus } from '../partner/partner.api.ts';
import { Language, VisitKind } from '../visits/visits.schema.ts';

/** Short, as staff read it from a screen: `B2`. */
export const KioskErrorCode = z.string().regex(/^[A-Za-z0-9_.-]{1,16}$/, 'must be 1 to 16 letters, digits, _ . -');
const Message = z.string().max(500);

/** How a kiosk is to behave: replicated to it. Its id is the device's. */
export const Kiosk = z.object({
  id: Id,
  /** Only an `active` one takes the next guest; whoever has paid is served to the end. */
  status: KioskStatus,
  /** Absent: nothing is open. */
  lastErrorCode: KioskErrorCode.optional(),
  /** The trouble by which the kiosk itself stopped taking guests, until it is cleared. */
  stoppedBy: KioskErrorCode.optional(),
  /** Absent: the shop's. */
  defaultLanguage: Language.optional(),
});
export type Kiosk = z.infer<typeof Kiosk>;

export const KioskError = z.object({
  id: Id,
  deviceId: Id,
  code: KioskErrorCode,
  message: Message,
  at: Millis,
  clearedAt: Millis.optional(),
});
export type KioskError = z.infer<typeof KioskError>;

/** `cash`: the attendant was paid by hand. `error`: amends for a round that failed. */
export const FreeCodeType = z.enum(['cash', 'error']);
export type FreeCodeType = z.infer<typeof FreeCodeType>;

/** What a person types: leading zeros count, so it is text. */
export const RoundCode = z.string().regex(/^\d{4}$/, 'must be four digits');

/** A code as its kiosk has it: never the digits, only what they hash to under the kiosk's key. */
export const FreeCode = z.object({
  id: Id,
  deviceId: Id,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  type: FreeCodeType,
  issuedAt: Millis,
  expiresAt: Millis,
  /** Spent, by this redemption. Both or neither: a round that was not given frees the code again. */
  consumedAt: Millis.optional(),
  redemptionId: Id.optional(),
});
export type FreeCode = z.infer<typeof FreeCode>;

/** What the partner owes headquarters for cash rounds: a fact each. `code_returned` takes one back. */
export const KioskLedgerEntry = z.object({
  id: Id,
  deviceId: Id,
  codeId: Id,
  kind: z.enum(['code_cash', 'code_returned']),
  amountMinor: Minor,
  at: Millis,
});
export type KioskLedgerEntry = z.infer<typeof KioskLedgerEntry>;

/** Alive but unheard minutes: bit `n` (least significant first) is the minute `from + n`, counted from 1970. */
export const MissedMinutes = z.strictObject({
  from: z.int().min(0).max(100_000_000),
  /** At most a week. */
  bits: z.base64().max(1680),
});
export type MissedMinutes = z.infer<typeof MissedMinutes>;

/** What a column of the server's holds. */
const MOST_WAITING = 2_147_483_647;
/** `POST /kiosk/:id/heartbeat`. */
export const HeartbeatRequest = z.strictObject({
  appVersion: z
    .string()
    .regex(/^[\x20-\x7e]{1,32}$/, 'must be 1 to 32 printable characters')
    .optional(),
  /** Changes that wait to be sent. */
  queue: z.int().min(0).max(MOST_WAITING).optional(),
  missed: MissedMinutes.optional(),
});
export type HeartbeatRequest = z.infer<typeof HeartbeatRequest>;
export const HeartbeatReply = z.strictObject({ serverTime: Millis });

/** `POST /kiosk/:id/errors`. */
export const ErrorReport = z.strictObject({ code: KioskErrorCode, message: Message });
export type ErrorReport = z.infer<typeof ErrorReport>;
/** What a kiosk tells of itself. */
export const OwnTrouble = ErrorReport.extend({
  /** Guests are served with what still works: its partner is told, and nothing is closed. */
  goesOn: z.boolean().optional(),
});
export type OwnTrouble = z.infer<typeof OwnTrouble>;

/** `POST /kiosk/:id/code/redeem`. */
export const RedeemRequest = z.strictObject({
  code: RoundCode,
  /** What the code opens. Absent: the cheapest of what this kiosk sells, so that nobody owes for more than was given. */
  service: VisitKind.optional(),
  /** The caller's own name of this redemption: asked again with it, a code that it has spent is answered as before. */
  redemptionId: Id.optional(),
});
export type RedeemRequest = z.infer<typeof RedeemRequest>;
/** `POST /kiosk/:id/code/key`: what this kiosk's codes are hashed under, 64 hex digits. */
export const CodeKeyReply = z.strictObject({ key: z.string().regex(/^[0-9a-f]{64}$/) });
