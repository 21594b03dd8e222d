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
try {
  parentPort.postMessage({ answer: own.pragma(workerData.pragma, { simple: true }) });
} catch (error) {
  // An error loses its code on the way between threads.
  parentPort.postMessage({ code: error.code, message: error.message });
} finally {
  own.close();
}
`;

type Told = { readonly answer: unknown } | { readonly code: string; readonly message: string };

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

/** Reads the file through: `ok`, or what is wrong. Rejects when it could not be read for another reason than damage. */
export async function checkAside(client: Database.Database): Promise<string> {
  const told = await pragmaAside(client, 'quick_check(1)');
  if ('answer' in told) return String(told.answer);
  if (isDamageCode(told.code)) return told.message;
  throw new Error(`the database could not be read through: ${told.message}`);
}

/** What SQLite says of a file that is no database, or no whole one. */
export const isDamageCode = (code: string): boolean => /^SQLITE_(NOTADB|CORRUPT)/.test(code);

/** What a pragma answers, or fails with, on a connection of its own. */
async function pragmaAside({ name: file }: Database.Database, pragma: string): Promise<Told> {
  // A thread begun from text has no folder to look from: it is given the file that this process has loaded.
  const library = Object.keys(createRequire(process.execPath).cache).find((path) => path.endsWith(LIBRARY));
  if (library === undefined) throw new Error('the library of SQLite was not found');
  const worker = new Worker(CODE, { eval: true, workerData: { library, file, pragma } });
  worker.unref();
  const [[told]] = await Promise.all([once(worker, 'message') as Promise<[Told]>, once(worker, 'exit')]);
  return told;
}
