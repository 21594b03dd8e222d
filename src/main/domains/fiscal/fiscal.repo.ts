/** All SQL of the device's fiscal tasks. */
import { and, asc, count, desc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { listSteps, recordStep } from '#main/journal/journal.repo.ts';
import { mayFollow } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalRecord, FiscalState, FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import { DOUBT } from './fiscal.copy.ts';
import { fiscalRecords, fiscalTasks } from './fiscal.tables.ts';
import type { Baseline } from './recovery.rules.ts';

export type FiscalTaskRow = typeof fiscalTasks.$inferSelect;
type Patch = Partial<
  Pick<
    FiscalTaskRow,
    | 'attempts'
    | 'baseline'
    | 'document'
    | 'error'
    | 'serverStatus'
    | 'shiftNumber'
    | 'shiftAutoOpened'
    | 'saidNotPrintedBy'
  >
>;

type Details = Readonly<Record<string, unknown>>;

/** Steps after `claimed` and before the end: what a start after a crash has to finish or prove. */
const UNFINISHED: readonly FiscalState[] = ['claimed', 'baseline', 'sending', 'closed', 'printed', 'not_closed'];

export const findTask = (db: Reader, id: string): FiscalTaskRow | undefined =>
  db.select().from(fiscalTasks).where(eq(fiscalTasks.id, id)).get();

/** What the shop's records say of a task that is done, whoever told them. */
export const findDoneRecord = (db: Reader, id: string): FiscalRecord | undefined => {
  const fields = db.select({ fields: fiscalRecords.fields }).from(fiscalRecords).where(eq(fiscalRecords.id, id)).get();
  return fields?.fields.status === 'done' ? fields.fields : undefined;
};

/** Newest first, of every register. */
export const listTasks = (db: Reader, limit: number, show: 'all' | 'open'): FiscalTaskRow[] =>
  db
    .select()
    .from(fiscalTasks)
    .where(show === 'open' ? ne(fiscalTasks.state, 'reported') : undefined)
    .orderBy(desc(fiscalTasks.seq))
    .limit(limit)
    .all();

const firstIn = (db: Reader, registerId: string, states: readonly FiscalState[]): FiscalTaskRow | undefined =>
  db
    .select()
    .from(fiscalTasks)
    .where(and(eq(fiscalTasks.registerId, registerId), inArray(fiscalTasks.state, [...states])))
    .orderBy(asc(fiscalTasks.seq))
    .limit(1)
    .get();

const countIn = (db: Reader, registerId: string, states: readonly FiscalState[]): number =>
  db
    .select({ n: count() })
    .from(fiscalTasks)
    .where(and(eq(fiscalTasks.registerId, registerId), inArray(fiscalTasks.state, [...states])))
    .get()?.n ?? 0;

/** The next task of a register to be done. */
export const findNextQueued = (db: Reader, registerId: string): FiscalTaskRow | undefined =>
  firstIn(db, registerId, ['queued']);

/** The task that was begun and has not ended; there is at most one, since a register does one at a time. */
export const findUnfinished = (db: Reader, registerId: string): FiscalTaskRow | undefined =>
  firstIn(db, registerId, UNFINISHED);

/** Retried by itself once the register has said that nothing was printed. */
const PUT_BACK = { driverCode: 0, text: 'asked for in a copy that was put back', retryable: true } as const;

/** The task whose outcome nobody knows: it stops the register's queue. */
export const findUnknown = (db: Reader, registerId: string): FiscalTaskRow | undefined =>
  firstIn(db, registerId, ['unknown']);

/** The task that a document was made for, as far as this device knows. */
export const findOwner = (db: Reader, registerId: string, fnNumber: string, number: number): string | undefined =>
  db
    .select({ id: fiscalTasks.id })
    .from(fiscalTasks)
    .where(
      and(
        eq(fiscalTasks.registerId, registerId),
        sql`json_extract(document, '$.fnNumber') = ${fnNumber}`,
        sql`json_extract(document, '$.fiscalDocumentNumber') = ${number}`,
      ),
    )
    .limit(1)
    .get()?.id;

/** The close of an expired shift that the queue asked for by itself and that is not done yet. */
export const findAutomaticClose = (db: Reader, registerId: string): FiscalTaskRow | undefined =>
  db
    .select()
    .from(fiscalTasks)
    .where(
      and(
        eq(fiscalTasks.registerId, registerId),
        inArray(fiscalTasks.state, ['queued', 'failed']),
        sql`json_extract(task, '$.automatic') = 1`,
      ),
    )
    .limit(1)
    .get();

export const countWaiting = (db: Reader, registerId: string): number =>
  countIn(db, registerId, ['queued', ...UNFINISHED]);

export const countFailed = (db: Reader, registerId: string): number => countIn(db, registerId, ['failed']);

/** What a shift did by our own records: tasks that ended in it. */
export const listEndedInShift = (db: Reader, registerId: string, shiftNumber: number): FiscalTaskRow[] =>
  db
    .select()
    .from(fiscalTasks)
    .where(
      and(
        eq(fiscalTasks.registerId, registerId),
        eq(fiscalTasks.shiftNumber, shiftNumber),
        inArray(fiscalTasks.state, ['closed', 'printed', 'reported']),
      ),
    )
    .orderBy(asc(fiscalTasks.seq))
    .all();

/** Of a task that may have been done in a life that this device does not remember: what its register was like before. */
const findDoubt = (db: Reader, { id, fiscalDeviceId }: FiscalTask): Baseline | undefined =>
  listSteps(db, DOUBT.kind, id)
    .map(({ details }) => details[fiscalDeviceId] as Baseline | undefined)
    .findLast((baseline) => baseline !== undefined);

/**
 * Puts a task at the end of the queue, or before it, where the register has to be asked first. False when it is already
 * known: a task is queued once.
 */
export function insertTask(tx: WriteTx, task: FiscalTask, origin: FiscalTaskRow['origin'], at: number): boolean {
  const baseline = findDoubt(tx, task);
  const done = tx
    .insert(fiscalTasks)
    .values({
      id: task.id,
      registerId: task.fiscalDeviceId,
      seq: sql`(SELECT coalesce(max(seq), 0) + 1 FROM fiscal_tasks)`,
      origin,
      task,
      ...(baseline === undefined ? { state: 'queued' } : { state: 'unknown', baseline, error: PUT_BACK }),
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoNothing()
    .run();
  if (done.changes === 0) return false;
  const steps = baseline === undefined ? (['queued'] as const) : (['queued', 'unknown'] as const);
  for (const step of steps) recordStep(tx, { kind: 'fiscal', subject: task.id, step, details: { origin }, at });
  return true;
}

/**
 * Moves a task to its next state and writes the journal, or throws when the move is not one the state machine knows or
 * the task has moved under us: either would be a second document waiting to happen.
 */
export function moveTask(
  tx: WriteTx,
  row: Pick<FiscalTaskRow, 'id' | 'state'>,
  to: FiscalState,
  at: number,
  patch: Patch = {},
  details: Details = {},
): FiscalTaskRow {
  return moveTaskThrough(tx, row, [{ to, patch, details }], at);
}

export interface TaskStep {
  readonly to: FiscalState;
  readonly patch?: Patch;
  readonly details?: Details;
}

/** Several steps at once, each of them in the journal; they patch different columns. */
export function moveTaskThrough(
  tx: WriteTx,
  row: Pick<FiscalTaskRow, 'id' | 'state'>,
  steps: readonly TaskStep[],
  at: number,
): FiscalTaskRow {
  const patch: Patch = {};
  let state = row.state;
  for (const step of steps) {
    if (!mayFollow(state, step.to)) throw new Error(`fiscal task ${row.id} may not go from ${state} to ${step.to}`);
    state = step.to;
    Object.assign(patch, step.patch);
  }
  const moved = tx
    .update(fiscalTasks)
    .set({ ...patch, state, updatedAt: at })
    .where(and(eq(fiscalTasks.id, row.id), eq(fiscalTasks.state, row.state)))
    .returning()
    .get();
  if (moved === undefined) throw new Error(`fiscal task ${row.id} is no longer ${row.state}`);
  for (const { to, details = {} } of steps) {
    recordStep(tx, { kind: 'fiscal', subject: row.id, step: to, details, at });
  }
  return moved;
}

/** A fact about a task that is not a step of it. */
export function patchTask(tx: WriteTx, id: string, at: number, patch: Patch): void {
  tx.update(fiscalTasks)
    .set({ ...patch, updatedAt: at })
    .where(eq(fiscalTasks.id, id))
    .run();
}

/** Tasks of a register that came from the server, whose state it may not know yet. */
export const listToTell = (db: Reader, registerId: string): FiscalTaskRow[] =>
  db
    .select()
    .from(fiscalTasks)
    .where(
      and(
        eq(fiscalTasks.registerId, registerId),
        eq(fiscalTasks.origin, 'server'),
        or(isNull(fiscalTasks.serverStatus), ne(fiscalTasks.serverStatus, 'done')),
      ),
    )
    .orderBy(asc(fiscalTasks.seq))
    .limit(100)
    .all();

export function markTold(tx: WriteTx, id: string, status: NonNullable<FiscalTaskRow['serverStatus']>): void {
  tx.update(fiscalTasks).set({ serverStatus: status }).where(eq(fiscalTasks.id, id)).run();
}
