/**
 * What a copy of a device's data says of receipts. Whoever starts from it later does not know what was printed meanwhile:
 * so in the copy the outcome of what was not done is unknown, and the register is asked before anything is printed. A
 * receipt that had not even been asked for, of money that was on its way, is doubted when it is.
 */
import type { Database } from 'better-sqlite3';

/** Cash leaves no document to look for, and a shift that is open now may be another one: that is for a person. */
const TEXT = 'put back from a copy while it waited';

/**
 * Inside the copy, never in the data that a device works with.
 *
 * @param now Unix ms.
 * @param toCome ids of tasks that are not in the queue yet and may be asked for of what is in the copy.
 */
export function doubtWaiting(copy: Database, now: number, toCome: readonly string[] = []): void {
  const undone = `state IN ('queued', 'claimed', 'baseline', 'sending', 'not_closed', 'unknown')`;
  const type = `json_extract(task, '$.type')`;
  copy.transaction(() => {
    // A word that counted for that moment only: what was said not to be printed may be printed by now.
    copy
      .prepare(
        `UPDATE fiscal_tasks SET state = 'unknown', updated_at = :now, said_not_printed_by = NULL,
           error = json_object('driverCode', 0, 'text', :text, 'retryable', json('true')),
           baseline = json_set(coalesce(baseline, ${baselineOf('fiscal_tasks.register_id')}),
             '$.fromCopy', json('true'), '$.attempt', attempts,
             '$.expectedTotalMinor', coalesce(json_extract(task, '$.receipt.totalMinor'), 0))
         WHERE ${undone} AND (${type} IN ('sale', 'refund') OR
           (state IN ('sending', 'unknown') AND ${type} IN ('open_shift', 'close_shift')))`,
      )
      .run({ now, text: TEXT });
    copy
      .prepare(
        `UPDATE fiscal_tasks SET state = 'failed', updated_at = :now,
           error = json_object('driverCode', 0, 'text', :text, 'retryable', json('false'))
         WHERE ${undone} AND ${type} NOT IN ('sale', 'refund') AND json_extract(coalesce(error, '{}'), '$.text') IS NOT :text`,
      )
      .run({ now, text: TEXT });
    copy
      .prepare(
        `INSERT INTO journal (kind, subject, step, details, at)
         SELECT 'fiscal', id, state, error, :now FROM fiscal_tasks
         WHERE updated_at = :now AND state IN ('unknown', 'failed') AND json_extract(error, '$.text') = :text`,
      )
      .run({ now, text: TEXT });
    const doubt = copy.prepare(
      `INSERT INTO journal (kind, subject, step, details, at)
       SELECT '${DOUBT.kind}', :id, '${DOUBT.step}', json_group_object(id, ${baselineOf('registers.id')}), :now FROM registers`,
    );
    for (const id of toCome) doubt.run({ id, now });
  })();
}

/** How the journal says that a task may have been done in a life that this device does not remember: baselines by register. */
export const DOUBT = { kind: 'fiscal_doubt', step: 'put_back' } as const;

/** What the register had printed for us by then: a receipt of later can only be in a document after it. */
function baselineOf(registerId: string): string {
  /** Empty of a register that has never answered: no register is taken for it, and a person is asked. */
  const known = (column: string) =>
    `coalesce((SELECT ${column} FROM registers AS known WHERE known.id = ${registerId}), '')`;
  return `json_object(
    'fnNumber', ${known('fn_number')}, 'kktSerial', ${known('kkt_serial')},
    'lastDocumentNumber', coalesce((
      SELECT max(json_extract(done.document, '$.fiscalDocumentNumber')) FROM fiscal_tasks AS done
      WHERE done.register_id = ${registerId}
        AND json_extract(done.document, '$.fnNumber') = ${known('fn_number')}), 0),
    'shiftNumber', 0, 'shiftState', 'closed', 'attempt', 0, 'at', :now, 'expectedTotalMinor', 0, 'fromCopy', json('true'))`;
}
