/** One bucket of an S3: requests signed by AWS Signature 4, carried by axios. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import axios, { type AxiosResponse, isAxiosError } from 'axios';
import { AppError } from '#shared/kernel/errors.ts';

export interface S3Settings {
  /** `https://host[:port]`: the bucket is the first part of the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  /** SHA-256 of the body: the store compares it with what arrives. */
  readonly sha256?: string;
}

export interface S3Client {
  /** Statuses that are not among `expected` throw `app.unavailable`. */
  send(request: S3Request, expected: readonly number[]): Promise<AxiosResponse<Buffer>>;
  /** Makes the bucket where there is none. @returns why the store will not have it; `undefined`: it is there. */
  ensureBucket(): Promise<string | undefined>;
  /** Keys that begin so, 1000 at most. */
  list(prefix: string): Promise<readonly string[]>;
  /** Whoever has it may read the object for so many seconds. */
  presign(key: string, contentType: string, seconds: number): Promise<string>;
}

const TIMEOUT_MS = 60_000;
const HOME = 'us-east-1';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function createS3Client(settings: S3Settings): S3Client {
  const { region, accessKey: accessKeyId, secretKey: secretAccessKey } = settings;
  const about = { service: 's3', region, accessKeyId, secretAccessKey };
  const client = axios.create({
    timeout: TIMEOUT_MS,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 32 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 32 }),
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    proxy: false,
    transformRequest: [(body: unknown) => body],
  });
  const urlOf = (key: string) => `${settings.endpoint.replace(/\/$/, '')}/${settings.bucket}/${key}`;

  const send: S3Client['send'] = async ({ method, key, headers = {}, body, sha256 }, expected) => {
    const signed = await new AwsV4Signer({
      ...about,
      method,
      url: urlOf(key),
      headers: { 'x-amz-content-sha256': sha256 ?? 'UNSIGNED-PAYLOAD', ...headers },
    }).sign();
    const answer = await client
      .request<Buffer>({ method, url: signed.url.href, headers: Object.fromEntries(signed.headers), data: body })
      .catch((error: unknown) => {
        // Not as its cause: an AxiosError carries the signature, and causes are logged.
        const reason = isAxiosError(error) ? (error.code ?? error.message) : String(error);
        throw new AppError('app.unavailable', `the object store does not answer: ${reason}`);
      });
    if (expected.includes(answer.status)) return answer;
    const said = Buffer.from(answer.data).toString('utf8').slice(0, 300);
    throw new AppError('app.unavailable', `the object store answered ${answer.status} to ${method}`, {
      cause: new Error(said),
    });
  };

  /** Of AWS everywhere but at home; others do without. */
  const placement = region === HOME ? '' : `<LocationConstraint>${region}</LocationConstraint>`;

  return {
    send,
    ensureBucket: async () => {
      const seen = await send({ method: 'HEAD', key: '' }, [200, 403, 404]);
      if (seen.status === 200) return undefined;
      if (seen.status === 403) return 'the object store answers 403: this key may not use it';
      const config = `<CreateBucketConfiguration xmlns="${NAMESPACE}">${placement}</CreateBucketConfiguration>`;
      const body = placement === '' ? {} : { body: Buffer.from(config) };
      const made = await send({ method: 'PUT', key: '', ...body }, [200, 400, 403, 409]);
      if (made.status === 200) return undefined;
      // Another instance may have been quicker.
      if (made.status === 409 && (await send({ method: 'HEAD', key: '' }, [200, 403, 404])).status === 200)
        return undefined;
      const [, code = ''] = /<Code>([^<]*)<\/Code>/.exec(Buffer.from(made.data).toString('utf8')) ?? [];
      return `it is not there, and the object store will not make it: ${made.status} ${code}`.trim();
    },
    list: async (prefix) => {
      const answer = await send({ method: 'GET', key: `?list-type=2&prefix=${encodeURIComponent(prefix)}` }, [200]);
      const xml = Buffer.from(answer.data).toString('utf8');
      return Array.from(xml.matchAll(/<Key>([^<]*)<\/Key>/g), ([, key]) => key ?? '');
    },
    presign: async (key, contentType, seconds) => {
      const url = new URL(urlOf(key));
      url.searchParams.set('X-Amz-Expires', String(seconds));
      url.searchParams.set('response-content-type', contentType);
      const signed = await new AwsV4Signer({ ...about, method: 'GET', url: url.href, signQuery: true }).sign();
      return signed.url.href;
    },
  };
}
