/** SQL of the outbox. `args`, `base`, `touches` and `outcome` travel as JSON text. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';
import type { Outcome } from '#shared/sync/protocol.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { Touching } from '#shared/sync/replay.ts';

export interface OutboxRow {
  readonly mid: number;
  readonly name: string;
  readonly args: string;
  readonly schema: number;
  readonly hlc: string;
  readonly base: string;
  readonly h: string;
  /** Version of the grants it was made under. */
  readonly grant: number | null;
  readonly touches: string;
  readonly createdAt: number;
}

export type WireRow = Pick<OutboxRow, 'mid' | 'name' | 'args' | 'schema' | 'hlc' | 'base' | 'h' | 'grant'>;
export type ReplayRow = Pick<OutboxRow, 'mid' | 'name' | 'args' | 'schema' | 'hlc'>;

interface TouchingRow {
  readonly mid: number;
  /** JSON. */
  readonly touches: string;
}

const asTouching = ({ mid, touches }: TouchingRow): Touching => ({ mid, touches: JSON.parse(touches) as RefKey[] });

export function createOutboxRepo({ $client: client }: Db) {
  const insert: Statement<[OutboxRow]> = client.prepare(`
    INSERT INTO sync_outbox (mid, name, args, schema, hlc, base, h, grant_ver, touches, created_at, state)
    VALUES (@mid, @name, @args, @schema, @hlc, @base, @h, @grant, @touches, @createdAt, 'pending')`);
  const insertAnswered: Statement<[OutboxRow & { readonly outcome: string }]> = client.prepare(`
    INSERT INTO sync_outbox (mid, name, args, schema, hlc, base, h, grant_ver, touches, created_at, state, outcome, acked_on)
    VALUES (@mid, @name, @args, @schema, @hlc, @base, @h, @grant, @touches, @createdAt, 'acked', @outcome,
      (SELECT counted_ms FROM sync_state))`);
  const pending: Statement<[number, number], WireRow> = client.prepare(`
    SELECT mid, name, args, schema, hlc, base, h, grant_ver AS "grant" FROM sync_outbox
    WHERE state = 'pending' AND mid > ? ORDER BY mid LIMIT ?`);
  const anyPending: Statement<[], number> = client
    .prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM sync_outbox WHERE state = 'pending')`)
    .pluck();
  const countPending: Statement<[], number> = client
    .prepare<[], number>(`SELECT count(*) FROM sync_outbox WHERE state = 'pending'`)
    .pluck();
  const oldestPending: Statement<[], number> = client
    .prepare<[], number>(`SELECT created_at FROM sync_outbox WHERE state = 'pending' ORDER BY mid LIMIT 1`)
    .pluck();
  const acknowledge: Statement<[string, number]> = client.prepare(
    `UPDATE sync_outbox SET state = 'acked', outcome = ?, acked_on = (SELECT counted_ms FROM sync_state) WHERE mid = ?`,
  );
  const acknowledgeDone: Statement<[number, number]> = client.prepare(
    `UPDATE sync_outbox SET state = 'acked', outcome = json_object('mid', mid, 'status', 'applied'),
       acked_on = (SELECT counted_ms FROM sync_state) WHERE mid BETWEEN ? AND ?`,
  );
  const reopen: Statement<[number]> = client.prepare(
    `UPDATE sync_outbox SET state = 'pending', outcome = NULL WHERE mid > ? AND state = 'acked'`,
  );
  const firstMid: Statement<[number], number | null> = client
    .prepare<[number], number | null>('SELECT min(mid) FROM sync_outbox WHERE mid > ?')
    .pluck();
  const touching: Statement<[number, number, number], TouchingRow> = client.prepare(
    'SELECT mid, touches FROM sync_outbox WHERE mid > ? AND mid <= ? ORDER BY mid LIMIT ?',
  );
  const touch: Statement<[number, string]> = client.prepare(
    'INSERT INTO sync_touches (key, mid) SELECT value, ? FROM json_each(?)',
  );
  const anyTouching: Statement<[RefKey, number], number> = client
    .prepare<[RefKey, number], number>('SELECT EXISTS (SELECT 1 FROM sync_touches WHERE key = ? AND mid > ?)')
    .pluck();
  const touchedBy: Statement<[RefKey, number], TouchingRow> = client.prepare(
    `SELECT mid, touches FROM sync_outbox WHERE mid IN (SELECT mid FROM sync_touches WHERE key = ? AND mid > ?)`,
  );
  const touchNothing = client.prepare('DELETE FROM sync_touches');
  /** Of mutations that are no longer kept: their numbers are given once, so these are of no harm until then. */
  const sweepTouches = client.prepare('DELETE FROM sync_touches WHERE mid NOT IN (SELECT mid FROM sync_outbox)');
  const firstPending: Statement<[], number | null> = client
    .prepare<[], number | null>(`SELECT min(mid) FROM sync_outbox WHERE state = 'pending'`)
    .pluck();
  const waiting: Statement<[number, number], number> = client
    .prepare<[number, number], number>(
      `SELECT EXISTS (SELECT 1 FROM sync_outbox WHERE state = 'pending' AND mid > ? AND mid <= ?)`,
    )
    .pluck();
  const hash: Statement<[number], string> = client
    .prepare<[number], string>('SELECT h FROM sync_outbox WHERE mid = ?')
    .pluck();
  const forReplay: Statement<[number], ReplayRow> = client.prepare(
    'SELECT mid, name, args, schema, hlc FROM sync_outbox WHERE mid = ?',
  );
  const allPending: Statement<[], OutboxRow> = client.prepare(`
    SELECT mid, name, args, schema, hlc, base, h, grant_ver AS "grant", touches, created_at AS createdAt
    FROM sync_outbox WHERE state = 'pending' ORDER BY mid`);
  const removeAll = client.prepare('DELETE FROM sync_outbox');
  const remove: Statement<[number]> = client.prepare('DELETE FROM sync_outbox WHERE mid = ?');
  const prune: Statement<[number, number]> = client.prepare(
    `DELETE FROM sync_outbox WHERE state = 'acked' AND mid <= ? AND acked_on < ?`,
  );

  return {
    insert: (row: OutboxRow): void => {
      insert.run(row);
      touch.run(row.mid, row.touches);
    },
    /** One that was answered in another file of this device, with its answer as JSON. */
    insertAnswered: (row: OutboxRow & { readonly outcome: string }): void => {
      insertAnswered.run(row);
      touch.run(row.mid, row.touches);
    },
    /** The oldest mutations without an answer that come after `mid`. */
    listPending: (mid: number, limit: number): WireRow[] => pending.all(mid, limit),
    hasPending: (): boolean => anyPending.get() === 1,
    countPending: (): number => countPending.get() ?? 0,
    /** When the oldest mutation without an answer was made: Unix ms by this device's clock. */
    oldestPendingAt: (): number | undefined => oldestPending.get(),
    acknowledge: (outcome: Outcome): void => {
      acknowledge.run(JSON.stringify(outcome), outcome.mid);
    },
    /** The same for all from one to another that were applied, with nothing said about them. */
    acknowledgeDone: (from: number, to: number): void => {
      acknowledgeDone.run(from, to);
    },
    /** The server no longer knows what came after this: it is to be sent again. */
    reopenAfter: (mid: number): void => {
      reopen.run(mid);
    },
    /** The oldest mutation after this that is still kept. */
    firstAfter: (mid: number): number | undefined => firstMid.get(mid) ?? undefined,
    /** Mutations after one and up to another, oldest first, with the rows they touch. */
    listTouching: (after: number, upTo: number, limit = Number.MAX_SAFE_INTEGER): Touching[] =>
      touching.all(after, upTo, limit).map(asTouching),
    /** Whether a mutation after this one reads or writes a row. */
    isTouched: (key: RefKey, after: number): boolean => anyTouching.get(key, after) === 1,
    /** The mutations after one that read or write a row. */
    listTouchedBy: (key: RefKey, after: number): Touching[] => touchedBy.all(key, after).map(asTouching),
    /** The oldest mutation without an answer. */
    firstPending: (): number | undefined => firstPending.get() ?? undefined,
    /** Has a mutation after one and up to another no answer? */
    isWaiting: (after: number, upTo: number): boolean => waiting.get(after, upTo) === 1,
    /** Of one that is still kept. */
    findHash: (mid: number): string | undefined => hash.get(mid),
    findForReplay: (mid: number): ReplayRow | undefined => forReplay.get(mid),
    listAllPending: (): OutboxRow[] => allPending.all(),
    removeAll: (): void => {
      removeAll.run();
      touchNothing.run();
    },
    remove: (mids: Iterable<number>): void => {
      for (const mid of mids) remove.run(mid);
      sweepTouches.run();
    },
    /** Forgets what was answered before a moment of counted time, up to `mid`. Returns how many. */
    prune: (mid: number, before: number): number => {
      const { changes } = prune.run(mid, before);
      if (changes > 0) sweepTouches.run();
      return changes;
    },
  };
}

export type OutboxRepo = ReturnType<typeof createOutboxRepo>;
