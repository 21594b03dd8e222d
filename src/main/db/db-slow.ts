/** Names the statements and transactions that hold the one thread of the device for long. */
import type Database from 'better-sqlite3';
import type { Logger } from '#main/core.ts';

const SLOW_MS = 40;
type Call = (...args: unknown[]) => unknown;

/** Logs every call slower than 40 ms with its SQL (never its values). Changes the given connection in place. */
export function logSlowCalls(client: Database.Database, log: Logger, monotonicMs = () => performance.now()): void {
  const timed =
    (call: Call, sql: string): Call =>
    (...args) => {
      const from = monotonicMs();
      try {
        return call(...args);
      } finally {
        const ms = Math.round(monotonicMs() - from);
        if (ms > SLOW_MS) log.warn('slow database call', { sql: sql.slice(0, 300), ms });
      }
    };

  const prepare = client.prepare.bind(client);
  const prepareTimed = (sql: string) => {
    const statement = prepare(sql) as unknown as Record<'run' | 'get' | 'all', Call>;
    for (const method of ['run', 'get', 'all'] as const) {
      statement[method] = timed(statement[method].bind(statement), sql);
    }
    return statement;
  };
  const transaction = client.transaction.bind(client);
  const transactionTimed = (body: Call) => {
    const native = transaction(body);
    return Object.assign(
      timed((...args) => native(...args), 'transaction'),
      {
        deferred: timed((...args) => native.deferred(...args), 'transaction'),
        immediate: timed((...args) => native.immediate(...args), 'transaction'),
        exclusive: timed((...args) => native.exclusive(...args), 'transaction'),
      },
    );
  };
  Object.assign(client, { prepare: prepareTimed, transaction: transactionTimed });
}
