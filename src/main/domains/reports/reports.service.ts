/**
 * Reports of a kiosk: drawn from what was read, kept as files, sent and printed. The document is on the disk before its row
 * is, and the row before anything is done with it.
 *
 * Composition: `createReportsDomain(core, deps)`; `recover()` before the first screen; `loops` on a kiosk.
 */
import { createHash } from 'node:crypto';
import { recordAudit } from '#main/audit/audit.repo.ts';
import type { Core, Loop } from '#main/core.ts';
import type { Diagnostics } from '#main/domains/diagnostics/diagnostics.service.ts';
import type { Thickness } from '#main/domains/diagnostics/thickness.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { ReportFonts } from '#node/pdf/paper.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { DeliveryAddress } from '#shared/reports/delivery.schema.ts';
import { COPY_DAYS, type Report, type ReportKind } from '#shared/reports/reports.schema.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import type { ReportView } from '#shared/rpc/reports.contract.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import type { Deliveries } from './deliveries.service.ts';
import { TEMPLATE } from './pdf/template.ts';
import type { Printing } from './printing.service.ts';
import {
  matterOfReading,
  type ReportContent,
  type ReportHead,
  type ReportMatter,
  summaryOf,
} from './report-content.ts';
import { newReportId } from './report-id.ts';
import type { ReportsMetrics } from './reports.metrics.ts';
import { countReportsBefore, findReport, listVisitReports, purgeDeliveriesBefore } from './reports.repo.ts';

export interface ReportsDeps {
  readonly sync: SyncPort;
  readonly visits: Pick<VisitService, 'get'>;
  readonly diagnostics: Pick<Diagnostics, 'requireFinished'>;
  readonly thickness: Pick<Thickness, 'requireFinished'>;
  readonly isPaid: (visitId: string) => boolean;
  readonly shop: () => Shop;
  readonly putFile: (bytes: Uint8Array) => Promise<BlobView>;
  readonly fonts: () => Promise<ReportFonts>;
  /** Where copies are opened, as `https://shop.example`; absent while there is no server. */
  readonly copyUrl: () => string | undefined;
  readonly deliveries: Deliveries;
  readonly printing: Printing;
  /** Has a person taken printing out of order? What was asked for before is printed all the same. */
  readonly isPrintingOff: () => boolean;
  readonly metrics: ReportsMetrics;
}

export interface Reports {
  /** Makes the report of what was done here. Throws what `requireFinished` of the service throws. */
  make(visitId: string): Promise<Report>;
  /** Makes one of matter given. Throws what `visits.get` throws, and `diagnostics.not_paid`. */
  makeOf(visitId: string, matter: (visit: Visit) => ReportMatter, car?: string): Promise<Report>;
  find(id: string): Report | undefined;
  /** Oldest first. */
  listByVisit(visitId: string): Report[];
  view(report: Report): ReportView;
  /** Throws `reports.not_found`, `reports.sent_enough`. */
  send(reportId: string, to: DeliveryAddress): Report;
  /** Throws `reports.not_found`, `reports.no_printer`. */
  print(reportId: string): Report;
  countBefore(madeBy: number): { readonly due: number; readonly oldestAt?: number };
  /** Forgets what was asked of reports made by then; the reports themselves go as replicated rows do. */
  purge(madeBy: number): void;
  recover(): void;
  readonly loops: readonly Loop[];
}

const DAY_MS = 24 * 3_600_000;

