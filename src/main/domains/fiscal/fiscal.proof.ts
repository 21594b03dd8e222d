/** Gathers what the register knows of a task that may have been sent, and has it judged. */
import type { FiscalDocument } from '#shared/fiscal/fiscal.schema.ts';
import type { RegisterLink } from './fiscal.link.ts';
import { directionOf } from './fiscal.preparation.ts';
import type { FiscalRegister, RegisterStatus } from './fiscal.register.ts';
import type { FiscalTaskRow } from './fiscal.repo.ts';
import { type Baseline, isSameRegister, judge, judgeCash, type Verdict } from './recovery.rules.ts';

export type Proof =
  | Exclude<Verdict, { kind: 'closed' }>
  | { readonly kind: 'closed'; readonly document: FiscalDocument }
  | { readonly kind: 'moved'; readonly shiftNumber: number };

/** More documents than this since the baseline, and the register has lived a life of its own. */
const MAX_DOCUMENTS_TO_READ = 200;

/**
 * Reads every document since the task's baseline. A receipt left open is cancelled when the proof says that nothing was
 * closed. Throws `RegisterError` when the register does not answer: then nothing is proved.
 *
 * @param ownerOf the task that is known to have made a document: one document is never proof of two tasks.
 */
export const gatherProof = (
  link: RegisterLink,
  row: FiscalTaskRow,
  see: (status: RegisterStatus) => RegisterStatus,
  ownerOf: (fnNumber: string, documentNumber: number) => string | undefined,
): Promise<Proof> =>
  link.use(async (register): Promise<Proof> => {
    const { baseline } = row;
    if (baseline === null) throw new Error(`task ${row.id} is ${row.state} without a baseline`);
    const status = see(await register.status());
    const direction = directionOf(row.task.type);
    if (direction !== undefined) return proveCash(register, row, baseline, status, direction);
    const length = Math.max(0, status.lastDocumentNumber - baseline.lastDocumentNumber);
    if (length > MAX_DOCUMENTS_TO_READ) return { kind: 'unknown', reason: 'many_candidates' };
    const documents = [];
    for (let past = 1; past <= length; past += 1) {
      const found = await register.findDocument(baseline.lastDocumentNumber + past);
      const owner = found && (found.taskId ?? ownerOf(status.fnNumber, found.fiscalDocumentNumber));
      documents.push(found && (owner === undefined ? found : { ...found, taskId: owner }));
    }
    const verdict = judge(row.task, baseline, { status, documents });
    if (verdict.kind === 'not_closed' && verdict.openReceipt) await register.cancelOpenReceipt();
    if (verdict.kind !== 'closed') return verdict;
    // A new connection cannot say whether the paper came out; `continuePrint` finishes it and is harmless if it did.
    return { kind: 'closed', document: { ...(await register.readDocument(verdict.document)), printed: false } };
  });

/** A cash move leaves no document: the register's counter tells. */
async function proveCash(
  register: FiscalRegister,
  { task }: FiscalTaskRow,
  baseline: Baseline,
  status: RegisterStatus,
  direction: 'in' | 'out',
): Promise<Proof> {
  if (!isSameRegister(baseline, status)) return { kind: 'unknown', reason: 'another_register' };
  if (baseline.cash === undefined || task.cash === undefined) throw new Error(`task ${task.id} moves no cash`);
  const after = await register.cashReading(direction);
  switch (judgeCash(baseline.cash, after, task.cash.amountMinor)) {
    case 'moved':
      return { kind: 'moved', shiftNumber: after.shiftNumber };
    case 'not_moved':
      return { kind: 'not_closed', openReceipt: false };
    case 'unknown':
      return { kind: 'unknown', reason: 'counter_disagrees' };
  }
}
