/** Files named by the hash of their bytes. One gets its name only when it is whole and on the disk. */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifThere, readAt, sizeOf, statOf, syncFolder, whileThereIsRoom } from '#node/files.ts';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import { SNIFF_BYTES } from '#shared/blobs/media-type.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';

/** Bytes that have come and are not kept yet. */
export interface Draft {
  readonly id: string;
  readonly size: number;
  /** How they begin. */
  readonly head: Uint8Array;
  /** Gives it its name: it outlives a power cut when this resolves. */
  keep(): Promise<void>;
  drop(): Promise<void>;
}

/** Where the bytes of a blob are, below the folder of all. */
export const blobPath = (folder: string, id: string): string => join(folder, id.slice(0, 2), id);

export type BlobFiles = ReturnType<typeof createBlobFiles>;

/** `folder/ab/abcd…`; `folder/drafts` for what is being given here, `folder/parts` for what is being fetched. */
export function createBlobFiles(folder: string, newId: () => string) {
  const pathOf = (id: string): string => blobPath(folder, id);
  const partOf = (id: string): string => join(folder, 'parts', id);

  /** What the last sweep found and did not know, and how it looked. */
  let seen: ReadonlyMap<string, string> = new Map();

  const publish = (from: string, id: string) =>
    whileThereIsRoom(async () => {
      const path = pathOf(id);
      await mkdir(dirname(path), { recursive: true });
      await rename(from, path);
      await syncFolder(dirname(path));
    });

  return {
    /** Writes a stream beside. @throws AppError `app.too_large`, `app.unavailable` when there is no room. */
    draft: (source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Draft> =>
      whileThereIsRoom(async () => {
        const path = join(folder, 'drafts', newId());
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, 'wx');
        try {
          const written = await pour(file, source, maxBytes);
          await file.sync();
          return { ...written, keep: () => publish(path, written.id), drop: () => rm(path, { force: true }) };
        } catch (error) {
          await rm(path, { force: true });
          throw error;
        } finally {
          await file.close();
        }
      }),

    size: (id: string): Promise<number | undefined> => sizeOf(pathOf(id)),
    /** `undefined` when there is no such file. */
    read: (id: string, offset: number, length: number): Promise<Buffer | undefined> =>
      readAt(pathOf(id), offset, length),
    /** Are the bytes those of the name? `undefined` when there is no such file. */
    verify: async (id: string): Promise<boolean | undefined> => {
      const digest = await digestOf(pathOf(id));
      return digest === undefined ? undefined : digest === id;
    },
    /** With what was set aside of it. */
    remove: async (id: string): Promise<void> => {
      for (const path of [pathOf(id), `${pathOf(id)}.damaged`]) await rm(path, { force: true });
    },
    /** What turned out to be damaged is kept beside, for whoever looks into it, and is never read again. */
    setAside: async (id: string): Promise<void> => {
      await rm(`${pathOf(id)}.damaged`, { force: true });
      await rename(pathOf(id), `${pathOf(id)}.damaged`);
    },

    /** Bytes that an earlier fetch brought. */
    partSize: async (id: string): Promise<number> => (await sizeOf(partOf(id))) ?? 0,
    appendPart: (id: string, from: number, source: AsyncIterable<Uint8Array>, maxBytes: number) =>
      whileThereIsRoom(async () => {
        await mkdir(join(folder, 'parts'), { recursive: true });
        const file = await open(partOf(id), from === 0 ? 'w' : 'a');
        try {
          await pour(file, source, maxBytes - from);
          await file.sync();
        } finally {
          await file.close();
        }
      }),
    dropPart: (id: string): Promise<void> => rm(partOf(id), { force: true }),
    /** Keeps what was fetched if it is what its name says; otherwise it is gone. */
    keepPart: async (id: string): Promise<boolean> => {
      if ((await digestOf(partOf(id))) !== id) {
        await rm(partOf(id), { force: true });
        return false;
      }
      await publish(partOf(id), id);
      return true;
    },

    /** Removes what nobody knows of and nobody has touched since the last sweep: a kill left it. Looks at no clock. */
    sweep: async (isKnown: (id: string) => boolean): Promise<number> => {
      let removed = 0;
      const now = new Map<string, string>();
      for (const entry of await entriesOf(folder)) {
        const path = join(entry.parentPath, entry.name);
        const isUnfinished = /[/\\](drafts|parts)$/.test(entry.parentPath);
        if (!isUnfinished && (entry.name.endsWith('.damaged') || isKnown(entry.name))) continue;
        const stat = await statOf(path);
        if (stat === undefined) continue;
        const look = `${stat.mtimeMs} ${stat.size}`;
        if (seen.get(path) !== look) {
          now.set(path, look);
          continue;
        }
        await rm(path, { force: true });
        removed += 1;
      }
      seen = now;
      return removed;
    },
    /** Is any fetch under way? */
    hasParts: async (): Promise<boolean> => (await entriesOf(join(folder, 'parts'))).length > 0,
    /** Removes fetches under way of all but these. */
    dropParts: async (keep: ReadonlySet<string>): Promise<void> => {
      for (const { name, parentPath } of await entriesOf(join(folder, 'parts'))) {
        if (!keep.has(name)) await rm(join(parentPath, name), { force: true });
      }
    },
  };
}

async function pour(file: FileHandle, source: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash('sha256');
  const head = Buffer.alloc(SNIFF_BYTES);
  let size = 0;
  for await (const bytes of source) {
    if (size + bytes.length > maxBytes) {
      throw new AppError('app.too_large', `a file has at most ${maxBytes} bytes`, { details: { maxBytes } });
    }
    if (size < SNIFF_BYTES) head.set(bytes.subarray(0, SNIFF_BYTES - size), size);
    hash.update(bytes);
    size += bytes.length;
    await file.appendFile(bytes);
  }
  return { id: hash.digest('hex'), size, head: head.subarray(0, size) };
}

const entriesOf = async (folder: string) =>
  ((await ifThere(readdir(folder, { recursive: true, withFileTypes: true }))) ?? []).filter((entry) => entry.isFile());

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  for (let at = 0; ; ) {
    const bytes = await readAt(path, at, CHUNK_BYTES);
    if (bytes === undefined) return undefined;
    if (bytes.length === 0) return hash.digest('hex');
    hash.update(bytes);
    at += bytes.length;
  }
}
