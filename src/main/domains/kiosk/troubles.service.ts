/**
 * Tells the partner what is wrong with this kiosk: once for each outbreak, however often it is met. One that was cleared and
 * goes on is not told again before it has been over; another guest whom the adapter fails is another outbreak.
 *
 * Composition: `createTroubles(core, deps)`; its loop on a kiosk.
 */
import type { Core, Loop } from '#main/core.ts';
import type { GaugeTrouble } from '#main/domains/diagnostics/gauge.port.ts';
import type { PrinterTrouble } from '#main/domains/reports/printer.port.ts';
import { createLoop } from '#main/loop.ts';
import type { ScanState } from '#shared/diagnostics/diagnostics.schema.ts';
import { doesStop, type KioskTrouble } from '#shared/kiosk/troubles.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { KioskService } from './kiosk.service.ts';
import { troubleOfDisk, troubleOfGauge, troubleOfRegister, troubleOfScan } from './troubles.rules.ts';

const LOOK_MS = 15_000;

export interface TroubleDeps {
  readonly kiosk: Pick<KioskService, 'report'>;
  /** The register of this kiosk's receipts. */
  readonly register: () => Pick<RegisterView, 'state' | 'since' | 'paperPresent' | 'reason'> | undefined;
  /** Where the data is. */
  readonly freeBytes: () => Promise<number>;
}

export type PrintingTrouble = PrinterTrouble | 'failed';

export interface Troubles {
  readonly scanEnded: (state: ScanState) => void;
  readonly gaugeIs: (trouble: GaugeTrouble) => void;
  /** @param printer which of them. Undefined: it prints. */
  readonly printerIs: (printer: string, trouble: PrintingTrouble | undefined) => void;
  readonly loop: Loop;
}

const PRINTER: Readonly<Record<PrintingTrouble, KioskTrouble>> = {
  no_paper: 'PRINTER_PAPER',
  stopped: 'PRINTER_STOPPED',
  failed: 'PRINTER_FAILED',
};

export function createTroubles(core: Pick<Core, 'now' | 'log'>, deps: TroubleDeps): Troubles {
  /** What each part suffers from and has been told of. */
  const ongoing = new Map<string, KioskTrouble>();
  const tell = (code: KioskTrouble, message: string) =>
    deps.kiosk.report({ code, message, ...(doesStop(code) ? {} : { goesOn: true }) });
  const becomes = (part: string, trouble: KioskTrouble | 'none', message = part): void => {
    if (trouble === 'none') ongoing.delete(part);
    else if (ongoing.get(part) !== trouble) {
      tell(trouble, message);
      // Not before it is on the disk: what could not be written is told at the next look.
      ongoing.set(part, trouble);
    }
  };
  return {
    scanEnded: (state) => {
      const trouble = troubleOfScan(state);
      if (trouble !== undefined) tell(trouble, 'OBD adapter');
    },
    gaugeIs: (trouble) => tell(troubleOfGauge(trouble), 'thickness gauge'),
    printerIs: (printer, trouble) => becomes(printer, trouble === undefined ? 'none' : PRINTER[trouble]),
    loop: createLoop({
      name: 'kiosk-troubles',
      intervalMs: LOOK_MS,
      log: core.log,
      run: async () => {
        const register = deps.register();
        const now = register === undefined ? 'none' : troubleOfRegister(register, core.now());
        if (now !== 'unsure') becomes('register', now, register?.reason);
        const freeBytes = await deps.freeBytes();
        becomes('disk', troubleOfDisk(freeBytes), `${Math.floor(freeBytes / 1024 / 1024)} MiB are free`);
      },
    }),
  };
}
