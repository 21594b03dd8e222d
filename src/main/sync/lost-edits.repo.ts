/** SQL of what a deletion took away under changes of this device: kept to be made anew under another id, or let go. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';

export interface LostEdit {
  readonly key: RefKey;
  readonly scope: Scope;
  /** JSON, as it was on show. */
  readonly fields: string;
  /** Unix ms by the server. */
  readonly at: number;
}

export function createLostEditsRepo({ $client: client }: Db) {
  const put: Statement<[LostEdit]> = client.prepare(
    `INSERT INTO sync_lost_edits (key, scope, fields, at) VALUES (@key, @scope, @fields, @at)
     ON CONFLICT (key) DO UPDATE SET scope = @scope, fields = @fields, at = @at`,
  );
  const find: Statement<[RefKey], LostEdit> = client.prepare(
    'SELECT key, scope, fields, at FROM sync_lost_edits WHERE key = ?',
  );
  const all: Statement<[string], LostEdit> = client.prepare(
    `SELECT key, scope, fields, at FROM sync_lost_edits WHERE key LIKE ? || ':%' ORDER BY at DESC, key`,
  );
  const every: Statement<[], LostEdit> = client.prepare(
    'SELECT key, scope, fields, at FROM sync_lost_edits ORDER BY at',
  );
  const remove: Statement<[RefKey]> = client.prepare('DELETE FROM sync_lost_edits WHERE key = ?');
  const forget: Statement<[Scope]> = client.prepare('DELETE FROM sync_lost_edits WHERE scope = ?');
  const unsettled: Statement<[RefKey, number], number> = client
    .prepare<[RefKey, number], number>(
      `SELECT EXISTS (SELECT 1 FROM sync_outbox
        WHERE mid IN (SELECT mid FROM sync_touches WHERE key = ? AND mid > ?)
          AND (state = 'pending' OR json_extract(outcome, '$.code') = 'sync.deleted'))`,
    )
    .pluck();

  return {
    put: (edit: LostEdit): void => {
      put.run(edit);
    },
    find: (key: RefKey): LostEdit | undefined => find.get(key),
    /** Of one kind of row, newest first. */
    list: (type: string): LostEdit[] => all.all(type),
    /** Of every kind, oldest first. */
    listAll: (): LostEdit[] => every.all(),
    remove: (key: RefKey): void => {
      remove.run(key);
    },
    forget: (scope: Scope): void => {
      forget.run(scope);
    },
    /** A change of the row, made after `mid`, has no answer yet or was refused because the row is dead. */
    hasUnsettled: (key: RefKey, mid: number): boolean => unsettled.get(key, mid) === 1,
  };
}

export type LostEditsRepo = ReturnType<typeof createLostEditsRepo>;
