/** The uploaded file, kept outside the data while it is read: a restart has no use for half of it. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#shared/kernel/errors.ts';

export interface UploadedFile {
  readonly path: string;
  readonly bytes: number;
  readonly remove: () => Promise<void>;
}

/** @throws AppError `app.too_large`; whatever broke the upload. Then nothing is left on the disk. */
export async function receiveFile(body: Readable, maxBytes: number): Promise<UploadedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-import-'));
  const path = join(folder, 'catalogue.csv');
  const remove = () => rm(folder, { recursive: true, force: true });
  let bytes = 0;
  // Ending early must not destroy the request: the socket under it has yet to carry the refusal.
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new AppError('app.too_large', `a catalogue may have ${maxBytes} bytes at most`);
      yield chunk;
    }
  }
  try {
    await pipeline(counted, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, bytes, remove };
}
