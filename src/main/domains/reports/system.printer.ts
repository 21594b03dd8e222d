import { createLpPrinter } from './lp.printer.ts';
import type { Printer } from './printer.port.ts';
import { createWindowsPrinter } from './windows.printer.ts';

/**
 * A printer of this machine's print system.
 *
 * @param paper a photo fills the sheet of its queue; Windows takes the sheet from the settings of its printer.
 */
export const createSystemPrinter = (
  name: string,
  paper: 'document' | 'photo' = 'document',
  platform: NodeJS.Platform = process.platform,
): Printer => (platform === 'win32' ? createWindowsPrinter(name) : createLpPrinter(name, paper));
