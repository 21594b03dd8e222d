/**
 * SQL of rows that count in a scope's digest without being shown: those that were kept here long enough, of which only
 * the hash is left, and those of kinds that this version has no table for.
 */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';
import type { Digest } from '#shared/sync/digest.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';

export interface EvictedRow {
  readonly scope: Scope;
  readonly digest: Digest;
}

export interface ForeignRow {
  readonly scope: Scope;
  readonly ver: number;
  /** JSON. */
  readonly fields: string;
}

export function createRemnantsRepo({ $client: client }: Db) {
  const anyEvicted: Statement<[], number> = client
    .prepare<[], number>('SELECT EXISTS (SELECT 1 FROM sync_evicted)')
    .pluck();
  const findEvicted: Statement<[RefKey], EvictedRow> = client.prepare(
    'SELECT scope, digest FROM sync_evicted WHERE key = ?',
  );
  const putEvicted: Statement<[RefKey, Scope, Digest]> = client.prepare(
    `INSERT INTO sync_evicted (key, scope, digest) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET scope = excluded.scope, digest = excluded.digest`,
  );
  const removeEvicted: Statement<[RefKey]> = client.prepare('DELETE FROM sync_evicted WHERE key = ?');
  const forgetEvicted: Statement<[Scope]> = client.prepare('DELETE FROM sync_evicted WHERE scope = ?');
  const findForeign: Statement<[RefKey], ForeignRow> = client.prepare(
    'SELECT scope, ver, fields FROM sync_foreign WHERE key = ?',
  );
  const putForeign: Statement<[RefKey, Scope, number, string]> = client.prepare(
    `INSERT INTO sync_foreign (key, scope, ver, fields) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET scope = excluded.scope, ver = excluded.ver, fields = excluded.fields`,
  );
  const removeForeign: Statement<[RefKey]> = client.prepare('DELETE FROM sync_foreign WHERE key = ?');
  const listForeign: Statement<[], ForeignRow & { readonly key: RefKey }> = client.prepare(
    'SELECT key, scope, ver, fields FROM sync_foreign',
  );

  return {
    hasEvicted: (): boolean => anyEvicted.get() === 1,
    findEvicted: (key: RefKey): EvictedRow | undefined => findEvicted.get(key),
    putEvicted: (key: RefKey, { scope, digest }: EvictedRow): void => {
      putEvicted.run(key, scope, digest);
    },
    removeEvicted: (key: RefKey): void => {
      removeEvicted.run(key);
    },
    forgetEvicted: (scope: Scope): void => {
      forgetEvicted.run(scope);
    },
    findForeign: (key: RefKey): ForeignRow | undefined => findForeign.get(key),
    putForeign: (key: RefKey, { scope, ver, fields }: ForeignRow): void => {
      putForeign.run(key, scope, ver, fields);
    },
    removeForeign: (key: RefKey): void => {
      removeForeign.run(key);
    },
    listForeign: () => listForeign.all(),
  };
}

export type RemnantsRepo = ReturnType<typeof createRemnantsRepo>;
