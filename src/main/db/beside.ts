/**
 * One long write done bit by bit, with turns for everybody else in between, and yet in one transaction: on a connection of
 * its own. Until it is committed the first connection reads what was there before. Whoever writes by the first connection
 * has the right of way, at once: the long write is undone, and begun again by whoever wants it.
 */
import { open } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { checkpointAside } from './aside.ts';
import type { Db } from './db.ts';
import { drizzleOver } from './statements.ts';

type Client = Database.Database;
type Call = (...args: unknown[]) => unknown;

/** What is being written beside a connection; called when that one wants to write. */
const writers = new WeakMap<Client, () => void>();

/** Lets every write of a connection go before what is written beside it. Changes the connection in place. */
export function goFirst(client: Client): void {
  const first =
    (call: Call): Call =>
    (...args) => {
      writers.get(client)?.();
      return call(...args);
    };
  const prepare = client.prepare.bind(client);
  const prepareFirst = (sql: string) => {
    const statement = prepare(sql);
    if (statement.readonly) return statement;
    const calls = statement as unknown as Record<'run' | 'get' | 'all' | 'iterate', Call>;
    for (const method of ['run', 'get', 'all', 'iterate'] as const)
      calls[method] = first(calls[method].bind(statement));
    return statement;
  };
  const transaction = client.transaction.bind(client);
  const transactionFirst = (body: Call) => {
    const native = transaction(body);
    return Object.assign((...args: unknown[]) => native(...args), {
      deferred: (...args: unknown[]) => native.deferred(...args),
      immediate: first((...args) => native.immediate(...args)),
      exclusive: first((...args) => native.exclusive(...args)),
    });
  };
  Object.assign(client, {
    prepare: prepareFirst,
    transaction: transactionFirst,
    exec: first(client.exec.bind(client) as Call),
    pragma: first(client.pragma.bind(client) as Call),
  });
}

export interface Beside {
  readonly db: Db;
  /** Somebody else wrote, and nothing of this is left. */
  readonly isUndone: () => boolean;
  /** False when it was undone before. */
  commit(): Promise<boolean>;
  /** Undoes what was not committed. */
  close(): void;
}

/** Begins a transaction beside a connection that went through `goFirst`; undefined where there cannot be a second one. */
export function beginBeside({ $client: client }: Db): Beside | undefined {
  if (client.memory || writers.has(client) || client.inTransaction) return undefined;
  const own = new Database(client.name, { fileMustExist: true, timeout: 0 });
  const close = () => {
    writers.delete(client);
    // Closing it undoes what it has not committed, and whatever still uses it fails.
    if (own.open) own.close();
  };
  try {
    own.pragma('synchronous = FULL');
    own.pragma('foreign_keys = ON');
    // Little is left to be written at the commit, and nothing to be moved into the file.
    own.pragma('cache_size = -4000');
    own.pragma('wal_autocheckpoint = 0');
    own.exec('BEGIN IMMEDIATE');
  } catch (error) {
    close();
    throw error;
  }
  writers.set(client, close);
  return {
    db: drizzleOver(own),
    isUndone: () => !own.open,
    commit: async () => {
      await flush(`${own.name}-wal`);
      if (!own.open) return false;
      own.exec('COMMIT');
      close();
      await checkpointAside(client);
      return true;
    },
    close,
  };
}

/** In the background what the commit would otherwise wait for. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
