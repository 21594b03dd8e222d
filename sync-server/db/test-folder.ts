/**
 * The folder of a server that begins with an embedded database, migrated and empty: initdb inside PGlite takes seconds of
 * processor time, a copy of what it makes takes a part of one.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedded } from './embedded.ts';
import { CACHE, schemaHash, TEST_MIGRATIONS } from './test-db.ts';

/** @param dataDir what the server is given as DATA_DIR, before it starts for the first time. */
export async function seedDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await cp(join(await template(), 'pg'), join(dataDir, 'pg'), {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
  });
}

async function template(): Promise<string> {
  const folder = join(CACHE, `pg-${schemaHash()}`);
  if (await isThere(folder)) return folder;
  const draft = `${folder}.${randomBytes(6).toString('hex')}`;
  await (await openEmbedded(draft, TEST_MIGRATIONS)).close();
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another worker was sooner.
    if (!(await isThere(folder))) throw error;
    await rm(draft, { recursive: true });
  }
  return folder;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
