import type { Core } from '#main/core.ts';
import type { Printer } from './printer.port.ts';
import { createPrinting, type Printing, type PrintingDeps } from './printing.service.ts';
import type { ReportsMetrics } from './reports.metrics.ts';
import { findReport } from './reports.repo.ts';

/** Printing of reports: which file one is, and what is counted of its job. */
export const createReportPrinting = (
  core: Core,
  deps: {
    readonly printer: Printer | undefined;
    readonly metrics: ReportsMetrics;
    /** Of a file of a document, on the disk here. */
    readonly pathOf: (fileId: string) => string;
    readonly changed: (reportId: string) => void;
    readonly onTrouble?: PrintingDeps['onTrouble'];
  },
): Printing =>
  createPrinting(core, {
    kind: 'report',
    printer: deps.printer,
    changed: deps.changed,
    onTrouble: deps.onTrouble,
    document: (id) => {
      const report = findReport(core.db, id);
      return report && { path: deps.pathOf(report.fileId), title: report.id };
    },
    onEnd: (tx, id, state) => {
      const kind = findReport(tx, id)?.kind;
      if (kind === undefined) return;
      if (state === 'printed') deps.metrics.delivered(kind, 'print');
      if (state === 'failed' || state === 'unknown') deps.metrics.failed(kind, 'print', state);
    },
  });
