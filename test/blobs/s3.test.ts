/** Files of devices on a server that keeps them in S3: through the server, and past it by presigned addresses. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createS3Client } from '#server/blobs/s3.client.ts';
import { startS3, type TestS3 } from '#server/blobs/testing-s3.ts';
import { createTestApp } from '#server/testing/test-app.ts';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import { type BlobWorld, createBlobWorld, photo } from './blob-world.ts';

let folder: string;
let s3: TestS3;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-blob-s3-'));
  s3 = await startS3(folder);
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(['false', 'true'])('with BLOB_DIRECT %s', (direct) => {
  let world: BlobWorld;
  beforeAll(async () => {
    const { endpoint, bucket, accessKey, secretKey } = s3.settings;
    world = await createBlobWorld({
      BLOB_STORE: 's3',
      BLOB_DIRECT: direct,
      S3_ENDPOINT: endpoint,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY: accessKey,
      S3_SECRET_KEY: secretKey,
    });
  });
  afterAll(() => world.close());

  test('a file goes from one device to another', async () => {
    const [a, b] = [await world.device(), await world.device()];
    const bytes = photo(2 * CHUNK_BYTES + 9);
    const id = await a.put(bytes);
    await a.push();
    expect(a.blobs.describe([id])[0]?.state).toBe('durable');
    await world.refer(`row-${id}`, [id]);
    expect(await b.show(id)).toEqual(bytes);
  });

  test('I19 an object that is not what its name says is never shown', async () => {
    const [a, b] = [await world.device(), await world.device()];
    const id = await a.put(photo(5000));
    await a.push();
    await world.refer(`row-${id}`, [id]);
    const key = `blobs/${world.organization.organizationId}/${id}`;
    await createS3Client(s3.settings).send({ method: 'PUT', key, body: photo(5000) }, [200]);
    await expect(b.show(id)).rejects.toMatchObject({
      code: direct === 'true' ? 'blobs.damaged' : 'blobs.not_found',
    });
    expect(await b.files()).toEqual([]);
  });
});

test('an S3 that is not told in full is said before anything is opened', async () => {
  await expect(createTestApp({ BLOB_STORE: 's3' })).rejects.toMatchObject({ code: 'config.invalid' });
});
