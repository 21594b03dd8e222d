/** Thickness of paint, point by point over a body. All values are micrometres. */
import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';

export const BODIES = ['sedan', 'minivan'] as const;
export const Body = z.enum(BODIES);
export type Body = z.infer<typeof Body>;

/** What no gauge reads: plastic, a panel that is not there. It counts as visited, not as measured. */
export const UNREADABLE = 'unreadable';
/** Gauges on sale end at five millimetres at most; more is a slip of a finger. */
export const MAX_MICROMETRES = 5000;

export const ThicknessValue = z.union([z.int().min(0).max(MAX_MICROMETRES), z.literal(UNREADABLE)]);
export type ThicknessValue = z.infer<typeof ThicknessValue>;

export const ThicknessReading = z.object({
  zone: z.string().max(40),
  value: ThicknessValue,
  /** Typed by hand, or told by a gauge. */
  source: z.enum(['hand', 'gauge']),
  at: Millis,
});
export type ThicknessReading = z.infer<typeof ThicknessReading>;

export const ThicknessNorms = z.object({
  /** Below this the clear coat was polished off, or the metal was never painted. */
  factoryFrom: z.int().min(0).max(MAX_MICROMETRES),
  factoryTo: z.int().min(0).max(MAX_MICROMETRES),
  /** Up to this a second coat of paint; above it filler. */
  repaintTo: z.int().min(0).max(MAX_MICROMETRES),
});
export type ThicknessNorms = z.infer<typeof ThicknessNorms>;

export const Measurement = z.object({
  visitId: z.string(),
  body: Body,
  norms: ThicknessNorms,
  startedAt: Millis,
  /** Absent while zones are still being measured. */
  finishedAt: Millis.optional(),
  readings: z.array(ThicknessReading),
});
export type Measurement = z.infer<typeof Measurement>;
