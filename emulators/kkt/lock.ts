/**
 * One register to a state file. The lock is a listening socket named after the file: the system takes it away with
 * the process, so a killed register leaves nothing that would lock its successor out (a file with a pid does).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

/** Makes the file's folder: its real path is part of the lock's name. */
function lockName(stateFile: string): string {
  try {
    mkdirSync(dirname(stateFile), { recursive: true });
  } catch (cause) {
    throw new StateFileError(`the folder of ${stateFile} cannot be made: ${String(cause)}`, { cause });
  }
  const path = join(realpathSync(dirname(stateFile)), basename(stateFile));
  const key = createHash('sha256').update(path).digest('hex').slice(0, 24);
  return process.platform === 'win32' ? `\\\\.\\pipe\\prilavok-kkt-${key}` : join(tmpdir(), `prilavok-kkt-${key}.lock`);
}

const listen = (name: string): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });

const isAnswering = (name: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(name);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Takes the lock; the answer gives it back. Throws StateFileError when another register holds it. */
export async function lockStateFile(stateFile: string): Promise<() => Promise<void>> {
  const name = lockName(stateFile);
  let server = await listen(name);
  if (server === undefined) {
    if (await isAnswering(name)) throw new StateFileError(`${stateFile} is in use by another register`);
    rmSync(name, { force: true });
    server = await listen(name);
  }
  if (server === undefined) throw new StateFileError(`${stateFile} is in use by another register`);
  const held = server;
  return () => new Promise((resolve) => held.close(() => resolve()));
}
