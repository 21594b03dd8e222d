/** What must hold of a counter's life, whatever happened in it: the register's documents against the device's tasks. */
import { CASH, type FnDocument, isIncoming } from '#emulators/kkt/model.ts';
import { findTag, tagGroup, tagText } from '#emulators/kkt/tags.ts';
import { KIND_OF_RECEIPT_TYPE } from '#main/domains/fiscal/fptr/vocabulary.ts';
import type { Counter, TaskRow } from './fiscal-counter.ts';
import { mayEndUnknown, type Plan } from './fiscal-plan.ts';
import type { Turn } from './fiscal-turn.ts';

export class Broken extends Error {
  override readonly name = 'Broken';
}

const holds = (condition: boolean, what: () => string): void => {
  if (!condition) throw new Broken(what());
};

/** The task whose id the document bears: the value of its user attribute, or of tag 1192. */
export function taskIdOf(document: FnDocument): string | undefined {
  const attribute = findTag(document.tlvs, 1084);
  if (attribute !== undefined) return tagText(tagGroup(attribute), 1086);
  const id = tagText(document.tlvs, 1192).trim();
  return id === '' ? undefined : id;
}

const DONE = new Set(['closed', 'printed', 'reported']);
const isReceipt = ({ kind }: FnDocument): boolean => kind === 'receipt';

/** Of one turn, as soon as it is over. */
export async function judgeTurn(counter: Counter, { act, trouble }: Plan, turn: Turn): Promise<void> {
  const documents = counter.documents();
  const bearing = documents.filter((document) => taskIdOf(document) === turn.taskId);
  holds(bearing.length <= 1, () => `I14: ${bearing.length} documents bear task ${turn.taskId}`);
  holds(turn.outcome !== 'unknown' || mayEndUnknown(trouble.name), () => `${trouble.name} may not end unknown`);
  const row = await counter.task(turn.taskId);
  if (row === undefined) throw new Broken(`task ${turn.taskId} is lost`);
  agree(row, isReceiptTask(row) ? bearing[0] : documents.find(({ number }) => number === numberOf(row)));
  if (act.kind === 'server_task' && turn.outcome !== 'unknown') judgeTold(counter, turn.taskId, row);
}

const KINDS: Readonly<Partial<Record<TaskRow['type'], string>>> = {
  sale: 'sell',
  refund: 'sell_return',
  open_shift: 'open_shift',
  close_shift: 'close_shift',
};
const kindOf = (document: FnDocument): string | undefined =>
  document.kind === 'receipt' ? KIND_OF_RECEIPT_TYPE.get(document.receiptType ?? 0) : document.kind;
const isReceiptTask = ({ type }: TaskRow): boolean => type === 'sale' || type === 'refund';
const numberOf = (row: TaskRow): number | undefined => row.document?.fiscalDocumentNumber;

/** What the device says it did is what the fiscal memory holds. A shift that was already as asked made no document. */
function agree(row: TaskRow, document: FnDocument | undefined): void {
  if (!DONE.has(row.state) || KINDS[row.type] === undefined) return;
  if (!isReceiptTask(row) && row.document === undefined) return;
  if (document === undefined) throw new Broken(`task ${row.id} is ${row.state} and no document bears it`);
  holds(
    numberOf(row) === document.number &&
      row.document?.fiscalSign === document.sign &&
      row.totalMinor === document.totalMinor &&
      KINDS[row.type] === kindOf(document),
    () => `task ${row.id} says document ${JSON.stringify(row.document)}, the memory has ${JSON.stringify(document)}`,
  );
}

/** Headquarters heard it begin before it heard it end, and one end. */
function judgeTold(counter: Counter, taskId: string, row: TaskRow): void {
  const heard = counter.queue.heard(taskId);
  const ends = heard.filter(({ status }) => status === 'done');
  holds(heard[0]?.status === 'in_progress', () => `headquarters first heard ${heard[0]?.status} of ${taskId}`);
  holds(
    ends.length > 0 && ends.every(({ fiscal }) => fiscal?.fiscalDocumentNumber === row.document?.fiscalDocumentNumber),
    () => `headquarters heard ${JSON.stringify(heard)} of ${taskId}`,
  );
}

