/** Where a page sends a picture's bytes: open to whoever has the address, which is good for ten minutes and one picture. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CLIENT_PHOTO_TYPES } from '#shared/clients/appliances.schema.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import { MAX_UPLOAD_BYTES, type Uploads } from './uploads.service.ts';

const Bytes = z.custom<Uint8Array>((body) => body instanceof Uint8Array && body.length > 0, {
  message: 'must be the bytes of a picture',
});

export const uploadsRoutes = (guards: Guards, uploads: Uploads) => async (app: FastifyInstance) => {
  app.addContentTypeParser(
    [...CLIENT_PHOTO_TYPES],
    { parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES },
    (_request, body, done) => done(null, body),
  );
  await scope(app, guards.open, (add) => {
    add(
      'PUT',
      '/api/manager/uploads/:token',
      {
        summary: 'The bytes of a picture',
        tag: 'Managers',
        rate: 'write',
        params: z.strictObject({ token: z.string().max(128) }),
        body: Bytes,
        reply: z.undefined(),
        statuses: [],
        bodyLimit: MAX_UPLOAD_BYTES,
      },
      async ({ params, body, reply }) => {
        await uploads.take(params.token, body);
        reply.code(204);
        return undefined;
      },
    );
  });
};
