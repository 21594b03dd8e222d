/** Databases of simulated devices, used again from run to run with their prepared statements: making them is what costs. */
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Db } from '#main/db/db.ts';
import { createTestDb } from '#main/db/test-db.ts';

type Client = Db['$client'];

const idle: Client[] = [];
const statements = new WeakMap<Client, Map<string, ReturnType<Client['prepare']>>>();

/** An empty, migrated database. */
export function takeDisk(): Client {
  const known = idle.pop();
  if (known === undefined) return createTestDb().$client;
  const tables = known
    .prepare<[], string>(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
    .pluck()
    .all();
  known.pragma('foreign_keys = OFF');
  known.transaction(() => {
    for (const name of tables) if (!name.startsWith('sqlite_schema')) known.exec(`DELETE FROM "${name}"`);
  })();
  known.pragma('foreign_keys = ON');
  return known;
}

export const giveDiskBack = (client: Client): void => {
  if (client.inTransaction) throw new Error('a device ended in the middle of a transaction');
  idle.push(client);
};

/** Everything that was committed. */
export function copyDisk(client: Client): Client {
  const copy = new Database(client.serialize());
  copy.pragma('foreign_keys = ON');
  return copy;
}

/** One process's handle of a database: its own `transaction`, and statements that are prepared once per disk. */
export function openHandle(client: Client, transaction: Client['transaction']): Db {
  const known = statements.get(client) ?? new Map<string, ReturnType<Client['prepare']>>();
  statements.set(client, known);
  const prepare = (text: string) => {
    const found = known.get(text) ?? client.prepare(text);
    known.set(text, found);
    return found;
  };
  const handle = Object.create(client, { transaction: { value: transaction }, prepare: { value: prepare } }) as Client;
  return drizzle({ client: handle });
}
