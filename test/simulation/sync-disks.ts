/** Databases of simulated devices, used again from run to run with their prepared statements: making them is what costs. */
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Db } from '#main/db/db.ts';
import { createTestDb } from '#main/db/test-db.ts';

type Client = Db['$client'];
type Statement = ReturnType<Client['prepare']>;

/** As many as one run may have at the same time; those of copies beyond it are closed, or a long run would keep them all. */
const MOST_IDLE = 5;
const idle: Client[] = [];
const statements = new WeakMap<Client, Map<string, Statement>>();

/** An empty, migrated database. */
export function takeDisk(): Client {
  const known = idle.pop();
  if (known === undefined) return createTestDb().$client;
  const { filled, erase } = eraserOf(known);
  known.pragma('foreign_keys = OFF');
  known.transaction(() => {
    // Most have none, and to empty those writes to each of their indices all the same.
    for (const name of filled.all()) erase.get(name)?.run();
  })();
  known.pragma('foreign_keys = ON');
  return known;
}

const prepareEraser = (client: Client) => {
  const tables = client
    .prepare<[], string>(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
    .pluck()
    .all()
    .filter((name) => !name.startsWith('sqlite_schema'));
  const filled = tables.map((name) => `SELECT '${name}' WHERE EXISTS (SELECT 1 FROM "${name}")`);
  return {
    filled: client.prepare<[], string>(filled.join(' UNION ALL ')).pluck(),
    erase: new Map(tables.map((name) => [name, client.prepare(`DELETE FROM "${name}"`)])),
  };
};
const erasers = new WeakMap<Client, ReturnType<typeof prepareEraser>>();
function eraserOf(client: Client): ReturnType<typeof prepareEraser> {
  const known = erasers.get(client) ?? prepareEraser(client);
  erasers.set(client, known);
  return known;
}

export const giveDiskBack = (client: Client): void => {
  if (client.inTransaction) throw new Error('a device ended in the middle of a transaction');
  if (idle.length < MOST_IDLE) idle.push(client);
  else client.close();
};

/** Everything that was committed. */
export function copyDisk(client: Client): Client {
  const copy = new Database(client.serialize());
  copy.pragma('foreign_keys = ON');
  return copy;
}

/** One process's handle of a database: its own `transaction`, and statements that are prepared once per disk. */
export function openHandle(client: Client, transaction: Client['transaction']): Db {
  const known = statements.get(client) ?? new Map<string, Statement>();
  statements.set(client, known);
  const prepare = (text: string) => {
    const found = known.get(text) ?? client.prepare(text);
    known.set(text, found);
    return found;
  };
  const handle = Object.create(client, { transaction: { value: transaction }, prepare: { value: prepare } }) as Client;
  return drizzle({ client: handle });
}
