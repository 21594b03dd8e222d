/** The port `FiscalRegister` over the vendor's driver: each call of ours is one unit of the session. */
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import type { FiscalRegister, OpenRegister, RegisterOutcome } from '../fiscal.register.ts';
import type { FptrBinding } from './binding.ts';
import { moveCash } from './cash.ts';
import type { CheckPolicy } from './closing.ts';
import { Port, Setting } from './constants.ts';
import { readCash, readCounters } from './counters.ts';
import { findDocument, readDocument, readLastDocument } from './documents.ts';
import { readFnValidUntil } from './identity.ts';
import { asRegisterError, isPaperOwed, isPrinterTrouble } from './outcome.ts';
import { cancelOpenReceipt } from './preparation.ts';
import { printCopy, printText } from './printing.ts';
import { type PrintContext, printReceipt } from './receipt.ts';
import { type FptrCalls, type FptrSession, openSession } from './session.ts';
import { closeShift, openShift, printXReport } from './shift.ts';
import { readStatus } from './status.ts';

export interface FptrRegisterOptions {
  readonly binding: FptrBinding;
  /** IANA zone of the shop, whose wall time the register's clock shows. Asked each time: a new device learns it late. */
  readonly timeZone: () => string;
  /** After so many ms a call makes the register `notResponding`; default 15 s. */
  readonly callLimitMs?: number;
  /** How a register that does not answer is asked whether a document closed; default 5 times, 300 ms apart. */
  readonly check?: CheckPolicy;
}

const DEFAULT_CALL_LIMIT_MS = 15_000;
const DEFAULT_CHECK: CheckPolicy = { tries: 5, pauseMs: 300 };
const MODEL_AUTO = 500;

const settingsOf = ({ ip, port }: KktAddress): Readonly<Record<string, string>> => ({
  [Setting.MODEL]: String(MODEL_AUTO),
  [Setting.PORT]: String(Port.TCPIP),
  [Setting.IPADDRESS]: ip,
  [Setting.IPPORT]: String(port),
  [Setting.AUTO_RECONNECT]: '1',
});

/** False while the printer still cannot. */
async function continuePrint({ attempt }: FptrCalls): Promise<boolean> {
  const { error } = await attempt('continue_print');
  if (error === undefined) return true;
  if (isPrinterTrouble(error)) return false;
  throw error;
}

/** Paper that an earlier document owes stands in the way of this one: it is finished first, once. */
async function afterOwedPaper(calls: FptrCalls, make: () => Promise<RegisterOutcome>): Promise<RegisterOutcome> {
  const outcome = await make();
  if (outcome.outcome !== 'not_closed' || !isPaperOwed(outcome.error)) return outcome;
  return (await continuePrint(calls)) ? make() : outcome;
}

function registerOf(session: FptrSession, context: PrintContext): FiscalRegister {
  const run = <T>(unit: (calls: FptrCalls) => Promise<T>): Promise<T> => asRegisterError(session.run(unit));
  const make = (unit: (calls: FptrCalls) => Promise<RegisterOutcome>): Promise<RegisterOutcome> =>
    run((calls) => afterOwedPaper(calls, () => unit(calls)));
  return {
    get notResponding() {
      return session.notResponding;
    },
    status: () => run((calls) => readStatus(calls, context.driverVersion)),
    openShift: (request) => make((calls) => openShift(calls, request, context)),
    closeShift: (request) => make((calls) => closeShift(calls, request, context)),
    printReceipt: (request) => make((calls) => printReceipt(calls, request, context)),
    printXReport: (operator) => run((calls) => printXReport(calls, operator)),
    counters: () => run(readCounters),
    fnValidUntil: () => run(readFnValidUntil),
    cashReading: (direction) => run((calls) => readCash(calls, direction)),
    moveCash: (request) => make((calls) => moveCash(calls, request)),
    printCopy: (number) => run((calls) => printCopy(calls, number)),
    printText: (lines) => run((calls) => printText(calls, lines)),
    lastDocument: () => run(readLastDocument),
    findDocument: (number) => run((calls) => findDocument(calls, number)),
    readDocument: (found) => run((calls) => readDocument(calls, found, context.timeZone)),
    cancelOpenReceipt: () => run(cancelOpenReceipt),
    continuePrint: () => run(continuePrint),
    close: () => session.close(),
  };
}

/** How registers are opened with this driver. The session's `open` fails as `RegisterError`. */
export const openFptrRegister =
  (options: FptrRegisterOptions): OpenRegister =>
  async (address) => {
    const { binding, timeZone, callLimitMs = DEFAULT_CALL_LIMIT_MS, check = DEFAULT_CHECK } = options;
    const session = await asRegisterError(openSession({ binding, settings: settingsOf(address), callLimitMs }));
    return registerOf(session, {
      driverVersion: binding.version(),
      check,
      get timeZone() {
        return timeZone();
      },
    });
  };
