/** After rows were taken away: nothing of them is left in the database's files, its indexes or its copies. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { getTableName } from 'drizzle-orm';
import type { Db } from '#main/db/db.ts';
import { copiesOf, pruneBackups, removeRead } from '#main/db/db-files.ts';
import { clientDrafts, REPLICA_TABLES } from '#main/db/schema.ts';

/** Empties everything that sync has written here: the rows on show, and what it knows of them. Inside a transaction. */
export function forgetEverything({ $client: client }: Db): void {
  const own = client
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'sync_*'`)
    .pluck()
    .all();
  const shown = [...Object.values(REPLICA_TABLES), clientDrafts].map(getTableName);
  for (const name of [...shown, ...own]) client.exec(`DELETE FROM "${name}"`);
}

/** After a device lost a shop, or became another one: its daily copies hold what it may no longer have. */
export function leaveNoCopy(db: Db): void {
  leaveNoTrace(db);
  if (!db.$client.memory) rmSync(copiesOf(dirname(db.$client.name)), { recursive: true, force: true });
}

/** Outside a transaction. Rewrites the whole file: for a rare day. */
export function leaveNoTrace({ $client: client }: Db): void {
  const indexes = client
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%USING fts5%'`)
    .pluck()
    .all();
  // An index of words marks what was deleted and keeps it until its parts are merged.
  for (const name of indexes) client.exec(`INSERT INTO "${name}" ("${name}") VALUES ('optimize')`);
  client.exec('VACUUM');
  client.pragma('wal_checkpoint(TRUNCATE)');
  if (client.memory) return;
  // Copies of before the last migrations would bring the rows back; the newest of them is older than this wipe.
  pruneBackups(client.name, 0);
  removeRead(client.name);
}
