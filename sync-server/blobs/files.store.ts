/** Blobs in a folder: written beside, flushed, and given their name only when they are whole. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifThere, readAt, sizeOf, syncFolder, whileThereIsRoom } from '#node/files.ts';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
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

/** False when it is not there (any more). */
const renamed = async (from: string, to: string): Promise<boolean> =>
  (await ifThere(rename(from, to).then(() => true))) ?? false;
