/** What a register says of itself, told by whoever drives it for headquarters to see; it decides nothing. */
import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';
import { ShiftState } from './fiscal.schema.ts';

/** `POST /fiscal-devices/mine/state`, 204. Members that a server does not know are let be. */
export const RegisterReport = z.object({
  /** How long ago the register said so, ms: the clocks of the two sides need not agree. */
  ageMs: z.int().min(0),
  kktSerial: z.string().max(32),
  fnNumber: z.string().max(32),
  /** The day by which the fiscal memory must be replaced; absent when the register does not tell it. */
  fnValidUntil: Millis.optional(),
  /** Documents that the tax data operator has not taken, and when the oldest was made. */
  unsentDocuments: z.int().min(0),
  unsentSince: Millis.optional(),
  shift: z.object({
    state: ShiftState,
    number: z.int().min(0),
    /** Left of its 24 hours, ms; below zero when they are over. */
    leftMs: z.int().optional(),
  }),
});
export type RegisterReport = z.infer<typeof RegisterReport>;
