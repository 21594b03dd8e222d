/** Blobs in a folder: written beside, flushed, and given their name only when they are whole. */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { syncFolder } from '../sync/guard-file.ts';
import type { BlobKey, BlobStore } from './blob-store.port.ts';
import { createBlobDigest } from './digest.ts';

/** `root/<organisation>/ab/abcd…`, and what is not whole yet in `root/<organisation>/parts/abcd…`. */
export function createFilesStore(root: string): BlobStore {
  const folderOf = (organizationId: string): string => {
    // Ids are ours, but a path is no place to trust in that.
    if (!/^[\w-]{1,64}$/.test(organizationId)) throw new Error('an organisation id that is no name of a folder');
    return join(root, organizationId);
  };
  const pathOf = ({ organizationId, id }: BlobKey) => join(folderOf(organizationId), id.slice(0, 2), id);
  const partsOf = ({ organizationId, id }: BlobKey) => join(folderOf(organizationId), 'parts', id);

  const digestOf = async (path: string) => {
    const digest = createBlobDigest();
    const size = await sizeOf(path);
    for (let at = 0; at < (size ?? 0); at += CHUNK_BYTES) {
      const bytes = await readAt(path, at, CHUNK_BYTES);
      if (bytes === undefined) return undefined;
      digest.update(bytes);
    }
    return size === undefined ? undefined : digest.finish();
  };

  return {
    kind: 'files',
    writePart: (key, offset, bytes) =>
      whileThereIsRoom(async () => {
        const path = partsOf(key);
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, (await sizeOf(path)) === undefined ? 'w' : 'r+');
        try {
          await file.write(bytes, 0, bytes.length, offset);
          await file.datasync();
        } finally {
          await file.close();
        }
      }),
    publish: (key, size) =>
      whileThereIsRoom(async () => {
        const [parts, path] = [partsOf(key), pathOf(key)];
        const staged = await digestOf(parts);
        if (staged !== undefined && (staged.id !== key.id || staged.size !== size)) {
          await rm(parts, { force: true });
          return undefined;
        }
        await mkdir(dirname(path), { recursive: true });
        if (staged !== undefined && (await renamed(parts, path))) {
          await syncFolder(dirname(path));
          return staged.chunks;
        }
        // Done already: by a call that did not come to say so, or by one that is under way.
        const published = await digestOf(path);
        return published?.id === key.id ? published.chunks : undefined;
      }),
    discard: (key) => rm(partsOf(key), { force: true }),
    size: (key) => sizeOf(pathOf(key)),
    read: (key, offset, length) => readAt(pathOf(key), offset, length),
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** False when it is not there (any more). */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function whileThereIsRoom<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw new AppError('app.unavailable', 'there is no room for files', { cause: error });
  }
}
