/** The parts of reports put together: drawing, sending, printing. */
import { blobPath } from '#main/blobs/blob-files.ts';
import type { Core } from '#main/core.ts';
import { createReportFonts } from '#node/pdf/fonts.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import { createDeliveries } from './deliveries.service.ts';
import { createDeliveryHttp } from './delivery.http.ts';
import type { Printer } from './printer.port.ts';
import type { PrintingDeps } from './printing.service.ts';
import { createReportPrinting } from './report-printing.ts';
import { registerReportsMetrics } from './reports.metrics.ts';
import { createReports, type Reports, type ReportsDeps } from './reports.service.ts';

export interface ReportsDomainDeps
  extends Omit<ReportsDeps, 'putFile' | 'fonts' | 'copyUrl' | 'deliveries' | 'printing' | 'metrics'> {
  readonly blobs: { put(kind: 'document', source: AsyncIterable<Uint8Array>): Promise<BlobView> };
  /** Where the blobs are. */
  readonly blobFolder: string;
  /** Holds `node_modules`, and the fonts in it. */
  readonly programFolder: string;
  readonly printer: Printer | undefined;
  readonly onPrinterTrouble?: PrintingDeps['onTrouble'];
  readonly serverUrl: () => string | undefined;
  /** Where guests reach the server, if not where this device does. */
  readonly publicUrl: string | undefined;
  readonly token: () => Promise<string | undefined>;
  readonly random: () => number;
}

export function createReportsDomain(core: Core, deps: ReportsDomainDeps): Reports {
  const { blobs, blobFolder, programFolder, printer, onPrinterTrouble, serverUrl, publicUrl, token, random, ...rest } =
    deps;
  const metrics = registerReportsMetrics(core.metrics);
  const changed = (id: string) => core.changes.emit({ collection: 'reports', ids: [id] });
  const http = createDeliveryHttp({ serverUrl, token });
  return createReports(core, {
    ...rest,
    metrics,
    fonts: createReportFonts(programFolder),
    copyUrl: () => (serverUrl() === undefined ? undefined : (publicUrl ?? serverUrl())),
    putFile: (bytes) => blobs.put('document', once(bytes)),
    deliveries: createDeliveries(core, { http, metrics, random, changed }),
    printing: createReportPrinting(core, {
      printer,
      metrics,
      changed,
      onTrouble: onPrinterTrouble,
      pathOf: (fileId) => blobPath(blobFolder, fileId),
    }),
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
