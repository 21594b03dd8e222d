/** SQL over what sync keeps of changes that were made here, for taking a guest out of it. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';

export interface KeptChange {
  /** 0: of the name that this device has now. */
  readonly incarnation: number;
  readonly mid: number;
  readonly name: string;
  readonly args: string;
  readonly schema: number;
  readonly hlc: string;
  readonly grant: number | null;
  readonly touches: string;
}

export interface KeptLetter {
  readonly id: number;
  readonly name: string;
  readonly args: string;
  readonly touches: string;
  readonly madeAt: number;
  readonly isPhoto: 0 | 1;
}

const COLUMNS = 'mid, name, args, schema, hlc, grant_ver AS "grant", touches';

export function createForgetRepo({ $client: client }: Db) {
  const unsettled: Statement<[number], string> = client
    .prepare<[number], string>(
      `SELECT touches FROM sync_outbox WHERE state = 'pending' UNION ALL
       SELECT touches FROM sync_outbox WHERE state = 'acked' AND mid > ? UNION ALL
       SELECT touches FROM sync_former WHERE is_reopened = 1`,
    )
    .pluck();
  const kept: Statement<[string, string], KeptChange> = client.prepare(`
    SELECT 0 AS incarnation, ${COLUMNS} FROM sync_outbox
      WHERE state = 'acked' AND name IN (SELECT value FROM json_each(?)) UNION ALL
    SELECT incarnation, ${COLUMNS} FROM sync_former
      WHERE is_reopened = 0 AND name IN (SELECT value FROM json_each(?))`);
  const rewriteOutbox: Statement<[string, string, number]> = client.prepare(
    'UPDATE sync_outbox SET args = ?, h = ? WHERE mid = ?',
  );
  const rewriteFormer: Statement<[string, string, number, number]> = client.prepare(
    'UPDATE sync_former SET args = ?, h = ? WHERE mid = ? AND incarnation = ?',
  );
  const letters: Statement<[string], KeptLetter> = client.prepare(
    `SELECT id, name, args, touches, made_at AS madeAt, json_extract(args, '$.order.imageId') IS NOT NULL AS isPhoto
     FROM sync_letters WHERE name IN (SELECT value FROM json_each(?)) ORDER BY made_at`,
  );
  const rewriteLetter: Statement<[string, number]> = client.prepare('UPDATE sync_letters SET args = ? WHERE id = ?');
  return {
    /** `touches` of every change that is not on the server's disk and back again, JSON each. */
    listUnsettled: (settledMid: number): string[] => unsettled.all(settledMid),
    listKept: (names: readonly string[]): KeptChange[] => kept.all(JSON.stringify(names), JSON.stringify(names)),
    rewrite: ({ incarnation, mid }: KeptChange, args: string, h: string): void => {
      if (incarnation === 0) rewriteOutbox.run(args, h, mid);
      else rewriteFormer.run(args, h, mid, incarnation);
    },
    /** The oldest first. */
    listLetters: (names: readonly string[]): KeptLetter[] => letters.all(JSON.stringify(names)),
    rewriteLetter: (id: number, args: string): void => {
      rewriteLetter.run(args, id);
    },
  };
}