export interface Totals {
  readonly tasks: number;
  readonly documents: number;
  readonly receipts: number;
  readonly minor: number;
}

/** Of a whole life of a register. */
export async function judgeCounter(counter: Counter, turns: readonly Turn[]): Promise<Totals> {
  const documents = counter.documents();
  const rows = await counter.tasks();
  const known = new Map(rows.map((row) => [row.id, row]));
  const receipts = documents.filter(isReceipt);
  for (const document of receipts) {
    const id = taskIdOf(document);
    holds(id !== undefined && known.has(id), () => `document ${document.number} is of no task: ${id ?? 'no id'}`);
  }
  holds(
    new Set(receipts.map(taskIdOf)).size === receipts.length,
    () => 'two documents of the fiscal memory bear one task',
  );
  holds(
    rows.every(({ state }) => state === 'reported' || state === 'unknown'),
    () => `not every task has ended: ${JSON.stringify(rows.filter(({ state }) => state !== 'reported'))}`,
  );
  holds(rows.length >= turns.length, () => `${turns.length} turns made ${rows.length} tasks`);

  const byTask = new Map(receipts.map((document) => [taskIdOf(document), document]));
  for (const row of rows) agree(row, isReceiptTask(row) ? byTask.get(row.id) : documents[(numberOf(row) ?? 0) - 1]);
  const shifts = rows.flatMap((row) => (isReceiptTask(row) ? [] : (numberOf(row) ?? [])));
  holds(new Set(shifts).size === shifts.length, () => 'two tasks of shifts claim one document');
  // The document of an unknown task is in a memory that nobody could ask; nobody may count on it.
  const ended = receipts.filter((document) => known.get(taskIdOf(document) ?? '')?.state === 'reported');
  const inMemory = sumOf(ended.map(({ receiptType, totalMinor }) => (receiptType === 1 ? totalMinor : -totalMinor)));
  const inTasks = sumOf(
    rows
      .filter(({ state }) => state === 'reported')
      .map(({ type, totalMinor }) => (type === 'sale' ? totalMinor : type === 'refund' ? -totalMinor : 0)),
  );
  holds(inMemory === inTasks, () => `the memory holds ${inMemory}, the tasks ${inTasks}`);
  await judgeDrawer(counter, documents, rows);

  const paper = counter.paper();
  for (const { number } of ended) {
    const slips = paper.filter((line) => line.startsWith(`ФД ${number} `)).length;
    holds(slips === 1, () => `document ${number} is on ${slips} slips of paper`);
  }
  return { tasks: rows.length, documents: documents.length, receipts: receipts.length, minor: inMemory };
}

/** Cash leaves no document: what is in the drawer is the only witness of what was put in and taken out. */
async function judgeDrawer(
  counter: Counter,
  documents: readonly FnDocument[],
  rows: readonly TaskRow[],
): Promise<void> {
  const receipts = sumOf(
    documents
      .filter(isReceipt)
      .flatMap(({ receiptType, payments }) =>
        payments
          .filter(({ type }) => type === CASH)
          .map(({ sumMinor }) => (isIncoming(receiptType ?? 0) ? sumMinor : -sumMinor)),
      ),
  );
  const moves = sumOf(
    rows
      .filter(({ state }) => state === 'reported')
      .map(({ type, totalMinor }) => (type === 'cash_in' ? totalMinor : type === 'cash_out' ? -totalMinor : 0)),
  );
  const doubtful = rows
    .filter(({ state, type }) => state === 'unknown' && (type === 'cash_in' || type === 'cash_out'))
    .map(({ type, totalMinor }) => (type === 'cash_in' ? totalMinor : -totalMinor));
  const drawer = await counter.drawer();
  holds(drawer === receipts + moves + sumOf(doubtful), () => `the drawer holds ${drawer}, not ${receipts} + ${moves}`);
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
