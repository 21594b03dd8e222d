/**
 * The last step of a fiscal document, which may succeed, fail, or leave us not knowing.
 *
 * The driver's own answer to the closing call decides nothing by itself: an error may come after the document was
 * written (paper, link), so it is always asked whether the document closed. Where it says "no", the number of the
 * last document must agree: had it grown, something was written that the driver does not call ours.
 */
import type { FoundDocument, RegisterOutcome } from '../fiscal.register.ts';
import type { FptrMethod } from './binding.ts';
import { type CheckPolicy, checkClosed } from './closing.ts';
import { DriverError } from './constants.ts';
import { type DocumentFlags, describeDocument, readLastDocument } from './documents.ts';
import { FptrError } from './fptr-error.ts';
import type { FptrParam } from './fptr-param.ts';
import { ambiguous, notClosed } from './outcome.ts';
import type { FptrCalls } from './session.ts';

export interface FinishOptions {
  readonly method: FptrMethod;
  readonly params?: readonly FptrParam[];
  /** The number of the last document just before. */
  readonly baseline: number;
  /** Reads the document that was made; `undefined` when what the register holds is not ours. */
  readonly find: (calls: FptrCalls) => Promise<FoundDocument | undefined>;
  readonly shiftAutoOpened: boolean;
  readonly check: CheckPolicy;
  readonly timeZone: string;
}

const silent = (text: string): FptrError => new FptrError(DriverError.UNKNOWN, text);

/** Makes the call that writes the document and finds out what became of it. Throws nothing of the driver's. */
export async function finishDocument(calls: FptrCalls, options: FinishOptions): Promise<RegisterOutcome> {
  const { error } = await calls.attempt(options.method, options.params);
  const closing = await checkClosed(calls, options.check);
  if (!closing.known) return ambiguous(error ?? closing.error);
  try {
    if (!closing.closed) {
      const last = (await readLastDocument(calls)).fiscalDocumentNumber;
      return last === options.baseline
        ? notClosed(error ?? silent('the register says that the document was not closed'))
        : ambiguous(error ?? silent('the document is not closed, yet the fiscal memory has grown'));
    }
    const flags: DocumentFlags = { printed: closing.printed, shiftAutoOpened: options.shiftAutoOpened };
    const found = await options.find(calls);
    if (found === undefined || found.fiscalDocumentNumber <= options.baseline) {
      return ambiguous(error ?? silent('the register says "closed", but no new document is ours'));
    }
    return { outcome: 'closed', document: await describeDocument(calls, found, flags, options.timeZone) };
  } catch (cause) {
    // The document may be there: it only could not be read.
    if (cause instanceof FptrError) return ambiguous(cause);
    throw cause;
  }
}
