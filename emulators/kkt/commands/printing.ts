/** Paper that is no document: plain text, and the drawer. */
import { DriverError, Param } from '#main/domains/fiscal/fptr/constants.ts';
import { type Device, print } from '../device.ts';
import { KktError } from '../kkt-error.ts';
import { wrap } from '../tape-layout.ts';
import type { Commands } from './command.ts';

function printLines(device: Device, lines: readonly string[]): void {
  if (!device.store.head().paper) throw new KktError(DriverError.NO_PAPER);
  if (lines.length > 0) print(device, { lines });
}

export const printingCommands: Commands = {
  print_text: (device, inputs) => printLines(device, (inputs.text(Param.TEXT) ?? '').split('\n').flatMap(wrap)),
  line_feed: (device) => printLines(device, []),
  cut: (device) => printLines(device, []),
  begin_nonfiscal_document: (device) => printLines(device, []),
  end_nonfiscal_document: (device) => printLines(device, []),
  open_drawer: () => undefined,
  beep: () => undefined,
};
