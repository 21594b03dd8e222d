/** SQL of answered mutations of this device's earlier incarnations. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { OutboxRow } from './outbox.repo.ts';

const COLUMNS = `mid, name, args, schema, hlc, base, h, grant_ver AS "grant", touches, created_at AS createdAt`;

export interface FormerKey {
  readonly incarnation: number;
  readonly mid: number;
}

export function createFormerRepo({ $client: client }: Db) {
  const retire = client.prepare(`
    INSERT INTO sync_former (incarnation, mid, name, args, schema, hlc, base, h, grant_ver, touches, created_at, acked_on)
    SELECT state.incarnation, made.mid, made.name, made.args, made.schema, made.hlc, made.base, made.h, made.grant_ver,
      made.touches, made.created_at, coalesce(made.acked_on, state.counted_ms)
    FROM sync_outbox AS made, sync_state AS state WHERE made.state = 'acked'
    ON CONFLICT DO NOTHING`);
  const reopen = client.prepare('UPDATE sync_former SET is_reopened = 1 WHERE is_reopened = 0');
  const firstReopened: Statement<[], number> = client
    .prepare<[], number>('SELECT incarnation FROM sync_former WHERE is_reopened = 1 ORDER BY incarnation LIMIT 1')
    .pluck();
  const reopened: Statement<[number, number, number], OutboxRow> = client.prepare(`
    SELECT ${COLUMNS} FROM sync_former WHERE is_reopened = 1 AND incarnation = ? AND mid >= ? ORDER BY mid LIMIT ?`);
  const settle: Statement<[number, number]> = client.prepare(
    `UPDATE sync_former SET is_reopened = 0, acked_on = (SELECT counted_ms FROM sync_state)
     WHERE is_reopened = 1 AND incarnation = ? AND mid <= ?`,
  );
  const all: Statement<[], FormerKey & { readonly touches: string }> = client.prepare(
    'SELECT incarnation, mid, touches FROM sync_former',
  );
  const remove: Statement<[number, number]> = client.prepare(
    'DELETE FROM sync_former WHERE incarnation = ? AND mid = ?',
  );
  const prune: Statement<[number]> = client.prepare('DELETE FROM sync_former WHERE is_reopened = 0 AND acked_on < ?');

  return {
    /** What was answered under the name that this device is about to give up. */
    retire: (): void => {
      retire.run();
    },
    /** The server may no longer know any of it. */
    reopen: (): void => {
      reopen.run();
    },
    hasReopened: (): boolean => firstReopened.get() !== undefined,
    /** The earliest incarnation of which something is to be sent again. */
    firstReopened: (): number | undefined => firstReopened.get(),
    listReopened: (incarnation: number, from: number, limit: number): OutboxRow[] =>
      reopened.all(incarnation, from, limit),
    /** The server has these, up to one. */
    settle: (incarnation: number, upTo: number): void => {
      settle.run(incarnation, upTo);
    },
    /** All there are, with the rows they touch. */
    listTouching: (): (FormerKey & { readonly touches: readonly RefKey[] })[] =>
      all.all().map(({ touches, ...key }) => ({ ...key, touches: JSON.parse(touches) as RefKey[] })),
    remove: ({ incarnation, mid }: FormerKey): void => {
      remove.run(incarnation, mid);
    },
    /** Forgets what was answered before a moment of counted time. */
    prune: (before: number): number => prune.run(before).changes,
  };
}

export type FormerRepo = ReturnType<typeof createFormerRepo>;
