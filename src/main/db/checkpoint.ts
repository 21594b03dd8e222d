/**
 * Moving a large log of SQLite's into its file, on a thread of its own. Otherwise whoever commits next would do it, and a
 * till would stand still for it.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';

/** SQLite's own; in pages. */
const AUTOMATIC = 1000;
const LIBRARY = join('better-sqlite3', 'lib', 'index.js');

const CODE = `
const { workerData } = require('node:worker_threads');
const Database = require(workerData.library);
const own = new Database(workerData.file, { fileMustExist: true });
own.pragma('wal_checkpoint(PASSIVE)');
own.close();
`;

/** Resolves when it is done, or could not be: then the next commits do it after all. Others read and write meanwhile. */
export async function checkpointAside(client: Database.Database): Promise<void> {
  // A thread begun from text has no folder to look from: it is given the file that this process has loaded.
  const library = Object.keys(createRequire(process.execPath).cache).find((path) => path.endsWith(LIBRARY));
  if (library === undefined) return;
  client.pragma('wal_autocheckpoint = 0');
  try {
    const worker = new Worker(CODE, { eval: true, workerData: { library, file: client.name } });
    worker.unref();
    await once(worker, 'exit');
  } catch {
    // The log is whole, and only longer than it need be.
  } finally {
    if (client.open) client.pragma(`wal_autocheckpoint = ${AUTOMATIC}`);
  }
}
