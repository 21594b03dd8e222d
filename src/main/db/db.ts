/** Reading and writing are different types, and a write exists only inside a transaction. */

import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';

/** `$client` is the raw connection: only `db/`, `sync/*.repo.ts` and prepared hot paths use it. */
export type Db = BetterSQLite3Database<Record<string, never>> & { readonly $client: Database.Database };
/** A connection or a transaction, for reading. */
export type Reader = Pick<Db, 'select' | 'selectDistinct'>;
/** Only `db.transaction((tx) => …)` gives one. better-sqlite3 is synchronous: no `await` inside, ever. */
export type WriteTx = Parameters<Parameters<Db['transaction']>[0]>[0];
