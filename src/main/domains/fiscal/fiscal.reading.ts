/** Reads a shift off its register and sets it against our own records. */
import type { Reader } from '#main/db/db.ts';
import type { ShiftReading } from '#shared/fiscal/shift.schema.ts';
import type { FiscalRegister, FoundDocument, RegisterStatus } from './fiscal.register.ts';
import { type FiscalTaskRow, findUnknown, listEndedInShift } from './fiscal.repo.ts';
import { compareTotals, explainDifferences, totalsOf } from './reconciliation.rules.ts';

/** More documents of others than this are not listed one by one: the rest stays "unexplained". */
const MAX_FOREIGN = 100;
const MAX_CHECKED = 50;

/** Throws `RegisterError`. Documents are read one by one only when the sums do not agree. */
export async function readShift(
  db: Reader,
  registerId: string,
  register: FiscalRegister,
  status: RegisterStatus,
): Promise<ShiftReading> {
  const counters = await register.counters();
  const { kktSerial, fnNumber, shiftNumber, unsentDocuments } = status;
  const ended = listEndedInShift(db, registerId, shiftNumber).filter(
    ({ document }) => document === null || (document.kktSerial === kktSerial && document.fnNumber === fnNumber),
  );
  const ledger = totalsOf(ended.map(({ task }) => task));
  const differences = compareTotals(ledger, counters.totals);
  const unknown = findUnknown(db, registerId);
  const about = differences.filter(({ row }) => row === 'sell' || row === 'sellReturn');
  const evidence = {
    foreign: about.some((one) => one.register > one.ledger) ? await findForeign(register, status, ended) : [],
    missing: about.some((one) => one.ledger > one.register) ? await findMissing(register, ended) : [],
  };
  return {
    shiftNumber,
    kktSerial,
    fnNumber,
    register: counters.totals,
    ledger,
    drawerMinor: counters.drawerMinor,
    differences,
    causes: explainDifferences(differences, { ...evidence, unknown: unknown === undefined ? [] : [unknown.task] }),
    unsentDocuments,
  };
}

const numberOf = ({ document }: FiscalTaskRow): number | undefined => document?.fiscalDocumentNumber;

/** Goes back from the last document to the opening of the shift, past those that are ours. */
async function findForeign(
  register: FiscalRegister,
  { lastDocumentNumber, shiftNumber }: RegisterStatus,
  ended: readonly FiscalTaskRow[],
): Promise<FoundDocument[]> {
  const ours = new Set(ended.map(numberOf));
  const foreign: FoundDocument[] = [];
  for (let number = lastDocumentNumber; number > 0 && foreign.length < MAX_FOREIGN; number -= 1) {
    if (ours.has(number)) continue;
    const found = await register.findDocument(number);
    if (found === undefined || found.kind === 'open_shift') break;
    if (found.shiftNumber !== undefined && found.shiftNumber !== shiftNumber) break;
    if (found.kind === 'sell' || found.kind === 'sell_return') foreign.push(found);
  }
  return foreign.toReversed();
}

async function findMissing(register: FiscalRegister, ended: readonly FiscalTaskRow[]) {
  const missing = [];
  const receipts = ended.filter(({ task }) => task.receipt !== undefined).slice(-MAX_CHECKED);
  for (const { task, document } of receipts) {
    if (document === null) continue;
    const { fiscalDocumentNumber } = document;
    const found = await register.findDocument(fiscalDocumentNumber);
    const isThere = found?.totalMinor === document.totalMinor && found.fiscalSign === document.fiscalSign;
    if (!isThere) missing.push({ task, fiscalDocumentNumber });
  }
  return missing;
}
