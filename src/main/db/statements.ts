/** Drizzle compiles a statement for each query it runs; a device runs the same few hundred all day. */
import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Db } from './db.ts';

/** What is asked most stays; a list of a new length is a new statement, and would fill a cache that never forgets. */
const KEEP = 300;
/** Longer ones are lists written once. */
const MAX_LENGTH = 4_000;

/**
 * Drizzle over a connection, each statement compiled once. `$client` is the connection itself: who prepares by hand has a
 * statement of his own, and may set it to answer as he likes.
 */
export function drizzleOver(client: Database.Database): Db {
  const prepare = keeping((sql) => client.prepare(sql));
  const keeper = Object.assign(Object.create(client) as Database.Database, { prepare });
  return Object.assign(drizzle({ client: keeper }), { $client: client });
}

function keeping(prepare: (sql: string) => Database.Statement) {
  const kept = new Map<string, Database.Statement>();
  return (sql: string): Database.Statement => {
    const known = kept.get(sql);
    if (known !== undefined) {
      // The last in the order of insertion is the last asked for.
      kept.delete(sql);
      kept.set(sql, known);
      // Drizzle asks for bare values where it maps them itself, and relies on objects where it does not.
      return known.reader ? known.raw(false) : known;
    }
    const statement = prepare(sql);
    if (sql.length > MAX_LENGTH) return statement;
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > KEEP && oldest !== undefined) kept.delete(oldest);
    return statement;
  };
}
