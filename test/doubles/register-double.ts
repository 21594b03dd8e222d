/**
 * A cash register in memory: the fiscal memory outlives connections, a connection remembers nothing. It can be told to
 * fail at the moments that matter.
 */

import {
  type FiscalRegister,
  type FoundDocument,
  type OpenRegister,
  type ReceiptRequest,
  RegisterError,
  type RegisterOutcome,
  type RegisterStatus,
  type ShiftRequest,
} from '#main/domains/fiscal/fiscal.register.ts';
import type { FiscalDocument } from '#shared/fiscal/fiscal.schema.ts';
import type { CashTotals, ShiftTotals } from '#shared/fiscal/shift.schema.ts';
import type { WallTime } from '#shared/kernel/wall-time.ts';

export type DoubleFault =
  /** The command fails before the fiscal memory is written, and the driver says so. */
  | 'refused'
  /** The link is lost before the fiscal memory is written. */
  | 'lost_before_write'
  /** The link is lost after the fiscal memory was written. */
  | 'lost_after_write'
  /** Written, but the paper ran out. */
  | 'paper_out'
  /** Written, and then no answer for ever. */
  | 'hang_after_write'
  /** No answer for ever, and nothing written. */
  | 'hang_before_write';

interface StoredDocument extends FoundDocument {
  readonly document: FiscalDocument;
}

const CLOCK: WallTime = { year: 2026, month: 11, day: 21, hour: 14, minute: 6, second: 31 };
const CLOCK_MS = Date.UTC(2026, 10, 21, 11, 6, 31);

export interface RegisterDouble {
  readonly open: OpenRegister;
  /** Everything in the fiscal memory. */
  readonly documents: readonly StoredDocument[];
  /** Receipt commands that reached the register. */
  readonly commands: readonly string[];
  fault: DoubleFault | undefined;
  reachable: boolean;
  paper: boolean;
  shiftState: RegisterStatus['shiftState'];
  fnNumber: string;
  kktSerial: string;
  /** Copies, reports and text that came out beside documents. */
  readonly paperSlips: readonly string[];
  /** Cash moved, and cash of another program, within the shift. */
  readonly cash: { in: CashTotals; out: CashTotals };
  drawerMinor: number;
  /** False: an old firmware that knows no such question. */
  tellsCounters: boolean;
  /** Documents whose task's id cannot be read back, as on registers that do not return tag 1192. */
  hideTaskIds: boolean;
  /** Undefined: an old firmware that does not tell it. */
  fnValidUntil: WallTime | undefined;
  shiftExpiresAt: WallTime | undefined;
  unsent: { readonly count: number; readonly since?: WallTime };
  /** Another program writes a document between ours. */
  write(kind: FoundDocument['kind'], totalMinor: number, taskId?: string): void;
}

