/** Paper, as a report needs it: something takes a file, and can be asked later what became of it. */

/** `waiting`: in its queue or on its way. `unknown`: it does not know this job (any more). */
export type PrinterAnswer = 'waiting' | 'printed' | 'failed' | 'unknown';

export interface Printer {
  /**
   * Gives a file to the print system. Resolves with its name of the job once it has taken it, or with a refusal; throws
   * where nobody can say whether it was taken.
   */
  submit(file: string, title: string): Promise<{ readonly reference: string } | { readonly refused: string }>;
  state(reference: string): Promise<PrinterAnswer>;
}
