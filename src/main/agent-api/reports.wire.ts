/** The seed's wire of reports (K-50…K-55). Times of a report are ISO 8601 texts, as the seed prints them. */
import { z } from 'zod';
import { Email, Millis, Phone } from '#shared/kernel/schemas.ts';
import { VisitId } from '#shared/visits/visits.schema.ts';

const Moment = z.iso.datetime({ offset: true, error: 'must be a time as 2025-01-15T10:30:00Z' });
const Line = z.string().trim().min(1).max(64);
const DeliverTo = z.strictObject({ email: Email.optional(), phone: Phone.optional() });

export const DiagnosticsReportBody = z.strictObject({
  data: z.strictObject({
    sessionId: VisitId,
    vehicleMake: Line.optional(),
    vehicleModel: Line.optional(),
    dtcCodes: z
      .array(
        z.strictObject({
          code: z.string().regex(/^[PCBU][0-3][0-9A-F]{3}$/, 'must be a trouble code as P0420'),
          description: z.string().trim().max(300).optional(),
          severity: z.enum(['high', 'medium', 'low']).optional(),
        }),
      )
      .max(200),
    timestamp: Moment,
    cleared: z.boolean().optional(),
    clearedAt: Moment.optional(),
  }),
  deliverTo: DeliverTo.optional(),
});
export type DiagnosticsReportBody = z.output<typeof DiagnosticsReportBody>;

export const ThicknessReportBody = z.strictObject({
  data: z.strictObject({
    sessionId: VisitId,
    vehicleType: z.enum(['sedan', 'minivan']),
    vehicleMake: Line.optional(),
    vehicleModel: Line.optional(),
    measurements: z
      .array(
        z.strictObject({
          zone: z.string().min(1).max(64),
          /** Micrometres. */
          value: z.int().min(0).max(5000),
          status: z.enum(['normal', 'warning', 'critical']).optional(),
        }),
      )
      .max(60),
    timestamp: Moment,
  }),
  deliverTo: DeliverTo.optional(),
});
export type ThicknessReportBody = z.output<typeof ThicknessReportBody>;

/** How a delivery stands by one channel when the report is answered; it goes on after that. */
const Channel = z.strictObject({ success: z.boolean(), state: z.string(), error: z.string().optional() });
const Delivery = z.strictObject({ email: Channel.optional(), sms: Channel.optional() });

export const CreatedReport = z.strictObject({
  reportId: z.string(),
  /** On this device, below its data folder. */
  filePath: z.string(),
  delivery: Delivery.optional(),
});
export type CreatedReport = z.output<typeof CreatedReport>;

export const ReportParams = z.strictObject({
  id: z.string().regex(/^RPT-(DIAG|THK)-[A-Z0-9-]{6,48}$/, 'must look like RPT-DIAG-…'),
});
export const ReportSessionParams = z.strictObject({ id: VisitId });

export const Report = z.strictObject({
  id: z.string(),
  sessionId: z.string(),
  type: z.enum(['diagnostics', 'thickness']),
  filePath: z.string(),
  sha256: z.string(),
  createdAt: Millis,
  delivery: Delivery.optional(),
});
export type Report = z.output<typeof Report>;
export const ReportList = z.strictObject({ reports: z.array(Report), count: z.int() });
