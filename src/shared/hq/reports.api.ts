/** Reports as headquarters see them. */
import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';
import { DeliveryChannel, DeliveryReply } from '../reports/delivery.schema.ts';
import { Report } from '../reports/reports.schema.ts';

/** `GET /hq/reports?cursor&limit` newest first. */
export const HqReportsQuery = z.strictObject({
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqReportsQuery = z.infer<typeof HqReportsQuery>;

export const HqDelivery = DeliveryReply.extend({
  channel: DeliveryChannel,
  /** Masked. */
  to: z.string(),
  createdAt: Millis,
  updatedAt: Millis,
  /** In the provider's words. */
  reason: z.string().optional(),
});
export type HqDelivery = z.infer<typeof HqDelivery>;

export const HqReport = z.strictObject({
  report: Report,
  shopName: z.string(),
  deviceName: z.string(),
  /** Newest first. */
  deliveries: z.array(HqDelivery),
});
export type HqReport = z.infer<typeof HqReport>;
export const HqReports = z.strictObject({ reports: z.array(HqReport), next: z.string().optional() });
export type HqReports = z.infer<typeof HqReports>;
