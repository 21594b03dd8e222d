/** Two people changed one field without knowing of each other: one value is in the row, the others wait for a person. */
import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';

/** The mutation that an edit came with: no two edits of a field share it. */
export const EditKey = z.object({
  deviceId: z.string().max(64),
  incarnation: z.int().min(0),
  mid: z.int().min(0),
});
export type EditKey = z.infer<typeof EditKey>;

export const ConflictSide = EditKey.extend({
  /** Null: the field was emptied. */
  value: z.unknown(),
  /** Corrected time of the edit, Unix ms. */
  at: Millis,
  /** Whose hand it was, as the device says. */
  by: z.string().max(128).optional(),
});
export type ConflictSide = z.infer<typeof ConflictSide>;

export const FieldConflict = z.object({
  /** `conflictId`: a field has at most one. */
  id: z.string().max(64),
  entityType: z.string().max(32),
  entityId: z.string().max(64),
  field: z.string().max(32),
  /** What the row says. */
  kept: ConflictSide,
  /** What it does not say, newest first. */
  others: z.array(ConflictSide),
  /** Unix ms; absent while nobody has chosen. */
  resolvedAt: Millis.optional(),
  resolvedBy: z.string().max(128).optional(),
});
export type FieldConflict = z.infer<typeof FieldConflict>;

/** More than these are in the field's history alone. */
export const MAX_CONFLICT_SIDES = 8;

export const conflictId = (entityId: string, field: string): string => `${entityId}.${field}`;

export const isSameEdit = (a: EditKey, b: EditKey): boolean =>
  a.deviceId === b.deviceId && a.incarnation === b.incarnation && a.mid === b.mid;
