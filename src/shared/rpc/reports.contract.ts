import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { DeliveryAddress, DeliveryChannel, DeliveryFault, DeliveryState } from '../reports/delivery.schema.ts';
import { PrintState } from '../reports/print.schema.ts';
import { ReportId, ReportKind, ReportSummary } from '../reports/reports.schema.ts';
import { command, faults, query } from './procedure.ts';

export const DeliveryView = z.object({
  id: Id,
  channel: DeliveryChannel,
  /** Masked: the screen is seen by others too. */
  to: z.string(),
  state: DeliveryState,
  fault: DeliveryFault.optional(),
  /** When it is tried again. */
  nextAt: Millis.optional(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;

export const ReportView = z.object({
  id: ReportId,
  kind: ReportKind,
  createdAt: Millis,
  fileId: BlobId,
  summary: ReportSummary,
  /** Newest first. */
  deliveries: z.array(DeliveryView),
  /** The last of it. */
  print: z.object({ state: PrintState }).optional(),
  /** Is there a printer, and a server that sends? */
  canPrint: z.boolean(),
  canSend: z.boolean(),
});
export type ReportView = z.infer<typeof ReportView>;

const OfReport = z.strictObject({ reportId: ReportId });

export const reportsContract = {
  /** The last report of a visit; null before the first. */
  get: query(['kiosk'])
    .input(z.strictObject({ visitId: z.string() }))
    .output(ReportView.nullable())
    .errors(faults()),
  /** Makes the report of what was done; made again of the same readings it is the same report. */
  make: command(['kiosk'])
    .input(z.strictObject({ visitId: z.string() }))
    .output(ReportView)
    .errors(faults('visits.not_found', 'diagnostics.not_paid', 'diagnostics.not_started', 'thickness.not_started')),
  /** Sends it; to an address that it is on its way to, or has reached, it is not sent twice. */
  send: command(['kiosk'])
    .input(OfReport.extend({ to: DeliveryAddress }))
    .output(ReportView)
    .errors(faults('reports.not_found')),
  /** Prints it, unless it is being printed or has been. */
  print: command(['kiosk'])
    .input(OfReport)
    .output(ReportView)
    .errors(faults('reports.not_found', 'reports.no_printer')),
};