export function createRegisterDouble(): RegisterDouble {
  const documents: StoredDocument[] = [];
  const commands: string[] = [];
  const slips: string[] = [];
  let shiftNumber = 117;
  let owedPaper = false;

  const double: RegisterDouble = {
    documents,
    commands,
    fault: undefined,
    reachable: true,
    paper: true,
    shiftState: 'open',
    fnNumber: '9999078902001234',
    kktSerial: '00106700000001',
    paperSlips: slips,
    cash: { in: { count: 0, totalMinor: 0 }, out: { count: 0, totalMinor: 0 } },
    drawerMinor: 0,
    tellsCounters: true,
    hideTaskIds: false,
    fnValidUntil: { ...CLOCK, year: CLOCK.year + 1 },
    unsent: { count: 0 },
    shiftExpiresAt: undefined,
    write: (kind, totalMinor, taskId) => void store(kind, totalMinor, taskId, false),
    open: () => (double.reachable ? Promise.resolve(connection()) : Promise.reject(noLink())),
  };
  double.write('open_shift', 0);

  function store(
    kind: FoundDocument['kind'],
    totalMinor: number,
    taskId: string | undefined,
    shiftAutoOpened: boolean,
  ): FiscalDocument {
    const number = documents.length + 1041;
    const document: FiscalDocument = {
      fiscalDocumentNumber: number,
      fiscalSign: String(1_000_000 + number),
      fnNumber: double.fnNumber,
      registrationNumber: '0000000001012345',
      kktSerial: double.kktSerial,
      shiftNumber,
      fiscalAt: CLOCK_MS,
      totalMinor,
      shiftAutoOpened,
      printed: double.paper,
    };
    const found = {
      fiscalDocumentNumber: number,
      kind,
      fiscalSign: document.fiscalSign,
      at: CLOCK,
      totalMinor,
      shiftNumber,
    };
    documents.push({ ...found, ...(taskId === undefined || double.hideTaskIds ? {} : { taskId }), document });
    if (!double.paper) owedPaper = true;
    return document;
  }

  /** Receipts since the shift was opened; all of them are taken to have been paid in cash. */
  function shiftTotals(): ShiftTotals {
    const opened = documents.findLastIndex(({ kind }) => kind === 'open_shift');
    const of = (kind: FoundDocument['kind']) => {
      const made = documents.slice(opened).filter((document) => document.kind === kind);
      const totalMinor = made.reduce((sum, document) => sum + document.totalMinor, 0);
      return { count: made.length, totalMinor, cashMinor: totalMinor, cardMinor: 0 };
    };
    return { sell: of('sell'), sellReturn: of('sell_return'), cashIn: double.cash.in, cashOut: double.cash.out };
  }

  const noLink = (): RegisterError => new RegisterError({ driverCode: 2, text: 'Нет связи', retryable: true });
  const ambiguous: RegisterOutcome = {
    outcome: 'ambiguous',
    error: { driverCode: 241, text: 'Соединение с ККТ потеряно', retryable: true },
  };

  function connection(): FiscalRegister {
    const check = (): void => {
      if (!double.reachable) throw noLink();
    };

    const fiscalise = async (
      kind: FoundDocument['kind'],
      totalMinor: number,
      request: ShiftRequest | ReceiptRequest,
    ): Promise<RegisterOutcome> => {
      check();
      commands.push(request.taskId);
      const { fault } = double;
      double.fault = undefined;
      if (fault === 'refused')
        return { outcome: 'not_closed', error: { driverCode: 44, text: 'Нет бумаги', retryable: true } };
      if (fault === 'lost_before_write') return ambiguous;
      if (fault === 'hang_before_write') return new Promise(() => undefined);
      let opened = false;
      if (kind === 'sell' || kind === 'sell_return') {
        if (double.shiftState === 'expired')
          return {
            outcome: 'not_closed',
            error: { driverCode: 68, text: 'Смена превысила 24 часа', retryable: false },
          };
        if (double.shiftState === 'closed') {
          shiftNumber += 1;
          double.shiftState = 'open';
          store('open_shift', 0, undefined, false);
          opened = true;
        }
      }
      if (kind === 'open_shift') shiftNumber += 1;
      if (fault === 'paper_out') double.paper = false;
      const document = store(kind, totalMinor, request.taskId, opened);
      if (kind === 'open_shift') double.shiftState = 'open';
      if (kind === 'close_shift') double.shiftState = 'closed';
      if (fault === 'lost_after_write') return ambiguous;
      if (fault === 'hang_after_write') return new Promise(() => undefined);
      return { outcome: 'closed', document };
    };

    return {
      notResponding: false,
      async status() {
        check();
        return {
          model: 'АТОЛ 27Ф',
          driverVersion: '10.10.8.0',
          kktSerial: double.kktSerial,
          fnNumber: double.fnNumber,
          registrationNumber: '0000000001012345',
          shiftState: double.shiftState,
          shiftNumber,
          lastDocumentNumber: documents.at(-1)?.fiscalDocumentNumber ?? 0,
          paperPresent: double.paper,
          paperNearEnd: false,
          coverOpened: false,
          receiptOpen: false,
          cashMinor: double.drawerMinor,
          unsentDocuments: double.unsent.count,
          ...(double.unsent.since === undefined ? {} : { unsentSince: double.unsent.since }),
          ...(double.shiftExpiresAt === undefined ? {} : { shiftExpiresAt: double.shiftExpiresAt }),
          clock: CLOCK,
        };
      },
      openShift: (request) => fiscalise('open_shift', 0, request),
      closeShift: (request) => fiscalise('close_shift', 0, request),
      printReceipt: (request) => fiscalise(request.receipt.kind, request.receipt.totalMinor, request),
      async printXReport() {
        check();
        slips.push('X');
      },
      async counters() {
        check();
        if (!double.tellsCounters) {
          throw new RegisterError({ driverCode: 12, text: 'Не поддерживается', retryable: false });
        }
        return { totals: shiftTotals(), drawerMinor: double.drawerMinor };
      },
      async fnValidUntil() {
        check();
        if (double.fnValidUntil === undefined) {
          throw new RegisterError({ driverCode: 12, text: 'Не поддерживается', retryable: false });
        }
        return double.fnValidUntil;
      },
      async cashReading(direction) {
        check();
        return { shiftNumber, ...double.cash[direction] };
      },
      async moveCash({ direction, amountMinor, before }) {
        check();
        commands.push(`cash_${direction}`);
        const { fault } = double;
        double.fault = undefined;
        if (fault === 'refused') {
          return { outcome: 'not_closed', error: { driverCode: 80, text: 'Нет денег', retryable: true } };
        }
        if (fault === 'lost_before_write') return ambiguous;
        const { count, totalMinor } = double.cash[direction];
        double.cash[direction] = { count: count + 1, totalMinor: totalMinor + amountMinor };
        double.drawerMinor += direction === 'in' ? amountMinor : -amountMinor;
        if (fault === 'lost_after_write') return ambiguous;
        if (fault === 'hang_after_write') return new Promise(() => undefined);
        return { outcome: 'moved', shiftNumber: before.shiftNumber };
      },
      async printCopy(number) {
        check();
        slips.push(`copy ${number}`);
      },
      async printText(lines) {
        check();
        slips.push(lines.join('\n'));
      },
      async lastDocument() {
        check();
        return { fiscalDocumentNumber: documents.at(-1)?.fiscalDocumentNumber ?? 0, at: CLOCK };
      },
      async findDocument(number) {
        check();
        const stored = documents.find(({ fiscalDocumentNumber }) => fiscalDocumentNumber === number);
        if (stored === undefined) return undefined;
        const { document: _kept, ...found } = stored;
        return found;
      },
      async readDocument(found) {
        check();
        const stored = documents.find(
          ({ fiscalDocumentNumber }) => fiscalDocumentNumber === found.fiscalDocumentNumber,
        );
        if (stored === undefined)
          throw new RegisterError({ driverCode: 93, text: 'В журнале нет записи', retryable: false });
        return stored.document;
      },
      async cancelOpenReceipt() {
        check();
      },
      async continuePrint() {
        check();
        if (!double.paper) return false;
        owedPaper = false;
        return !owedPaper;
      },
      async close() {
        // Nothing of a connection outlives it.
      },
    };
  }

  return double;
}
