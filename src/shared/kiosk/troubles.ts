/** What a kiosk tells of by itself. Programs beside it tell of theirs by codes of their own. */
const KIOSK_TROUBLES = [
  'PRINTER_PAPER',
  'PRINTER_STOPPED',
  'PRINTER_FAILED',
  'ADAPTER_AWAY',
  'ADAPTER_SILENT',
  'ADAPTER_LOST',
  'ADAPTER_FOREIGN',
  'GAUGE_AWAY',
  'GAUGE_LOST',
  'GAUGE_FLAT',
  'REGISTER_SILENT',
  'REGISTER_BLOCKED',
  'REGISTER_PAPER',
  'DISK_FULL',
] as const;
export type KioskTrouble = (typeof KIOSK_TROUBLES)[number];

export const isKioskTrouble = (code: string): code is KioskTrouble =>
  (KIOSK_TROUBLES as readonly string[]).includes(code);

/** A dead printer stops no diagnosis, and receipts wait for their register; without room on the disk nothing is kept. */
export const doesStop = (trouble: KioskTrouble): boolean => trouble === 'DISK_FULL';
