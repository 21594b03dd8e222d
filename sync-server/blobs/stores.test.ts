/** One contract, both stores: a folder and an S3. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import type { AppError } from '#shared/kernel/errors.ts';
import { readConfig } from '../config.ts';
import type { BlobKey, BlobStore } from './blob-store.port.ts';
import { createFilesStore } from './files.store.ts';
import { openBlobStore } from './open-store.ts';
import { createS3Client } from './s3.client.ts';
import { createS3Store } from './s3.store.ts';
import { startS3, type TestS3 } from './testing-s3.ts';

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytes = randomBytes(2 * CHUNK_BYTES + 12_345);
const chunks = [0, 1, 2].map((index) => sha(bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)));
const parts = [
  { offset: 0, length: CHUNK_BYTES },
  { offset: CHUNK_BYTES, length: 1000 },
  { offset: CHUNK_BYTES + 1000, length: bytes.length - CHUNK_BYTES - 1000 },
];
const partBytes = (index: number) => {
  const { offset = 0, length = 0 } = parts[index] ?? {};
  return bytes.subarray(offset, offset + length);
};

/** Signature 4 of a presigned GET, from AWS's description of it. */
function signatureOf(url: URL, secretKey: string): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const encoded = query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  const canonical = `GET\n${url.pathname}\n${encoded}\nhost:${url.host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const time = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretKey}`);
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha(Buffer.from(canonical))}`;
  return hmac(key, text).toString('hex');
}

let folder: string;
let s3: TestS3;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-stores-'));
  s3 = await startS3(join(folder, 's3'));
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

const STORES: readonly (readonly [string, () => BlobStore])[] = [
  ['files', () => createFilesStore(join(folder, 'files'))],
  ['s3', () => createS3Store(createS3Client(s3.settings))],
];

describe.each(STORES)('%s', (kind, open) => {
  let organization = 0;
  const fresh = (): { store: BlobStore; key: BlobKey } => ({
    store: open(),
    key: { organizationId: `org-${(organization += 1)}`, id: sha(bytes) },
  });
  const upload = async (store: BlobStore, key: BlobKey) => {
    for (const [index, { offset }] of parts.entries()) await store.writePart(key, offset, partBytes(index));
  };

  test('shows nothing before the whole is there, and then exactly its bytes', async () => {
    const { store, key } = fresh();
    await upload(store, key);
    expect(await store.size(key)).toBeUndefined();
    expect(await store.read(key, 0, 10)).toBeUndefined();
    expect(await store.publish(key, bytes.length, parts)).toEqual(chunks);
    expect(await store.size(key)).toBe(bytes.length);
    expect(await store.read(key, 5, 7)).toEqual(bytes.subarray(5, 12));
    expect(await store.read(key, 2 * CHUNK_BYTES, CHUNK_BYTES)).toEqual(bytes.subarray(2 * CHUNK_BYTES));
  });

  test('a part twice is a part once, and publishing again answers the same', async () => {
    const { store, key } = fresh();
    await upload(store, key);
    await store.writePart(key, 0, partBytes(0));
    expect(await store.publish(key, bytes.length, parts)).toEqual(chunks);
    expect(await store.publish(key, bytes.length, parts)).toEqual(chunks);
  });

  test('two that publish at once do not hurt each other', async () => {
    const { store, key } = fresh();
    await upload(store, key);
    const publish = () => store.publish(key, bytes.length, parts).catch(({ code }: AppError) => code);
    for (const answer of await Promise.all([publish(), publish()])) {
      // In S3 one may find its parts half gone: then it says that it is to be asked again.
      if (kind === 'files' || answer !== 'app.unavailable') expect(answer).toEqual(chunks);
    }
    expect(await store.publish(key, bytes.length, parts)).toEqual(chunks);
  });

  test('bytes that are not those of the name never get it, and their parts go', async () => {
    const { store, key } = fresh();
    await upload(store, key);
    await store.writePart(key, parts[1]?.offset ?? 0, randomBytes(1000));
    expect(await store.publish(key, bytes.length, parts)).toBeUndefined();
    expect(await store.size(key)).toBeUndefined();
    await upload(store, key);
    expect(await store.publish(key, bytes.length, parts)).toEqual(chunks);
  });

  test('what was discarded is gone, and cannot be published', async () => {
    const { store, key } = fresh();
    await upload(store, key);
    await store.discard(key);
    expect(await store.publish(key, bytes.length, parts)).toBeUndefined();
  });

  test('organisations do not share bytes', async () => {
    const { store, key } = fresh();
    const other = { ...key, organizationId: `${key.organizationId}-other` };
    await upload(store, key);
    await store.publish(key, bytes.length, parts);
    expect(await store.size(other)).toBeUndefined();
    expect(await store.read(other, 0, 1)).toBeUndefined();
    expect(await store.publish(other, bytes.length, parts)).toBeUndefined();
  });

  test('what was removed is gone, and may be removed again', async () => {
    const { store, key } = fresh();
    await upload(store, key);
    await store.publish(key, bytes.length, parts);
    await store.remove(key);
    await store.remove(key);
    expect(await store.size(key)).toBeUndefined();
  });
});

test('nothing is left beside the blobs', async () => {
  const left = await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true });
  const parts = left.filter((entry) => entry.isFile() && entry.parentPath.endsWith('/parts'));
  expect(parts).toEqual([]);
  expect(left.some((entry) => entry.isFile())).toBe(true);
});

test('a presigned address gives the bytes to whoever has it, as their own type, signed as AWS says', async () => {
  const store = createS3Store(createS3Client(s3.settings));
  const small = Buffer.from('%PDF-1.7 small');
  const key = { organizationId: 'org-presigned', id: sha(small) };
  await store.writePart(key, 0, small);
  await store.publish(key, small.length, [{ offset: 0, length: small.length }]);
  const url = (await store.presign?.(key, 'application/pdf', 60)) ?? '';
  const answer = await axios.get<Buffer>(url, { responseType: 'arraybuffer' });
  expect(Buffer.from(answer.data)).toEqual(small);
  expect(answer.headers['content-type']).toBe('application/pdf');
  // The S3 of the tests looks at no signature, so it is worked out here a second time, by the book.
  const given = new URL(url).searchParams.get('X-Amz-Signature');
  expect(given).toBe(signatureOf(new URL(url), s3.settings.secretKey));
});

test('a path of an organisation stays in its folder', async () => {
  await mkdir(join(folder, 'outside'), { recursive: true });
  await writeFile(join(folder, 'outside', 'aa'), 'x');
  const store = createFilesStore(join(folder, 'files'));
  expect(() => store.size({ organizationId: '../outside', id: 'aa' })).toThrow('no name of a folder');
});

test('an object store that is away is said to be, without its secrets', async () => {
  const store = createS3Store(createS3Client({ ...s3.settings, endpoint: 'http://127.0.0.1:1' }));
  const fault: unknown = await store.size({ organizationId: 'o', id: sha(bytes) }).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'app.unavailable' });
  // An AxiosError carries the signature with it.
  expect((fault as Error).cause).toBeUndefined();
});

describe('a bucket that is missing', () => {
  const settingsOf = (endpoint: string, more: object = {}) =>
    readConfig({
      file: { BLOB_STORE: 's3', S3_ENDPOINT: endpoint, S3_ACCESS_KEY: 'S3RVER', S3_SECRET_KEY: 'S3RVER', ...more },
      env: {},
      argv: [],
    });
  const warned: string[] = [];
  const log = { warn: (_: object, message: string) => warned.push(message) };
  const key: BlobKey = { organizationId: 'org', id: sha(bytes) };

  test('M-12, M-75 is made at start, by the name of the seed where none is said', async () => {
    const config = settingsOf(s3.settings.endpoint);
    expect(config.S3_BUCKET).toBe('privet-bucket');
    const store = await openBlobStore(config, log);
    await store.writePart(key, 0, partBytes(0));
    expect(await readdir(join(folder, 's3', 'privet-bucket', 'parts', 'org'))).toEqual([key.id]);
    // The next start finds it.
    await openBlobStore(config, log);
    expect(warned).toEqual([]);
  });

  test('is made with the first file where the store was away at the start', async () => {
    await openBlobStore(settingsOf('http://127.0.0.1:9'), log);
    expect(warned).toHaveLength(1);
    const store = createS3Store(createS3Client({ ...s3.settings, bucket: 'made-later' }));
    await store.writePart(key, 0, partBytes(0));
    expect(await readdir(join(folder, 's3', 'made-later', 'parts', 'org'))).toEqual([key.id]);
  });

  test.each([
    ['403 to a look', 403, 403, 'S3_BUCKET = ours: the object store answers 403: this key may not use it'],
    [
      'to make it',
      404,
      409,
      'S3_BUCKET = ours: it is not there, and the object store will not make it: 409 BucketAlreadyExists',
    ],
  ])('is one line of settings where the store answers %s', async (_, toHead, toPut, said) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume();
      response.writeHead(request.method === 'HEAD' ? toHead : toPut);
      response.end(request.method === 'HEAD' ? undefined : '<Error><Code>BucketAlreadyExists</Code></Error>');
    });
    const port = await new Promise<number>((listening) =>
      server.listen(0, '127.0.0.1', () => listening((server.address() as AddressInfo).port)),
    );
    try {
      const opening = openBlobStore(settingsOf(`http://127.0.0.1:${port}`, { S3_BUCKET: 'ours' }), log);
      await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message: said });
      expect(asked[0]).toBe('HEAD /ours/');
    } finally {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  });
});
