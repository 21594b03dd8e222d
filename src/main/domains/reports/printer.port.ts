/** Paper, as a report needs it: something takes a file, and can be asked later what became of it. */

/** `waiting`: in its queue or on its way. `unknown`: it does not know this job (any more). */
export type PrinterAnswer = 'waiting' | 'printed' | 'failed' | 'unknown';

/** What keeps a printer from printing what it has taken, as far as the print system can tell. */
export type PrinterTrouble = 'no_paper' | 'stopped';

export interface Printer {
  /**
   * Gives a file to the print system. Resolves with its name of the job once it has taken it, or with a refusal; throws
   * where nobody can say whether it was taken.
   */
  submit(file: string, title: string): Promise<{ readonly reference: string } | { readonly refused: string }>;
  state(reference: string): Promise<PrinterAnswer>;
  /** Asked while a job waits. */
  trouble(): Promise<PrinterTrouble | undefined>;
}
