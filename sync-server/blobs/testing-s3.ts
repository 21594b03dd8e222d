/** An S3 of s3rver on a free port, for tests. */
import { createRequire } from 'node:module';

interface S3rver {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}
type S3rverClass = new (options: Readonly<Record<string, unknown>>) => S3rver;

export type TestS3 = Awaited<ReturnType<typeof startS3>>;

/** `folder` is where it keeps its objects. It does not compare digests: whoever relies on that fails here. */
export async function startS3(folder: string) {
  // It brings no types.
  const S3rver = createRequire(import.meta.url)('s3rver') as S3rverClass;
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'blobs' }],
  });
  const { port } = await server.run();
  return {
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket: 'blobs',
      accessKey: 'S3RVER',
      secretKey: 'S3RVER',
    },
    close: () => server.close(),
  };
}
