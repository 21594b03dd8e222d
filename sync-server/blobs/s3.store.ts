/** Blobs in S3. Parts are objects of their own, so any instance of the server may take the next one. */
import { Readable } from 'node:stream';
import { AppError } from '#shared/kernel/errors.ts';
import type { BlobKey, BlobStore } from './blob-store.port.ts';
import type { BlobPart } from './blobs.tables.ts';
import { createBlobDigest, sha256Of } from './digest.ts';
import type { S3Client } from './s3.client.ts';

export function createS3Store(s3: S3Client): BlobStore {
  const objectOf = ({ organizationId, id }: BlobKey) => `blobs/${organizationId}/${id}`;
  const partsOf = ({ organizationId, id }: BlobKey) => `parts/${organizationId}/${id}/`;
  const partOf = (key: BlobKey, { offset, length }: BlobPart) => `${partsOf(key)}${offset}-${length}`;

  const read = async (key: string, headers: Readonly<Record<string, string>> = {}): Promise<Buffer | undefined> => {
    const answer = await s3.send({ method: 'GET', key, headers }, [200, 206, 404, 416]);
    if (answer.status === 404) return undefined;
    return answer.status === 416 ? Buffer.alloc(0) : Buffer.from(answer.data);
  };
  const remove = async (key: string) => {
    await s3.send({ method: 'DELETE', key }, [200, 204, 404]);
  };
  const discard = async (key: BlobKey) => {
    for (const part of await s3.list(partsOf(key))) await remove(part);
  };

  async function* join(key: BlobKey, parts: readonly BlobPart[], seen: (bytes: Buffer) => void) {
    for (const part of parts) {
      const bytes = await read(partOf(key, part));
      if (bytes?.length !== part.length) throw new PartLost();
      seen(bytes);
      yield bytes;
    }
  }

  return {
    kind: 's3',
    writePart: async (key, offset, bytes) => {
      const part = partOf(key, { offset, length: bytes.length });
      const put = { method: 'PUT', key: part, body: bytes, sha256: sha256Of(bytes) } as const;
      if ((await s3.send(put, [200, 404])).status === 200) return;
      // No bucket: the store was away when the server began, or somebody took the bucket away.
      const refusal = await s3.ensureBucket();
      if (refusal !== undefined) throw new AppError('app.unavailable', `no bucket: ${refusal}`);
      await s3.send(put, [200]);
    },
    publish: async (key, size, parts) => {
      // Read twice: an object that is not whole must not have the name of one that is, not even for a moment.
      const digest = createBlobDigest();
      try {
        for await (const bytes of join(key, parts, () => undefined)) digest.update(bytes);
      } catch (error) {
        if (!(error instanceof PartLost)) throw error;
        return await publishedBefore(key, size);
      }
      const found = digest.finish();
      if (found.id !== key.id || found.size !== size) {
        await discard(key);
        return undefined;
      }
      const again = createBlobDigest();
      const body = Readable.from(join(key, parts, (bytes) => again.update(bytes)));
      const headers = { 'content-length': String(size) };
      await s3.send({ method: 'PUT', key: objectOf(key), body, sha256: key.id, headers }, [200]);
      if (again.finish().id !== key.id) {
        await remove(objectOf(key));
        throw new AppError('app.unavailable', 'the object store gave two answers for one part');
      }
      await discard(key);
      return found.chunks;
    },
    discard,
    size: async (key) => {
      const answer = await s3.send({ method: 'HEAD', key: objectOf(key) }, [200, 404]);
      return answer.status === 404 ? undefined : Number(answer.headers['content-length']);
    },
    read: (key, offset, length) => read(objectOf(key), { range: `bytes=${offset}-${offset + length - 1}` }),
    remove: (key) => remove(objectOf(key)),
    presign: (key, mediaType, seconds) => s3.presign(objectOf(key), mediaType, seconds),
  };

  /** Parts that are gone may be gone because they have become the blob, by a call that did not come to say so. */
  async function publishedBefore(key: BlobKey, size: number): Promise<readonly string[] | undefined> {
    const bytes = await read(objectOf(key));
    if (bytes === undefined) return undefined;
    const digest = createBlobDigest();
    digest.update(bytes);
    const found = digest.finish();
    return found.id === key.id && found.size === size ? found.chunks : undefined;
  }
}

class PartLost extends Error {
  override readonly name = 'PartLost';
}
