import { z } from 'zod';
import { Body, Measurement, ThicknessValue } from '../diagnostics/thickness.schema.ts';
import { command, faults, query } from './procedure.ts';

export const MeasurementView = z.object({
  measurement: Measurement,
  /** The zone that the next reading is of; absent when all are done. */
  at: z.string().optional(),
  gauge: z.enum(['none', 'connecting', 'ready']),
});
export type MeasurementView = z.infer<typeof MeasurementView>;

const ofVisit = { visitId: z.string() };

export const thicknessContract = {
  /** The measurement of a visit; null before its first zone. */
  get: query(['kiosk']).input(z.strictObject(ofVisit)).output(MeasurementView.nullable()).errors(faults()),
  /** Begins, or begins anew with another body. */
  start: command(['kiosk'])
    .input(z.strictObject({ ...ofVisit, body: Body }))
    .output(MeasurementView)
    .errors(faults('visits.not_found', 'visits.expired', 'visits.illegal_transition', 'diagnostics.not_paid')),
  /** Which zone is measured next: a guest who touched it on the drawing. */
  point: command(['kiosk'])
    .input(z.strictObject({ ...ofVisit, zone: z.string() }))
    .output(MeasurementView)
    .errors(faults('thickness.not_started', 'thickness.unknown_zone', 'thickness.finished')),
  /** Takes a value for a zone, in place of an earlier one, and goes on to the next zone. */
  measure: command(['kiosk'])
    .input(z.strictObject({ ...ofVisit, zone: z.string(), value: ThicknessValue }))
    .output(MeasurementView)
    .errors(faults('thickness.not_started', 'thickness.unknown_zone', 'thickness.finished')),
  /** Ends it, complete or not. */
  finish: command(['kiosk'])
    .input(z.strictObject(ofVisit))
    .output(MeasurementView)
    .errors(faults('thickness.not_started')),
};
