/** What a kiosk has beside a screen: the ways to its instruments, and how each is tried by the person who looks after it. */
import type { DeviceConfig } from '#main/config/device-settings.ts';
import type { AttendantDeps } from '#main/domains/attendant/attendant.service.ts';
import { testAdapter, testGauge } from '#main/domains/diagnostics/instrument-test.ts';
import { instrumentLink } from '#main/domains/diagnostics/links/instrument.link.ts';
import type { OpenTextLink } from '#main/domains/diagnostics/links/text.link.ts';
import type { Printer } from '#main/domains/reports/printer.port.ts';
import { createSystemPrinter } from '#main/domains/reports/system.printer.ts';
import { printTestPage } from '#main/domains/reports/test-page.ts';

export interface Instruments {
  readonly openAdapter: OpenTextLink | undefined;
  readonly openGauge: OpenTextLink | undefined;
  readonly printer: Printer | undefined;
  readonly atHand: AttendantDeps['instruments'];
}

export function createInstruments(
  { diagnostics, thickness, reports }: Pick<DeviceConfig, 'diagnostics' | 'thickness' | 'reports'>,
  program: { readonly version: string; readonly now: () => number },
): Instruments {
  const { adapter, connectMs } = diagnostics;
  const { gauge } = thickness;
  const openAdapter = adapter === undefined ? undefined : instrumentLink(adapter);
  const openGauge = gauge === undefined ? undefined : instrumentLink(gauge);
  const printer = reports.printer === undefined ? undefined : createSystemPrinter(reports.printer);
  const title = () => `Prilavok ${program.version}, ${new Date(program.now()).toISOString()}`;
  return {
    openAdapter,
    openGauge,
    printer,
    atHand: {
      ...(openAdapter && { adapter: { address: adapter ?? '', test: () => testAdapter(openAdapter, connectMs) } }),
      ...(openGauge && { gauge: { address: gauge ?? '', test: () => testGauge(openGauge, connectMs) } }),
      ...(printer && {
        printer: { address: reports.printer ?? '', test: () => printTestPage(printer, title()) },
      }),
    },
  };
}
