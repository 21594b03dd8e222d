/** The server's PostgreSQL torn down while a transaction stands open: the server says so, and goes on when it is back. */
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDb } from '#server/db/db.ts';
import { startPostgres, type TemporaryPostgres } from '#test/simulation/sync-kills-postgres.ts';
import { ROOT, until } from '../../scripts/processes.ts';

let postgres: TemporaryPostgres | undefined;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.dispose());

test('I20 a database that dies between two statements fails the transaction and not the process', async ({ skip }) => {
  if (postgres === undefined) return skip('this machine has no PostgreSQL');
  const opened = await openDb({ databaseUrl: postgres.url, dataDir: '', migrationsDir: join(ROOT, 'drizzle/server') });
  try {
    const between = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const transaction = opened.db.transaction(async (tx) => {
      await tx.execute(sql`SELECT 1`);
      between.resolve();
      await goOn.promise;
      await tx.execute(sql`SELECT 2`);
    });
    transaction.catch(() => undefined);
    await between.promise;
    await postgres.crash();
    goOn.resolve();
    await expect(transaction).rejects.toThrow();
    await expect(opened.ping()).rejects.toThrow();
    await postgres.start();
    await until('the database to answer', () =>
      opened.ping().then(
        () => true,
        () => undefined,
      ),
    );
  } finally {
    await opened.close();
  }
}, 60_000);
