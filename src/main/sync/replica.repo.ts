/**
 * SQL of the replicated rows, the same for every kind, and of the server's state of those that were changed here.
 * Fields travel as JSON text: they are parsed where somebody looks inside, and nowhere else.
 */
import type { Statement } from 'better-sqlite3';
import { getTableName } from 'drizzle-orm';
import type { Db } from '#main/db/db.ts';
import { REPLICA_TABLES } from '#main/db/schema.ts';
import { ENTITY_TYPES, type EntityType } from '#shared/sync/entities.ts';
import type { EntityRef } from '#shared/sync/mutator.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';

export interface ReplicaRow {
  readonly scope: Scope;
  /** The server's version; 0 while only this device knows it. */
  readonly ver: number;
  /** JSON. */
  readonly fields: string;
}

/** The server's state of a row; `fields` null when it has none. */
export interface BaseRow {
  readonly scope: Scope;
  readonly ver: number;
  readonly fields: string | null;
}

interface TableStatements {
  readonly find: Statement<[string], ReplicaRow>;
  readonly add: Statement<[string, Scope, number, string, number]>;
  readonly put: Statement<[string, Scope, number, string, number]>;
  readonly remove: Statement<[string]>;
  readonly idsInScope: Statement<[Scope], string>;
  readonly purge: Statement<[Scope]>;
  readonly old: Statement<[number, number], { readonly id: string } & ReplicaRow>;
}

export function createReplicaRepo({ $client: client }: Db) {
  const prepareTable = (type: EntityType): TableStatements => {
    const table = `"${getTableName(REPLICA_TABLES[type])}"`;
    return {
      find: client.prepare(`SELECT scope, ver, fields FROM ${table} WHERE id = ?`),
      add: client.prepare(`INSERT INTO ${table} (id, scope, ver, fields, synced_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO NOTHING`),
      put: client.prepare(`INSERT INTO ${table} (id, scope, ver, fields, synced_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET scope = excluded.scope, ver = excluded.ver, fields = excluded.fields,
          synced_at = max(synced_at, excluded.synced_at)`),
      remove: client.prepare(`DELETE FROM ${table} WHERE id = ?`),
      idsInScope: client.prepare<[Scope], string>(`SELECT id FROM ${table} WHERE scope = ?`).pluck(),
      purge: client.prepare(`DELETE FROM ${table} WHERE scope = ?`),
      old: client.prepare(`SELECT id, scope, ver, fields FROM ${table} WHERE synced_at > 0 AND synced_at < ?
        AND NOT EXISTS (SELECT 1 FROM sync_base WHERE key = '${type}:' || id) LIMIT ?`),
    };
  };
  const tables = Object.fromEntries(ENTITY_TYPES.map((type) => [type, prepareTable(type)])) as Record<
    EntityType,
    TableStatements
  >;
  const findBase: Statement<[RefKey], BaseRow> = client.prepare(
    'SELECT scope, ver, fields FROM sync_base WHERE key = ?',
  );
  const putBase: Statement<[RefKey, Scope, number, string | null]> = client.prepare(
    `INSERT INTO sync_base (key, scope, ver, fields) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET scope = excluded.scope, ver = excluded.ver, fields = excluded.fields`,
  );
  const addBase: Statement<[RefKey, Scope, number, string | null]> = client.prepare(
    'INSERT INTO sync_base (key, scope, ver, fields) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const removeBase: Statement<[RefKey]> = client.prepare('DELETE FROM sync_base WHERE key = ?');
  const listBase: Statement<[], BaseRow & { readonly key: RefKey }> = client.prepare(
    'SELECT key, scope, ver, fields FROM sync_base',
  );
  const anyBase: Statement<[], number> = client.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM sync_base)').pluck();
  const baseKeys: Statement<[], RefKey> = client.prepare<[], RefKey>('SELECT key FROM sync_base').pluck();

  return {
    find: ({ type, id }: EntityRef): ReplicaRow | undefined => tables[type].find.get(id),
    /** @param syncedAt when the server sent this state, in counted time; 0 for a state that is this device's own. */
    put: ({ type, id }: EntityRef, { scope, ver, fields }: ReplicaRow, syncedAt: number): void => {
      tables[type].put.run(id, scope, ver, fields, syncedAt);
    },
    /** Puts a row that is not there yet; false when it is. */
    add: ({ type, id }: EntityRef, { scope, ver, fields }: ReplicaRow, syncedAt: number): boolean =>
      tables[type].add.run(id, scope, ver, fields, syncedAt).changes > 0,
    remove: ({ type, id }: EntityRef): void => {
      tables[type].remove.run(id);
    },
    /** Rows of a scope that this device shows. */
    listIdsInScope: (type: EntityType, scope: Scope): string[] => tables[type].idsInScope.all(scope),
    /** Rows that the server sent before a moment and has not changed since, and that nothing of ours lies over. */
    listOld: (type: EntityType, before: number, limit: number) => tables[type].old.all(before, limit),
    purge: (type: EntityType, scope: Scope): number => tables[type].purge.run(scope).changes,
    findBase: (key: RefKey): BaseRow | undefined => findBase.get(key),
    putBase: (key: RefKey, { scope, ver, fields }: BaseRow): void => {
      putBase.run(key, scope, ver, fields);
    },
    /** Keeps the server's state of a row aside, unless that was done before; then false. */
    addBase: (key: RefKey, { scope, ver, fields }: BaseRow): boolean =>
      addBase.run(key, scope, ver, fields).changes > 0,
    removeBase: (key: RefKey): void => {
      removeBase.run(key);
    },
    listBase: () => listBase.all(),
    /** Whether any row here has a change of ours over it. */
    hasBase: (): boolean => anyBase.get() === 1,
    listBaseKeys: (): RefKey[] => baseKeys.all(),
  };
}

export type ReplicaRepo = ReturnType<typeof createReplicaRepo>;
