/** K-74…K-76, with names that the seed's dashboards read. */
import { Counter, type Registry } from 'prom-client';
import type { DeliveryChannel } from '#shared/reports/delivery.schema.ts';
import { REPORT_KINDS, type ReportKind } from '#shared/reports/reports.schema.ts';

export interface ReportsMetrics {
  generated(kind: ReportKind): void;
  delivered(kind: ReportKind, method: DeliveryChannel | 'print'): void;
  /** Once for each attempt that failed. */
  failed(kind: ReportKind, method: DeliveryChannel | 'print', reason: string, times?: number): void;
}

export function registerReportsMetrics(registry: Registry): ReportsMetrics {
  const registers = [registry];
  const generated = new Counter({
    name: 'reports_generated_total',
    help: 'Reports that were made.',
    labelNames: ['type'] as const,
    registers,
  });
  const delivered = new Counter({
    name: 'reports_delivered_total',
    help: 'Reports that a provider or a printer took to the guest.',
    labelNames: ['type', 'method'] as const,
    registers,
  });
  const failed = new Counter({
    name: 'reports_failed_total',
    help: 'Attempts to deliver a report that failed.',
    labelNames: ['type', 'method', 'reason'] as const,
    registers,
  });
  // A series that exists only after its first event hides that event from rate().
  for (const type of REPORT_KINDS) generated.inc({ type }, 0);
  return {
    generated: (type) => generated.inc({ type }),
    delivered: (type, method) => delivered.inc({ type, method }),
    failed: (type, method, reason, times = 1) => failed.inc({ type, method, reason }, times),
  };
}
