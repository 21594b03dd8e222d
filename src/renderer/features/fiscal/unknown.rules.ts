/** What is known when an outcome is not. Pure. */
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';

type WithDocument = FiscalTaskView & { readonly document: NonNullable<FiscalTaskView['document']> };

/** How many fit beside the question. */
const SHOWN = 3;

/** The documents of a register that we know of, newest first. */
export const lastDocuments = (tasks: readonly FiscalTaskView[], registerId: string): WithDocument[] =>
  tasks
    .filter((task): task is WithDocument => task.registerId === registerId && task.document !== undefined)
    .toSorted((a, b) => b.document.fiscalDocumentNumber - a.document.fiscalDocumentNumber)
    .slice(0, SHOWN);
