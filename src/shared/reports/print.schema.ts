/** A report on paper. What a print system took is not printed yet, and a screen says which it is. */
import { z } from 'zod';

/**
 * `queued`: written down here. `spooled`: the print system has it. `printed`: it says that the paper is out. `failed`: it
 * refused or gave up. `unknown`: it may have it, for power went as it was given, or it has forgotten the job.
 */
export const PRINT_STATES = ['queued', 'spooled', 'printed', 'failed', 'unknown'] as const;
export const PrintState = z.enum(PRINT_STATES);
export type PrintState = z.infer<typeof PrintState>;

const NEXT: Readonly<Record<PrintState, readonly PrintState[]>> = {
  queued: ['spooled', 'failed', 'unknown'],
  spooled: ['printed', 'failed', 'unknown'],
  printed: [],
  failed: [],
  unknown: [],
};
export const mayPrintBecome = (from: PrintState, to: PrintState): boolean => NEXT[from].includes(to);
