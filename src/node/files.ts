/** Files as device and server keep them: a missing one is an answer, a rename lasts, a full disk has its code. */
import { open, stat } from 'node:fs/promises';
import { AppError } from '#shared/kernel/errors.ts';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** No such file, or a part of its path is no folder. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(String(codeOf(error)));

/** What a call answers; `undefined` when its file is missing. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export const statOf = (path: string) => ifThere(stat(path));

/** In bytes. */
export const sizeOf = async (path: string): Promise<number | undefined> => (await statOf(path))?.size;

/** At most `length` bytes; fewer at the end of the file. */
export const readAt = (path: string, offset: number, length: number): Promise<Buffer | undefined> =>
  ifThere(readHandle(path, offset, length));

async function readHandle(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Makes a rename last. Windows cannot open a folder, and its rename lasts by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** @throws AppError `app.unavailable` when the disk or the quota is full. */
export async function whileThereIsRoom<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
    throw new AppError('app.unavailable', 'there is no room for files', { cause: error });
  }
}
