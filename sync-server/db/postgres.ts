/** A PostgreSQL server, through a pool. */
import { hash } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { AppError } from '#shared/kernel/errors.ts';
import type { Db, OpenDb } from './db.ts';
import { migrateWith } from './migrate.ts';

/** Names our migrations among the advisory locks of a shared database: "prilavok" in digits. */
const MIGRATION_LOCK = 7_745_282_865;
const INT8 = 20;

export async function openPostgres(databaseUrl: string, migrationsDir: string): Promise<OpenDb> {
  // Counters, times and money are exact in a number; without this the raw driver answers text, unlike PGlite.
  pg.types.setTypeParser(INT8, Number);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 20,
    connectionTimeoutMillis: 5000,
    // Statements that do not wait for each other travel together; they are done in the order they were sent.
    pipeline: true,
  });
  // An idle connection that the server closed: the pool replaces it, and the next query says what is wrong.
  pool.on('error', () => undefined);
  pool.on('connect', compileNothing);
  pool.on('connect', prepareNamed);
  pool.on('connect', beginAhead);
  pool.on('acquire', forgetOldPlans);
  // One in use that died between two statements: nobody else listens, and the statement that follows says it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await migratePostgres(pool, migrationsDir);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = drizzle(pool) as unknown as Db;
  let closing: Promise<void> | undefined;
  return {
    db,
    kind: 'postgres',
    ping: async () => {
      await db.execute('SELECT 1');
    },
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}

const NAMED = /^\s*\/\* ([a-z.]+)(#?) \*\//;
/** Outside a transaction they change nothing. */
const HARMLESS = /^\s*\/\* (push\.writer|partner\.wall) \*\//;

/**
 * No statement here runs long enough to be worth compiling: where the planner guessed high, PostgreSQL spent tens of
 * milliseconds of LLVM on a page of fifty rows.
 */
function compileNothing(client: pg.PoolClient): void {
  // A connection that fails at this fails at what follows, and says it there.
  client.query('SET jit = off').catch(() => undefined);
}

/**
 * How long the plan of a named statement is kept. Planning takes a fifth of what a single change takes on its way; but a
 * plan that was made when a table was empty reads all of it, and PostgreSQL keeps it until the next ANALYZE: fifty tills that
 * fill a new database stood still for twenty seconds.
 */
const PLANS_LIVE_MS = 2000;
const plannedAt = new WeakMap<pg.PoolClient, number>();

function forgetOldPlans(client: pg.PoolClient): void {
  const now = performance.now();
  const before = plannedAt.get(client);
  if (before !== undefined && now - before < PLANS_LIVE_MS) return;
  plannedAt.set(client, now);
  // A new connection has none.
  if (before !== undefined) client.query('DISCARD PLANS').catch(() => undefined);
}

/**
 * A statement that begins with its name in a comment is parsed once a connection and planned once in a while: of a push and a
 * pull, that is a good part. Its text must never change, unless the name ends with `#`: then each text is one of its own. Such a
 * text says what it is about in parameters; what decides on the plan, as how many rows are wanted, stands in it.
 */
function prepareNamed(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (config: unknown, ...rest: unknown[]) => unknown;
  client.query = ((config: unknown, ...rest: unknown[]) => query(withName(config), ...rest)) as typeof client.query;
}

function withName(config: unknown): unknown {
  const text = textOf(config) ?? '';
  const [, name, isFamily] = NAMED.exec(text) ?? [];
  if (name === undefined) return config;
  return { ...(config as object), name: isFamily ? `${name}#${hash('md5', text)}` : name };
}

const textOf = (config: unknown): string | undefined =>
  typeof config === 'object' && config !== null && 'text' in config && typeof config.text === 'string'
    ? config.text
    : undefined;

/**
 * The `begin` of a push, or of what a partner asks, travels with its first statement, which only reads and locks, or holds
 * within a transaction alone: had that not begun, it would have changed nothing, and what follows is not sent.
 */
function beginAhead(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (config: unknown, ...rest: unknown[]) => Promise<unknown>;
  let begin: (() => Promise<unknown>) | undefined;
  let fault: Error | undefined;
  client.query = ((config: unknown, ...rest: unknown[]) => {
    const text = textOf(config);
    if (text === 'begin') {
      fault = undefined;
      begin = () => query(config, ...rest);
      return Promise.resolve({ rows: [] });
    }
    if (fault !== undefined) return Promise.reject(fault);
    const begun = begin?.();
    begin = undefined;
    if (begun === undefined) return query(config, ...rest);
    if (!HARMLESS.test(text ?? '')) return begun.then(() => query(config, ...rest));
    begun.catch((error: Error) => {
      fault = error;
    });
    return query(config, ...rest);
  }) as typeof client.query;
}

/**
 * A database as it is, with nothing migrated: for whoever has to look at it first.
 *
 * @throws AppError `app.unavailable`
 */
export async function withBarePostgres<T>(databaseUrl: string, act: (db: Db) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (error) {
    throw new AppError('app.unavailable', 'the database does not answer at DATABASE_URL', { cause: error });
  }
  try {
    return await act(drizzle(client));
  } finally {
    await client.end();
  }
}

/** Several instances may start at once: the first migrates, the others wait and find it done. */
async function migratePostgres(pool: pg.Pool, migrationsDir: string): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new AppError('app.unavailable', 'the database does not answer at DATABASE_URL', { cause: error });
  });
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const db = drizzle(client);
    await migrateWith(db, migrationsDir, () => migrate(db, { migrationsFolder: migrationsDir }));
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    client.release();
  } catch (error) {
    // Destroyed, not returned: a session lock goes with its connection.
    client.release(true);
    throw error;
  }
}
