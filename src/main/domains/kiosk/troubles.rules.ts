/** Which trouble of a kiosk stands behind what its parts say. */
import type { GaugeTrouble } from '#main/domains/diagnostics/gauge.port.ts';
import type { ScanFault, ScanState } from '#shared/diagnostics/diagnostics.schema.ts';
import type { KioskTrouble } from '#shared/kiosk/troubles.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';

/** A register that comes back within this was only busy. */
const REGISTER_PATIENCE_MS = 60_000;
/** Below this the next guest might not fit: bytes. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024;

const ADAPTER: Partial<Record<ScanFault, KioskTrouble>> = {
  adapter_unreachable: 'ADAPTER_AWAY',
  adapter_silent: 'ADAPTER_SILENT',
  adapter_lost: 'ADAPTER_LOST',
  adapter_foreign: 'ADAPTER_FOREIGN',
};
/** A car that does not answer is no trouble of the kiosk. */
export const troubleOfScan = (state: ScanState): KioskTrouble | undefined =>
  state.state === 'failed' ? ADAPTER[state.fault] : undefined;

const GAUGE: Readonly<Record<GaugeTrouble, KioskTrouble>> = {
  away: 'GAUGE_AWAY',
  lost: 'GAUGE_LOST',
  flat: 'GAUGE_FLAT',
};
export const troubleOfGauge = (trouble: GaugeTrouble): KioskTrouble => GAUGE[trouble];

type RegisterFacts = Pick<RegisterView, 'state' | 'since' | 'paperPresent'>;

/** `unsure`: too early to tell, so what was told before still holds. */
export function troubleOfRegister(
  { state, since, paperPresent }: RegisterFacts,
  now: number,
): KioskTrouble | 'none' | 'unsure' {
  switch (state) {
    case 'ready':
      return paperPresent ? 'none' : 'REGISTER_PAPER';
    case 'not_responding':
      return now - since >= REGISTER_PATIENCE_MS ? 'REGISTER_SILENT' : 'unsure';
    case 'blocked':
    case 'another_register':
      return now - since >= REGISTER_PATIENCE_MS ? 'REGISTER_BLOCKED' : 'unsure';
    case 'connecting':
      return 'unsure';
    // Nobody promised one here.
    case 'not_configured':
    case 'unavailable':
      return 'none';
  }
}

export const troubleOfDisk = (freeBytes: number): KioskTrouble | 'none' =>
  freeBytes < LEAST_FREE_BYTES ? 'DISK_FULL' : 'none';
