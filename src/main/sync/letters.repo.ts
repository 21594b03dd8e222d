/** SQL of the answers that a person has to read. `args` and `outcome` travel as JSON text. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';
import type { ErrorCode } from '#shared/kernel/errors.ts';
import type { LetterKey } from '#shared/rpc/sync.contract.ts';
import { type LetterRead, MAX_READER, type Outcome } from '#shared/sync/protocol.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import { letterKindOf } from './letters.rules.ts';

export interface LetterRow extends LetterKey {
  readonly id: number;
  readonly name: string;
  readonly args: string;
  readonly kind: 'refused' | 'parked' | 'contradicted';
  readonly outcome: string;
  readonly madeAt: number;
  readonly toldAt: number;
  readonly readAt: number | null;
  readonly readBy: string | null;
  readonly isRetried: 0 | 1;
}

interface Reading extends LetterKey {
  readonly readAt: number;
  readonly readBy: string;
  readonly isRetried: 0 | 1;
}

interface Untold {
  readonly incarnation: number;
  readonly mid: number;
  readonly at: number;
  readonly by: string | null;
  readonly isRetried: 0 | 1;
}

interface Answer {
  readonly mid: number;
  readonly kind: string;
  readonly outcome: string;
  readonly toldAt: number;
}

const COLUMNS = `id, device_id AS deviceId, incarnation, mid, name, args, kind, outcome, made_at AS madeAt,
  told_at AS toldAt, read_at AS readAt, read_by AS readBy, is_retried AS isRetried`;
const KEY = 'device_id = @deviceId AND incarnation = @incarnation AND mid = @mid';

export function createLettersRepo({ $client: client }: Db) {
  // A server that was restored may answer once more: what was read of it stays read.
  const INSERT =
    'INSERT INTO sync_letters (device_id, incarnation, mid, name, args, kind, outcome, touches, made_at, told_at)';
  const MADE = 'made.mid, made.name, made.args, @kind, @outcome, made.touches, made.created_at, @toldAt';
  const AGAIN = `ON CONFLICT (device_id, incarnation, mid) DO UPDATE SET
    kind = excluded.kind, outcome = excluded.outcome, told_at = excluded.told_at`;
  const keep: Statement<[Answer]> = client.prepare(`${INSERT} SELECT state.device_id, state.incarnation, ${MADE}
    FROM sync_outbox AS made, sync_state AS state WHERE made.mid = @mid AND state.id = 1 ${AGAIN}`);
  const keepFormer: Statement<[Answer & { readonly incarnation: number }]> =
    client.prepare(`${INSERT} SELECT state.device_id, made.incarnation, ${MADE} FROM sync_former AS made, sync_state AS state
    WHERE made.incarnation = @incarnation AND made.mid = @mid AND state.id = 1 ${AGAIN}`);
  const withdraw: Statement<[number]> = client.prepare(`
    DELETE FROM sync_letters WHERE read_at IS NULL AND mid > ?
      AND (device_id, incarnation) = (SELECT device_id, incarnation FROM sync_state WHERE id = 1)`);
  const withdrawFormer = client.prepare(`
    DELETE FROM sync_letters WHERE read_at IS NULL AND device_id = (SELECT device_id FROM sync_state)
      AND (incarnation, mid) IN (SELECT incarnation, mid FROM sync_former WHERE is_reopened = 1)`);
  const countUnread: Statement<[], number> = client
    .prepare<[], number>('SELECT count(*) FROM sync_letters WHERE read_at IS NULL')
    .pluck();
  const unread: Statement<[number, number], LetterRow> = client.prepare(
    `SELECT ${COLUMNS} FROM sync_letters WHERE read_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const read: Statement<[number, number], LetterRow> = client.prepare(
    `SELECT ${COLUMNS} FROM sync_letters WHERE read_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const find: Statement<[LetterKey], LetterRow> = client.prepare(`SELECT ${COLUMNS} FROM sync_letters WHERE ${KEY}`);
  const refused: Statement<[string], LetterRow> = client.prepare(
    `SELECT ${COLUMNS} FROM sync_letters
     WHERE read_at IS NULL AND kind = 'refused' AND outcome ->> 'code' = ? ORDER BY id`,
  );
  const markRead: Statement<[Reading]> = client.prepare(
    `UPDATE sync_letters SET read_at = @readAt, read_by = @readBy, is_retried = @isRetried,
       read_on = coalesce((SELECT counted_ms FROM sync_state), 0)
     WHERE ${KEY} AND read_at IS NULL`,
  );
  const prune: Statement<[number]> = client.prepare('DELETE FROM sync_letters WHERE read_on < ? AND is_told_of = 1');
  const untold: Statement<[number], Untold> = client.prepare(
    `SELECT incarnation, mid, read_at AS at, read_by AS "by", is_retried AS isRetried FROM sync_letters
     WHERE read_at IS NOT NULL AND is_told_of = 0 AND device_id = (SELECT device_id FROM sync_state WHERE id = 1)
     ORDER BY id LIMIT ?`,
  );
  const markTold: Statement<[{ incarnation: number; mid: number }]> = client.prepare(
    `UPDATE sync_letters SET is_told_of = 1 WHERE incarnation = @incarnation AND mid = @mid AND read_at IS NOT NULL
       AND device_id = (SELECT device_id FROM sync_state WHERE id = 1)`,
  );
  const touching: Statement<[], { readonly id: number; readonly touches: string }> = client.prepare(
    'SELECT id, touches FROM sync_letters',
  );
  const remove: Statement<[number]> = client.prepare('DELETE FROM sync_letters WHERE id = ?');

  return {
    /** Keeps an answer that a person has to read; any other leaves no trace. In the transaction that stores it, after it. */
    keep: (outcome: Outcome, toldAt: number): void => {
      const kind = letterKindOf(outcome);
      if (kind !== undefined) keep.run({ mid: outcome.mid, kind, outcome: JSON.stringify(outcome), toldAt });
    },
    /** The same of an answer to an earlier name of this device. */
    keepFormer: (incarnation: number, outcome: Outcome, toldAt: number): void => {
      const kind = letterKindOf(outcome);
      if (kind === undefined) return;
      keepFormer.run({ incarnation, mid: outcome.mid, kind, outcome: JSON.stringify(outcome), toldAt });
    },
    /** What came after this mutation is to be answered anew. */
    withdrawAfter: (mid: number): void => {
      withdraw.run(mid);
    },
    /** What is to be sent again under an earlier name is to be answered anew. */
    withdrawFormer: (): void => {
      withdrawFormer.run();
    },
    countUnread: (): number => countUnread.get() ?? 0,
    /** Newest first. */
    list: (isRead: boolean, before: number, limit: number): LetterRow[] => (isRead ? read : unread).all(before, limit),
    find: (key: LetterKey): LetterRow | undefined => find.get(key),
    /** What was refused with this code and nobody has read, oldest first. */
    listRefused: (code: ErrorCode) =>
      refused.all(code).map(({ deviceId, incarnation, mid, name, args, madeAt }) => ({
        key: { deviceId, incarnation, mid },
        name,
        args,
        madeAt,
      })),
    /** False when somebody had read it before. */
    markRead: (
      key: LetterKey,
      by: { readonly at: number; readonly name: string; readonly isRetried: boolean },
    ): boolean => markRead.run({ ...key, readAt: by.at, readBy: by.name, isRetried: by.isRetried ? 1 : 0 }).changes > 0,
    /** What was read here and the server has not heard of, oldest first. */
    listUntold: (limit: number): LetterRead[] =>
      untold.all(limit).map((row) => ({
        ...row,
        by: (row.by ?? '').slice(0, MAX_READER),
        isRetried: row.isRetried === 1,
      })),
    markTold: (reads: readonly LetterRead[]): void => {
      for (const { incarnation, mid } of reads) markTold.run({ incarnation, mid });
    },
    /** Forgets what was read before a moment of counted time: the server has it, with its body and who read it. */
    prune: (before: number): number => prune.run(before).changes,
    /** All there are, with the rows they are about. */
    listTouching: (): { readonly id: number; readonly touches: readonly RefKey[] }[] =>
      touching.all().map(({ id, touches }) => ({ id, touches: JSON.parse(touches) as RefKey[] })),
    /** The device leaves what it is about. */
    remove: (id: number): void => {
      remove.run(id);
    },
  };
}

export type LettersRepo = ReturnType<typeof createLettersRepo>;
