/** What the driver's refusals mean to us: which prove nothing, which may pass by themselves, which are no matter. */
import { RegisterError, type RegisterFault, type RegisterOutcome } from '../fiscal.register.ts';
import { DriverError } from './constants.ts';
import { FptrError } from './fptr-error.ts';

const E = DriverError;
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/**
 * After these a document may or may not be in the fiscal memory: the link or the memory itself failed. The vendor's
 * own server stops its queue on about the same list; it is older than error 241, "connection lost".
 */
const AMBIGUOUS: ReadonlySet<number> = new Set([
  E.NO_CONNECTION,
  E.PORT_BUSY,
  E.PORT_NOT_AVAILABLE,
  E.INCORRECT_DATA,
  E.INTERNAL,
  E.UNKNOWN,
  E.BUSY,
  ...range(E.FN_EXCHANGE, E.FN_TOTAL_OVERFLOW),
  ...range(E.FN_INVALID_COMMAND, E.FN_INVALID_TIME_DIFFERENCE),
  E.FN_INTERFACE,
  E.FN_READ_DOCUMENT,
  E.CONNECTION_LOST,
]);

/** Goes away when somebody loads paper, closes the cover, plugs the cable, or just waits. */
const PASSING: ReadonlySet<number> = new Set([
  E.CONNECTION_DISABLED,
  E.NO_CONNECTION,
  E.PORT_BUSY,
  E.PORT_NOT_AVAILABLE,
  E.INCORRECT_DATA,
  E.NO_PAPER,
  E.COVER_OPENED,
  E.PRINTER_FAULT,
  E.MECHANICAL_FAULT,
  E.BUSY,
  E.NO_CASH,
  E.PRINTER_OVERHEAT,
  E.FN_EXCHANGE,
  E.CUTTER_FAULT,
  E.FN_INTERFACE,
  E.CLOSE_RECEIPT_INTERRUPTED,
  E.DENIED_IN_OPENED_DOC,
  E.CONNECTION_LOST,
]);

/** The printer's troubles: the paper of a document waits for them, the document itself does not. */
const PRINTER: ReadonlySet<number> = new Set([
  E.NO_PAPER,
  E.COVER_OPENED,
  E.PRINTER_FAULT,
  E.MECHANICAL_FAULT,
  E.PRINTER_OVERHEAT,
  E.CUTTER_FAULT,
]);

/** The paper of an earlier document was interrupted: nothing else is begun before it is finished. */
const PAPER_OWED: ReadonlySet<number> = new Set(range(E.REGISTRATION_REPORT_INTERRUPTED, E.CLOSE_RECEIPT_INTERRUPTED));

/** How `cancel_receipt` says that there is nothing to cancel, or that this is not the moment to. */
const NOTHING_TO_CANCEL: ReadonlySet<number> = new Set([
  E.DENIED_IN_CLOSED_RECEIPT,
  E.INVALID_MODE,
  E.MODE_BLOCKED,
  E.SHIFT_EXPIRED,
  E.DENIED_BY_LICENSE,
  E.BLOCKED_BY_REPORT_INTERRUPTION,
  E.REPORT_INTERRUPTED,
  ...PAPER_OWED,
]);

/** How the fiscal memory says that it has no such document, or no longer in full. */
const NO_DATA: ReadonlySet<number> = new Set([E.NO_MORE_DATA, E.FN_NO_MORE_DATA]);

export const provesNothing = (error: FptrError): boolean => AMBIGUOUS.has(error.code);
export const isPrinterTrouble = (error: FptrError): boolean => PRINTER.has(error.code);
export const isPaperOwed = ({ driverCode }: RegisterFault): boolean => PAPER_OWED.has(driverCode);
export const isNothingToCancel = (error: FptrError): boolean => NOTHING_TO_CANCEL.has(error.code);
export const isNoData = (error: FptrError): boolean => NO_DATA.has(error.code);

/** The vendor's words for a lost link do not say with whom. */
const textOf = ({ code, text }: FptrError): string => (code === E.NO_CONNECTION ? `Нет связи с ККТ: ${text}` : text);

export const faultOf = (error: FptrError): RegisterFault => ({
  driverCode: error.code,
  text: textOf(error),
  retryable: PASSING.has(error.code),
});

export const notClosed = (error: FptrError): RegisterOutcome => ({ outcome: 'not_closed', error: faultOf(error) });
export const ambiguous = (error: FptrError): RegisterOutcome => ({ outcome: 'ambiguous', error: faultOf(error) });

/** Lets a refusal of the driver out as the port's own error. */
export async function asRegisterError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FptrError) throw new RegisterError(faultOf(error), { cause: error });
    throw error;
  }
}
