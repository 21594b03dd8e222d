/** REST of headquarters: who did what, in a chain that shows what was changed or removed. */
import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';
import { DayName } from './reconciliation.api.ts';

export const ActorKind = z.enum(['user', 'device', 'agent', 'system']);

/** `GET /hq/audit`, newest first. `cursor` is what the last page answered as `next`. */
export const HqAuditQuery = z.strictObject({
  event: z
    .string()
    .regex(/^[A-Z_]{1,64}$/, 'must be the name of an event')
    .optional(),
  actor: ActorKind.optional(),
  /** An id of whoever did it, or of what it was done to. */
  q: z.string().trim().min(1).max(72).optional(),
  /** Days of the organisation's zone, both included. */
  from: DayName.optional(),
  to: DayName.optional(),
  cursor: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqAuditQuery = z.infer<typeof HqAuditQuery>;

export const HqAuditRow = z.strictObject({
  /** 1, 2, 3… without gaps. */
  seq: z.int().min(1),
  at: Millis,
  event: z.string(),
  actor: z.strictObject({ kind: ActorKind, id: z.string(), name: z.string().optional() }),
  entity: z.strictObject({ type: z.string(), id: z.string(), name: z.string().optional() }),
  details: z.record(z.string(), z.unknown()),
  ip: z.string().optional(),
});
export type HqAuditRow = z.infer<typeof HqAuditRow>;
export const HqAudit = z.strictObject({ rows: z.array(HqAuditRow), next: z.int().optional() });
export type HqAudit = z.infer<typeof HqAudit>;

/** `GET /hq/audit/events`: those that there are. */
export const HqAuditEvents = z.strictObject({ events: z.array(z.string()) });
export type HqAuditEvents = z.infer<typeof HqAuditEvents>;

/** `POST /hq/audit/verify` walks the whole chain. */
export const HqAuditVerdict = z.strictObject({
  rows: z.int().min(0),
  /** Of the last row: written down elsewhere, it shows later that nothing before it was replaced. */
  head: z.strictObject({ seq: z.int().min(0), hash: z.string() }),
  /** The first row that was changed, removed or cut off. */
  brokenAt: z.int().min(1).optional(),
});
export type HqAuditVerdict = z.infer<typeof HqAuditVerdict>;
