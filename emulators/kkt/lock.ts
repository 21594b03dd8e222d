/** One register to a state file. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type FileLock, lockFile } from '#node/file-lock.ts';
import { AppError } from '#shared/kernel/errors.ts';

export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

/** Makes the file's folder. Throws StateFileError when that cannot be done, or another register holds the file. */
export function lockStateFile(stateFile: string): FileLock {
  try {
    mkdirSync(dirname(stateFile), { recursive: true });
  } catch (cause) {
    throw new StateFileError(`the folder of ${stateFile} cannot be made: ${String(cause)}`, { cause });
  }
  try {
    return lockFile(stateFile);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new StateFileError(`${stateFile} is in use by another register`, { cause });
  }
}
