/**
 * The port of a cash register in our own terms. Implementations: `fptr/` (the vendor's driver through its C ABI)
 * and the test double beside the executor. Money is minor units; times are the register's wall clock.
 */
import type {
  FiscalDocument,
  KktAddress,
  Operator,
  Receipt,
  ReceiptKind,
  ShiftState,
} from '#shared/fiscal/fiscal.schema.ts';
import type { ShiftTotals } from '#shared/fiscal/shift.schema.ts';
import type { WallTime } from '#shared/kernel/wall-time.ts';

export interface RegisterStatus {
  readonly model: string;
  readonly driverVersion: string;
  readonly kktSerial: string;
  readonly fnNumber: string;
  readonly registrationNumber: string;
  readonly shiftState: ShiftState;
  readonly shiftNumber: number;
  /** When the open shift runs out of its 24 h; absent when it is closed. */
  readonly shiftExpiresAt?: WallTime;
  readonly lastDocumentNumber: number;
  readonly paperPresent: boolean;
  readonly paperNearEnd: boolean;
  readonly coverOpened: boolean;
  readonly receiptOpen: boolean;
  readonly cashMinor: number;
  /** Documents that the tax data operator has not taken yet, and the date of the oldest. */
  readonly unsentDocuments: number;
  readonly unsentSince?: WallTime;
  readonly clock: WallTime;
}

/** A document read back from the fiscal memory: the proof of what happened. */
export interface FoundDocument {
  readonly fiscalDocumentNumber: number;
  readonly kind: ReceiptKind | 'open_shift' | 'close_shift' | 'other';
  readonly fiscalSign: string;
  readonly at: WallTime;
  readonly totalMinor: number;
  readonly shiftNumber?: number;
  readonly receiptNumber?: number;
  /** Our task id, when tag 1192 or 1084 of the document bears one. */
  readonly taskId?: string;
}

export interface ReceiptRequest {
  /** Written into the document (tag 1192, not printed): the proof that it is ours. */
  readonly taskId: string;
  readonly operator: Operator;
  readonly receipt: Receipt;
}

export interface ShiftRequest {
  readonly taskId: string;
  readonly operator: Operator;
}

export interface CashRequest {
  readonly operator: Operator;
  readonly direction: 'in' | 'out';
  readonly amountMinor: number;
  /** The counter before, to which the one after is compared: a cash move leaves no document in the fiscal memory. */
  readonly before: CashReading;
}

/** The register's counter of cash put in, or taken out, within a shift. */
export interface CashReading {
  readonly shiftNumber: number;
  readonly count: number;
  readonly totalMinor: number;
}

/** What the register has counted since its shift was opened. While it is closed, registers differ. */
export interface RegisterCounters {
  readonly totals: ShiftTotals;
  readonly drawerMinor: number;
}

/**
 * How a command ended. `closed` - the fiscal memory has the document. `not_closed` - it provably has not, nothing was
 * fiscalised. `ambiguous` - the call failed in a way that proves neither (link lost, timeout): recovery must find out.
 */
export type RegisterOutcome =
  | { readonly outcome: 'closed'; readonly document: FiscalDocument }
  /** Cash was moved, in this shift. */
  | { readonly outcome: 'moved'; readonly shiftNumber: number }
  | { readonly outcome: 'not_closed'; readonly error: RegisterFault }
  | { readonly outcome: 'ambiguous'; readonly error: RegisterFault };

export interface RegisterFault {
  /** The driver's error number (`LIBFPTR_ERROR_*`), or 0 for a fault of our own side. */
  readonly driverCode: number;
  readonly text: string;
  /** True when a later try may succeed with nothing changed in the task (paper, link, busy). */
  readonly retryable: boolean;
}

/** Raised by calls that only read, and by calls that failed before anything was sent to be fiscalised. */
export class RegisterError extends Error {
  override readonly name = 'RegisterError';
  readonly fault: RegisterFault;
  constructor(fault: RegisterFault, options?: { cause?: unknown }) {
    super(`${fault.driverCode}: ${fault.text}`, options);
    this.fault = fault;
  }
}

/** One open connection to one register. Calls queue behind each other; none blocks the event loop. */
export interface FiscalRegister {
  /** True once a call has outlived its limit: the register hangs, and calls after it wait behind it. */
  readonly notResponding: boolean;
  status(): Promise<RegisterStatus>;
  openShift(request: ShiftRequest): Promise<RegisterOutcome>;
  closeShift(request: ShiftRequest): Promise<RegisterOutcome>;
  /** Opens the receipt, registers every line and payment, closes it and checks that it closed. */
  printReceipt(request: ReceiptRequest): Promise<RegisterOutcome>;
  /** X report: prints the counters, changes nothing. */
  printXReport(operator: Operator): Promise<void>;
  counters(): Promise<RegisterCounters>;
  /** The day by which the fiscal memory must be replaced. Old firmware refuses the question. */
  fnValidUntil(): Promise<WallTime>;
  cashReading(direction: 'in' | 'out'): Promise<CashReading>;
  /** Puts cash into the drawer or takes it out. */
  moveCash(request: CashRequest): Promise<RegisterOutcome>;
  /** Prints a copy of a document of the fiscal memory. */
  printCopy(fiscalDocumentNumber: number): Promise<void>;
  /** Prints plain text that is no fiscal document. */
  printText(lines: readonly string[]): Promise<void>;
  lastDocument(): Promise<{ readonly fiscalDocumentNumber: number; readonly at: WallTime }>;
  /** `undefined` when the fiscal memory has no document of that number. */
  findDocument(fiscalDocumentNumber: number): Promise<FoundDocument | undefined>;
  /** The full document as `FiscalDocument`, for a task whose document was found by `findDocument`. */
  readDocument(found: FoundDocument): Promise<FiscalDocument>;
  /** Cancels a receipt left open; does nothing when there is none. */
  cancelOpenReceipt(): Promise<void>;
  /** Finishes the paper of the last document. `false` while the printer still cannot. */
  continuePrint(): Promise<boolean>;
  /** Ends the connection and frees the driver's handle. */
  close(): Promise<void>;
}

/** Opens a register at an address. Throws `RegisterError` when it does not answer. */
export type OpenRegister = (address: KktAddress) => Promise<FiscalRegister>;
