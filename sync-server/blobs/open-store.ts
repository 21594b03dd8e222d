/** The store that the settings ask for. */
import { join } from 'node:path';
import { AppError } from '#shared/kernel/errors.ts';
import type { ServerConfig } from '../config.ts';
import type { BlobStore } from './blob-store.port.ts';
import { createFilesStore } from './files.store.ts';

interface StoreLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/**
 * A folder is made with the first file; a bucket that is missing is made at once.
 *
 * @throws AppError `config.invalid` what S3 needs is not set, or it refuses the bucket. One that does not answer is no reason to
 * stop: all but files works without it, and the bucket is made with the first of them.
 */
export async function openBlobStore(config: ServerConfig, log: StoreLog): Promise<BlobStore> {
  if (config.BLOB_STORE === 'files') return createFilesStore(config.BLOB_DIR ?? join(config.DATA_DIR, 'blobs'));
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } = config;
  if (endpoint === undefined || accessKey === undefined || secretKey === undefined) {
    throw new AppError('config.invalid', 'BLOB_STORE = s3 needs S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY');
  }
  // The clients of S3 and HTTP are loaded where they are used.
  const [{ createS3Client }, { createS3Store }] = await Promise.all([
    import('./s3.client.ts'),
    import('./s3.store.ts'),
  ]);
  const s3 = createS3Client({ endpoint, bucket, accessKey, secretKey, region: config.S3_REGION });
  const refusal = await s3.ensureBucket().catch((err: unknown) => {
    log.warn({ err, bucket }, 'whether the bucket is there is not known: files wait for the object store');
    return undefined;
  });
  if (refusal !== undefined) throw new AppError('config.invalid', `S3_BUCKET = ${bucket}: ${refusal}`);
  return createS3Store(s3);
}
