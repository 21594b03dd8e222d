/** An S3 of s3rver on a free port, for tests. */
import S3rver from 's3rver';

export type TestS3 = Awaited<ReturnType<typeof startS3>>;

/** `folder` is where it keeps its objects. It compares neither digests nor
 * signatures: whoever relies on it for that fails here. */
export async function startS3(folder: string) {
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
