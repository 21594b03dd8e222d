import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  BlobId,
  CHUNK_BYTES,
  OFFSET_HEADER,
  STATE_HEADER,
  UploadQuery,
  UploadReply,
} from '#shared/blobs/blobs.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Id, Millis } from '#shared/kernel/schemas.ts';
import type { Guards } from '../auth/guards.ts';
import { scope } from '../plugins/routes.ts';
import type { BlobsService, OpenBlob } from './blobs.service.ts';
import { rangeOf } from './range.rules.ts';

const TAG = 'Blobs';
const Params = z.strictObject({ id: BlobId });
const Chunk = z.custom<Uint8Array | undefined>((body) => body === undefined || body instanceof Uint8Array, {
  message: 'must be application/octet-stream',
});
const Bytes = z.custom<Readable>();

/** A document shown on our own origin must not be able to act there. */
const CONTENT_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

export interface BlobsRoutes {
  readonly guards: Guards;
  readonly blobs: BlobsService;
  /** Devices are sent to the store itself, where it can be reached by a presigned address. */
  readonly isDirect: boolean;
  /** A file of a shop is here whole: pages that show the row without it may show it now. */
  readonly onDurable: (shopId: string) => void;
}

export const blobsRoutes =
  ({ guards, blobs, isDirect, onDurable }: BlobsRoutes) =>
  async (app: FastifyInstance) => {
    await app.register(async (inner) => {
      inner.addContentTypeParser(
        'application/octet-stream',
        { parseAs: 'buffer', bodyLimit: CHUNK_BYTES },
        (_request, body, done) => done(null, body),
      );
      await scope(inner, guards.device, (add) => {
        add(
          'PATCH',
          '/blob/:id',
          {
            summary: 'Take the next chunk of a file; with the last one it is verified',
            tag: TAG,
            rate: 'blob',
            params: Params,
            query: UploadQuery,
            body: Chunk,
            reply: UploadReply,
            bodyLimit: CHUNK_BYTES,
          },
          async ({ principal, params, query, body }) => {
            const progress = await blobs.receive(principal, params.id, query, body ?? new Uint8Array());
            if (progress.state === 'durable') onDurable(principal.shopId);
            return progress;
          },
        );
        add(
          'GET',
          '/blob/:id',
          {
            summary: 'The bytes of a file that a row of the device refers to; HEAD says how much of it is here',
            tag: TAG,
            rate: 'blob',
            params: Params,
            reply: Bytes,
            statuses: [200, 206],
          },
          async ({ principal, params, request, reply }) => {
            if (request.method === 'HEAD') {
              const { state, offset } = await blobs.state(principal, params.id);
              reply.headers({ [STATE_HEADER]: state, [OFFSET_HEADER]: offset });
              reply.code(state === 'durable' ? 200 : 404);
              return Readable.from([]);
            }
            const opened = await blobs.openFor(principal, params.id);
            const direct = isDirect ? await opened.direct?.() : undefined;
            if (direct === undefined) return await sendBytes(opened, request, reply);
            reply.redirect(direct, 307);
            return undefined;
          },
        );
      });
    });

    await scope(app, guards.open, (add) => {
      add(
        'GET',
        '/blob-link/:organizationId/:id',
        {
          summary: 'The bytes of a file, for whoever has a signed link that is still good',
          tag: TAG,
          rate: 'read',
          params: z.strictObject({ organizationId: Id, id: BlobId }),
          query: z.strictObject({ expires: z.coerce.number().pipe(Millis), signature: z.string().max(64) }),
          reply: Bytes,
          statuses: [200, 206],
        },
        async ({ params, query, request, reply }) => {
          const opened = await blobs.openLink(params, query);
          reply.header('content-security-policy', CONTENT_POLICY);
          return sendBytes(opened, request, reply);
        },
      );
    });

    await scope(app, guards.session('hq_admin', 'manager'), (add) => {
      add(
        'POST',
        '/hq/blobs/:id/link',
        {
          summary: 'A short-lived link to a file of the organisation',
          tag: TAG,
          rate: 'read',
          params: Params,
          reply: z.strictObject({ url: z.string(), expiresAt: Millis }),
        },
        ({ principal, params }) => blobs.link(principal, params.id),
      );
    });
  };

async function sendBytes(opened: OpenBlob, request: FastifyRequest, reply: FastifyReply): Promise<Readable> {
  const { size, mediaType } = opened;
  const range = rangeOf(request.headers.range, size);
  const { from, to } = range ?? { from: 0, to: size };
  const pieces = opened.read(from, to);
  // The first piece before the first header: what is damaged at once is answered as a fault, not as a cut.
  const first = request.method === 'HEAD' ? undefined : await pieces.next();
  reply.headers({
    'content-type': mediaType,
    'content-length': to - from,
    'accept-ranges': 'bytes',
    'content-disposition': 'inline',
    // The name is the content: it cannot change.
    'cache-control': 'private, max-age=31536000, immutable',
  });
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${size}`);
  if (first?.done === true) throw new AppError('blobs.not_found', 'the stored file is empty');
  return Readable.from(
    (async function* () {
      if (first !== undefined) yield first.value;
      yield* pieces;
    })(),
  );
}
