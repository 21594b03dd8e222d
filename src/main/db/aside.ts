/**
 * Long works of SQLite's on the device's file, on a thread of their own. Otherwise the one thread of the device would do them,
 * and a till would stand still.
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
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.library);
const own = new Database(workerData.file, { fileMustExist: true });
parentPort.postMessage(own.pragma(workerData.pragma, { simple: true }));
own.close();
`;

/**
 * Moves a large log of SQLite's into its file. Resolves when it is done, or could not be: then the next commits do it after all.
 * Others read and write meanwhile.
 */
export async function checkpointAside(client: Database.Database): Promise<void> {
  client.pragma('wal_autocheckpoint = 0');
  try {
    await pragmaAside(client, 'wal_checkpoint(PASSIVE)');
  } catch {
    // The log is whole, and only longer than it need be.
  } finally {
    if (client.open) client.pragma(`wal_autocheckpoint = ${AUTOMATIC}`);
  }
}

/** Reads the file through: `ok`, or what is wrong. Rejects with what SQLite says of a file that it cannot even read. */
export async function checkAside(client: Database.Database): Promise<string> {
  return String(await pragmaAside(client, 'quick_check(1)'));
}

/** What a pragma answers on a connection of its own. */
async function pragmaAside({ name: file }: Database.Database, pragma: string): Promise<unknown> {
  // A thread begun from text has no folder to look from: it is given the file that this process has loaded.
  const library = Object.keys(createRequire(process.execPath).cache).find((path) => path.endsWith(LIBRARY));
  if (library === undefined) throw new Error('the library of SQLite was not found');
  const worker = new Worker(CODE, { eval: true, workerData: { library, file, pragma } });
  worker.unref();
  const [[answer]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  return answer;
}
