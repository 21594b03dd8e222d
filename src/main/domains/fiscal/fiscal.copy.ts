/**
 * What a copy of a device's data says of receipts that wait. Whoever starts from it later does not know whether they were
 * printed meanwhile: so in the copy their outcome is unknown, and the register is asked before anything is printed.
 */
import type { Database } from 'better-sqlite3';

/** Cash leaves no document to look for, and the counter before the move was not read: that is for a person. */
const TEXT = 'put back from a copy while it waited';

/**
 * Inside the copy, never in the data that a device works with.
 *
 * @param now Unix ms.
 */
export function doubtWaiting(copy: Database, now: number): void {
  const waiting = `state IN ('queued', 'claimed', 'baseline', 'not_closed')`;
  /** Empty of a register that has never answered: no register is taken for it, and a person is asked. */
  const known = (column: string) =>
    `coalesce((SELECT ${column} FROM registers WHERE id = fiscal_tasks.register_id), '')`;
  const type = `json_extract(task, '$.type')`;
  copy.transaction(() => {
    // What the register had printed for us by then: a receipt that waited can only be in a document after it.
    copy
      .prepare(
        `UPDATE fiscal_tasks SET state = 'unknown', updated_at = :now,
           error = json_object('driverCode', 0, 'text', :text, 'retryable', json('true')),
           baseline = coalesce(baseline, json_object(
             'fnNumber', ${known('fn_number')}, 'kktSerial', ${known('kkt_serial')},
             'lastDocumentNumber', coalesce((
               SELECT max(json_extract(done.document, '$.fiscalDocumentNumber')) FROM fiscal_tasks AS done
               WHERE done.register_id = fiscal_tasks.register_id
                 AND json_extract(done.document, '$.fnNumber') = ${known('fn_number')}), 0),
             'shiftNumber', 0, 'shiftState', 'closed', 'attempt', attempts, 'at', :now,
             'expectedTotalMinor', coalesce(json_extract(task, '$.receipt.totalMinor'), 0)))
         WHERE ${waiting} AND ${type} IN ('sale', 'refund')`,
      )
      .run({ now, text: TEXT });
    copy
      .prepare(
        `UPDATE fiscal_tasks SET state = 'failed', updated_at = :now,
           error = json_object('driverCode', 0, 'text', :text, 'retryable', json('false'))
         WHERE ${waiting} AND ${type} IN ('cash_in', 'cash_out')`,
      )
      .run({ now, text: TEXT });
    copy
      .prepare(
        `INSERT INTO journal (kind, subject, step, details, at)
         SELECT 'fiscal', id, state, error, :now FROM fiscal_tasks
         WHERE updated_at = :now AND state IN ('unknown', 'failed') AND json_extract(error, '$.text') = :text`,
      )
      .run({ now, text: TEXT });
  })();
}
