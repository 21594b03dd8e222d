/** What a copy of a device's data does not hold yet of receipts, though it will ask for them: those of money under way. */
import type { Database } from 'better-sqlite3';
import { refundTaskOf, saleTaskOf } from './derived-id.ts';

/** Ids of fiscal tasks that intents of this copy may come to: their receipts, and the returns of what was not given. */
export function receiptsToCome(copy: Database): readonly string[] {
  const intents = copy
    .prepare<[], { id: string; orderId: string; isPaid: 0 | 1 }>(
      `SELECT id, order_id AS orderId, status = 'confirmed' AS isPaid FROM payment_intents
       WHERE status = 'pending' OR is_followed OR (status = 'confirmed' AND outcome IS NOT 'served')`,
    )
    .all();
  return intents.flatMap((intent) => [
    ...(intent.isPaid === 1 ? [] : [saleTaskOf(intent.orderId)]),
    refundTaskOf(intent.id),
  ]);
}
