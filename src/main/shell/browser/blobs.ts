/** Files of the device for the pages of the browser shell. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BlobDoor } from '#main/blobs/blob-door.ts';
import type { CallContext } from '#main/rpc/rpc.ts';
import { MAX_BLOB_BYTES } from '#shared/blobs/blobs.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Access } from './access.ts';

export interface BlobRoutes {
  readonly door: BlobDoor;
  readonly access: Access;
  readonly contextFor: (connectionId: string) => CallContext;
}

export async function blobRoutes(app: FastifyInstance, { door, access, contextFor }: BlobRoutes): Promise<void> {
  // The file goes to the disk as it comes; what it is, its content says.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { bodyLimit: MAX_BLOB_BYTES }, (_request, payload, done) => done(null, payload));

  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!access.hasCookie(request.raw)) throw new AppError('auth.unauthorized', 'this page has no key');
    // A page always names its origin when it writes; that it is ours was checked before.
    if (request.method !== 'GET' && request.headers.origin === undefined) {
      throw new AppError('auth.origin_refused', 'whoever writes must be a page of ours');
    }
    const body = request.body instanceof Readable ? request.body : undefined;
    const { method, raw } = request;
    const given = await door({ method, url: raw.url ?? '/', body }, contextFor(randomUUID()));
    reply.code(given.status).headers(given.headers);
    return reply.send(typeof given.body === 'string' ? given.body : Readable.from(given.body));
  };
  app.put('/blobs', { bodyLimit: MAX_BLOB_BYTES }, answer);
  app.get('/blobs/:id', answer);
}