export function createReports(core: Core, deps: ReportsDeps): Reports {
  const { db, now } = core;
  const { sync, visits, deliveries, printing, metrics } = deps;
  const log = core.log.child({ domain: 'reports' });
  /** One at a time: two touches of one button make one report. */
  let last: Promise<unknown> = Promise.resolve();

  const find = (id: string): Report | undefined => findReport(db, id);
  const require = (id: string): Report => {
    const report = find(id);
    if (report === undefined) throw new AppError('reports.not_found', `no report ${id}`);
    return report;
  };

  const headOf = (visit: Visit, kind: ReportKind, car: string | undefined, copyCode: string): ReportHead => {
    const shop = deps.shop();
    const createdAt = now();
    const base = deps.copyUrl();
    const named = car ?? carOf(visit.metadata);
    return {
      id: newReportId(kind, createdAt, core.randomBytes),
      visitId: visit.id,
      language: visit.language,
      createdAt,
      timeZone: shop.timeZone,
      letterhead: {
        organization: shop.organizationName,
        inn: shop.organizationInn,
        shop: shop.name,
        address: shop.address,
      },
      ...(named === undefined ? {} : { car: named }),
      ...(base === undefined
        ? {}
        : { copy: { url: new URL(`/r/${copyCode}`, base).href, until: createdAt + COPY_DAYS * DAY_MS } }),
    };
  };

  async function build(visit: Visit, matter: ReportMatter, car: string | undefined): Promise<Report> {
    const contentHash = createHash('sha256')
      .update(canonicalJson({ matter, car: car ?? null, language: visit.language, template: TEMPLATE }))
      .digest('hex');
    const before = listVisitReports(db, visit.id).find((one) => one.contentHash === contentHash);
    if (before !== undefined) return before;
    const copyCode = Buffer.from(core.randomBytes(16)).toString('base64url');
    const head = headOf(visit, matter.kind, car, copyCode);
    const content: ReportContent = { ...head, ...matter };
    // Not at the start: the first guest needs letters and shapes in minutes only.
    const { drawReport } = await import('./pdf/report.pdf.ts');
    const bytes = await drawReport(content, await deps.fonts());
    const file = await deps.putFile(bytes);
    const report: Report = {
      id: head.id,
      visitId: visit.id,
      deviceId: sync.writer().deviceId,
      kind: matter.kind,
      language: visit.language,
      createdAt: head.createdAt,
      fileId: file.id,
      bytes: bytes.length,
      template: TEMPLATE,
      contentHash,
      copyCode,
      summary: summaryOf(content),
    };
    db.transaction(
      (tx) => {
        sync.mutate(tx, 'report.make', { report });
        recordAudit(tx, {
          at: head.createdAt,
          event: 'REPORT_GENERATED',
          entity: 'report',
          entityId: report.id,
          details: { type: report.kind, sha256: report.fileId },
        });
      },
      { behavior: 'immediate' },
    );
    sync.wake();
    metrics.generated(report.kind);
    core.changes.emit({ collection: 'reports', ids: [report.id] });
    log.info('a report was made', { reportId: report.id, kind: report.kind, bytes: report.bytes });
    return report;
  }

  const makeOf: Reports['makeOf'] = (visitId, matter, car) => {
    const work = async () => {
      const visit = visits.get(visitId);
      if (!deps.isPaid(visitId)) throw new AppError('diagnostics.not_paid', `${visitId} is not paid for`);
      return await build(visit, matter(visit), car);
    };
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };

  // A guest who asked to be forgotten leaves no address behind.
  core.changes.subscribe(({ collection, ids }) => {
    if (collection !== 'visits') return;
    for (const id of ids) if (isGone(id)) deliveries.forget(listVisitReports(db, id).map((report) => report.id));
  });
  const isGone = (visitId: string): boolean => {
    try {
      visits.get(visitId);
      return false;
    } catch (error) {
      return error instanceof AppError && error.code === 'visits.not_found';
    }
  };

  return {
    make: (visitId) =>
      makeOf(visitId, (visit) => {
        if (visit.kind === 'thickness') {
          const { body, norms, readings } = deps.thickness.requireFinished(visitId);
          return { kind: 'thickness', measurement: { body, norms, readings } };
        }
        const scan = deps.diagnostics.requireFinished(visitId);
        if (scan.state !== 'done') throw new AppError('diagnostics.not_started', `no finished scan of ${visitId}`);
        return matterOfReading(scan.reading, visit.language);
      }),
    makeOf,
    find,
    listByVisit: (visitId) => listVisitReports(db, visitId),
    view: (report) => {
      const print = printing.last(report.id);
      return {
        id: report.id,
        kind: report.kind,
        createdAt: report.createdAt,
        fileId: report.fileId,
        summary: report.summary,
        deliveries: deliveries.list(report.id).map(({ id, channel, maskedAddress, state, fault, nextAt }) => ({
          id,
          channel,
          to: maskedAddress,
          state,
          ...(fault === null ? {} : { fault }),
          ...(nextAt === null ? {} : { nextAt }),
        })),
        ...(print === undefined ? {} : { print: { state: print.state } }),
        canPrint: printing.isAvailable && !deps.isPrintingOff(),
        canSend: deps.copyUrl() !== undefined,
      };
    },
    send: (reportId, to) => {
      const report = require(reportId);
      deliveries.ask(report, to);
      return report;
    },
    print: (reportId) => {
      const report = require(reportId);
      if (deps.isPrintingOff()) throw new AppError('reports.no_printer', 'printing is out of order here');
      printing.print(report.id);
      return report;
    },
    countBefore: (madeBy) => countReportsBefore(db, madeBy),
    purge: (madeBy) => db.transaction((tx) => purgeDeliveriesBefore(tx, madeBy), { behavior: 'immediate' }),
    recover: () => printing.recover(),
    loops: [deliveries.loop, printing.loop],
  };
}

const carOf = ({ vehicleMake, vehicleModel }: Visit['metadata']): string | undefined =>
  [vehicleMake, vehicleModel].filter(Boolean).join(' ') || undefined;
