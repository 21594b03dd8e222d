/** REST between the synchronisation page of headquarters and the server. */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { Mode } from '../kernel/mode.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { Backlog } from '../sync/backlog.schema.ts';
import { ChangeSummary } from '../sync/summary.rules.ts';

/** `GET /hq/sync/devices` */
export const HqSyncDevice = z.strictObject({
  id: Id,
  name: z.string(),
  mode: Mode,
  shopName: z.string(),
  status: z.enum(['pending', 'active', 'revoked']),
  lastSeenAt: Millis.optional(),
  /** Seen within the last 90 seconds. */
  online: z.boolean(),
  incarnation: z.int().min(0),
  lastMid: z.int().min(0),
  /** Server time minus device time at its last push. */
  clockSkewMs: z.int().optional(),
  /** What it said it still holds, and when it said so (its last pull). */
  backlog: Backlog.extend({ reportedAt: Millis }).optional(),
});
export type HqSyncDevice = z.infer<typeof HqSyncDevice>;
export const HqSyncDevices = z.strictObject({ devices: z.array(HqSyncDevice), serverNow: Millis });
export type HqSyncDevices = z.infer<typeof HqSyncDevices>;

/**
 * `GET /hq/sync/cases?state&kind&deviceId&cursor&limit` newest first: what the server refused or parked, with its body, and
 * the facts that contradict what it knew, with both sides. Open ones unless told otherwise.
 */
export const HqSyncCasesQuery = z.strictObject({
  state: z.enum(['open', 'settled']).default('open'),
  kind: z.enum(['refused', 'parked', 'anomaly']).optional(),
  deviceId: Id.optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqSyncCasesQuery = z.infer<typeof HqSyncCasesQuery>;

export const HqSyncCase = z.strictObject({
  id: Id,
  kind: z.enum(['refused', 'parked', 'anomaly']),
  deviceId: Id,
  deviceName: z.string(),
  mid: z.int().min(1),
  at: Millis,
  /** Of what was refused; of an anomaly only where its mutation could not be run at all. */
  change: ChangeSummary.optional(),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).optional(),
  message: z.string().optional(),
  /** What kind of contradiction an anomaly is. */
  anomaly: z.string().optional(),
  /** Both sides of an anomaly, as they were found. */
  details: z.record(z.string(), z.unknown()).optional(),
  /** The mutation as it came, JSON; members that hold a passport are masked. */
  body: z.string().optional(),
  settled: z.strictObject({ at: Millis, by: z.string(), note: z.string() }).optional(),
  /** Somebody at the device has read the answer, at that time by its clock, or has asked for the same once more. */
  read: z.strictObject({ at: Millis, by: z.string(), isRetried: z.boolean() }).optional(),
});
export type HqSyncCase = z.infer<typeof HqSyncCase>;
export const HqSyncCases = z.strictObject({ cases: z.array(HqSyncCase), next: z.string().optional() });
export type HqSyncCases = z.infer<typeof HqSyncCases>;

/** `POST /hq/sync/cases/:id/settle`: a person has seen to it and says how. */
export const SettleSyncCase = z.strictObject({ note: z.string().trim().min(3).max(500) });

/**
 * `GET /hq/sync/conflicts?state&cursor&limit` fields that two people changed without knowing of each other, those that changed
 * last first. Open ones unless told otherwise; a manager chooses, on his device.
 */
export const HqFieldConflictsQuery = z.strictObject({
  state: z.enum(['open', 'settled']).default('open'),
  cursor: z.string().max(96).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqFieldConflictsQuery = z.infer<typeof HqFieldConflictsQuery>;

/** A value that somebody gave a field. Null: he emptied it. */
export const HqFieldValue = z.strictObject({
  value: z.unknown(),
  /** Corrected time of the edit. */
  at: Millis,
  by: z.string().optional(),
  deviceName: z.string().optional(),
});
export type HqFieldValue = z.infer<typeof HqFieldValue>;

export const HqFieldConflict = z.strictObject({
  id: z.string(),
  entityType: z.string(),
  entityId: Id,
  /** What its row is called; absent when the row is gone. */
  name: z.string().optional(),
  field: z.string(),
  /** When the server last heard of it. */
  at: Millis,
  /** What the row says. */
  kept: HqFieldValue,
  /** Every value that the row does not say, newest first: those of the conflict, and what was overwritten before it. */
  history: z.array(HqFieldValue.extend({ isOther: z.boolean() })),
  resolved: z.strictObject({ at: Millis, by: z.string().optional() }).optional(),
});
export type HqFieldConflict = z.infer<typeof HqFieldConflict>;
export const HqFieldConflicts = z.strictObject({ conflicts: z.array(HqFieldConflict), next: z.string().optional() });
export type HqFieldConflicts = z.infer<typeof HqFieldConflicts>;
