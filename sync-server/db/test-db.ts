/**
 * A migrated, empty database for a test: PGlite in memory, or - with `TEST_DATABASE_URL` - a database of its own on a
 * real PostgreSQL server. Both are copies of one migrated template, so a test pays for a copy and not for migrations.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import type { OpenDb } from './db.ts';
import { migrateEmbedded, wrapEmbedded } from './embedded.ts';
import { openPostgres } from './postgres.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const TEST_MIGRATIONS = join(ROOT, 'drizzle/server');

/** Where migrated templates are kept: beside the packages, and by the hash of the migrations. */
export const CACHE = join(ROOT, 'node_modules/.cache/prilavok');

export const schemaHash = (): string => {
  const hash = createHash('sha256');
  // The moment too: a migration that was generated anew with the same text counts as one that was not run yet.
  for (const { hash: one, folderMillis } of readMigrationFiles({ migrationsFolder: TEST_MIGRATIONS })) {
    hash.update(`${one} ${folderMillis}`);
  }
  return hash.digest('hex').slice(0, 16);
};

export const createTestDb = (): Promise<OpenDb> => {
  const url = process.env['TEST_DATABASE_URL'];
  return url === undefined ? inMemory() : onServer(url);
};

const inMemory = async (): Promise<OpenDb> => wrapEmbedded(await openTestClient(), () => undefined);

/** The embedded database itself, for who talks to it past drizzle. */
export const openTestClient = async (): Promise<PGlite> => PGlite.create({ loadDataDir: new Blob([await template()]) });

/** Initdb inside PGlite takes seconds, a copy takes half of one. */
async function template(): Promise<Buffer<ArrayBuffer>> {
  const path = join(CACHE, `pg-${schemaHash()}.tar`);
  try {
    return await readFile(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const client = await PGlite.create();
  await migrateEmbedded(client, TEST_MIGRATIONS);
  const dump = Buffer.from(await (await client.dumpDataDir('none')).arrayBuffer());
  await client.close();
  await mkdir(CACHE, { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, dump);
  await rename(draft, path);
  return dump;
}

async function onServer(url: string): Promise<OpenDb> {
  const templateName = `prilavok_template_${schemaHash()}`;
  const name = `prilavok_test_${randomBytes(8).toString('hex')}`;
  await withServer(url, async (server) => {
    await ensureTemplate(server, url, templateName);
    await server.query(`CREATE DATABASE ${name} TEMPLATE ${templateName}`);
  });
  const opened = await openPostgres(withDatabase(url, name), TEST_MIGRATIONS);
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await withServer(url, async (server) => {
        await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      });
    },
  };
}

/** Several test workers want it at once: one makes it, under a lock, and it takes its name only when it is whole. */
async function ensureTemplate(server: pg.Client, url: string, name: string): Promise<void> {
  await server.query(`SELECT pg_advisory_lock(hashtext('prilavok-test-template'))`);
  const found = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (found.rowCount === 0) {
    const draft = `${name}_draft`;
    await server.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await server.query(`CREATE DATABASE ${draft}`);
    await (await openPostgres(withDatabase(url, draft), TEST_MIGRATIONS)).close();
    await server.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  }
  await server.query(`SELECT pg_advisory_unlock(hashtext('prilavok-test-template'))`);
}

async function withServer(url: string, act: (server: pg.Client) => Promise<void>): Promise<void> {
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  try {
    await act(server);
  } finally {
    await server.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
