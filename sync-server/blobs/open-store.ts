/** The store that the settings ask for. */
import { join } from 'node:path';
import { AppError } from '#shared/kernel/errors.ts';
import type { ServerConfig } from '../config.ts';
import type { BlobStore } from './blob-store.port.ts';
import { createFilesStore } from './files.store.ts';

/** Opens nothing yet: a folder is made, and S3 is called, with the first file. */
export async function openBlobStore(config: ServerConfig): Promise<BlobStore> {
  if (config.BLOB_STORE === 'files') return createFilesStore(config.BLOB_DIR ?? join(config.DATA_DIR, 'blobs'));
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } = config;
  if (endpoint === undefined || bucket === undefined || accessKey === undefined || secretKey === undefined) {
    throw new AppError(
      'config.invalid',
      'BLOB_STORE = s3 needs S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY',
    );
  }
  // The clients of S3 and HTTP are loaded where they are used.
  const [{ createS3Client }, { createS3Store }] = await Promise.all([
    import('./s3.client.ts'),
    import('./s3.store.ts'),
  ]);
  return createS3Store(createS3Client({ endpoint, bucket, accessKey, secretKey, region: config.S3_REGION }));
}
