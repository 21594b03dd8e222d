/** SQL of what waits in the outbox, as a person looks at it. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';

export interface WaitingRow {
  readonly mid: number;
  readonly name: string;
  /** JSON. */
  readonly args: string;
  readonly schema: number;
  readonly hlc: string;
  readonly madeAt: number;
}

export function createBacklogRepo({ $client: client }: Db) {
  const waiting: Statement<[number, number], WaitingRow> = client.prepare(`
    SELECT mid, name, args, schema, hlc, created_at AS madeAt FROM sync_outbox
    WHERE state = 'pending' AND mid > ? ORDER BY mid LIMIT ?`);
  const orderNumber: Statement<[string], string> = client
    .prepare<[string], string>(`SELECT json_extract(fields, '$.number') FROM orders WHERE id = ?`)
    .pluck();
  return {
    /** Oldest first. */
    listWaiting: (after: number, limit: number): WaitingRow[] => waiting.all(after, limit),
    findOrderNumber: (orderId: string): string | undefined => orderNumber.get(orderId),
  };
}

export type BacklogRepo = ReturnType<typeof createBacklogRepo>;
