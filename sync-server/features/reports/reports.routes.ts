/** Reports: asked for by devices, looked after by headquarters, opened by the guests who have the code. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { HqReports, HqReportsQuery } from '#shared/hq/reports.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import { DeliveryAddress, DeliveryReplies, DeliveryReply, DeliveryRequest } from '#shared/reports/delivery.schema.ts';
import { CopyCode, ReportId } from '#shared/reports/reports.schema.ts';
import type { Guards } from '../../auth/guards.ts';
import type { OpenBlob } from '../../blobs/blobs.service.ts';
import { scope } from '../../plugins/routes.ts';
import type { GuestReports } from './reports.service.ts';
import { SHORT_LINK } from './short-link.ts';

const TAG = 'Reports';
const MAX_IDS = 100;
const Ids = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(Id).min(1).max(MAX_IDS));
const Bytes = z.custom<Readable>();

export const reportsRoutes = (guards: Guards, reports: GuestReports) => async (app: FastifyInstance) => {
  await scope(app, guards.device, (add) => {
    add(
      'PUT',
      '/reports/deliveries/:id',
      {
        summary: 'Send a report to a guest; the same id is the same delivery',
        tag: TAG,
        rate: 'device',
        params: z.strictObject({ id: Id }),
        body: DeliveryRequest,
        reply: DeliveryReply,
      },
      ({ principal, params, body }) => reports.ask(principal, params.id, body),
    );
    add(
      'GET',
      '/reports/deliveries',
      {
        summary: 'How deliveries of this device stand',
        tag: TAG,
        rate: 'device',
        query: z.strictObject({ ids: Ids }),
        reply: DeliveryReplies,
      },
      async ({ principal, query }) => ({ deliveries: await reports.states(principal, query.ids) }),
    );
  });

  await scope(app, guards.session('hq_admin', 'manager'), (add) => {
    add(
      'GET',
      '/hq/reports',
      {
        summary: 'Reports and how they reach guests, newest first',
        tag: TAG,
        rate: 'read',
        query: HqReportsQuery,
        reply: HqReports,
      },
      ({ principal, query }) => reports.list(principal, query),
    );
    add(
      'POST',
      '/hq/reports/:id/deliveries',
      {
        summary: 'Send a report once more, to a corrected address',
        tag: TAG,
        rate: 'write',
        params: z.strictObject({ id: ReportId }),
        body: DeliveryAddress,
        reply: z.undefined(),
        statuses: [],
      },
      async ({ principal, params, body, reply }) => {
        await reports.resend(principal, params.id, body);
        reply.code(204);
        return undefined;
      },
    );
  });

  await scope(app, guards.open, (add) => {
    add(
      'GET',
      '/r/:code',
      {
        summary: 'The copy of a report, for whoever has the code on its paper',
        tag: TAG,
        rate: 'read',
        params: z.strictObject({ code: CopyCode }),
        reply: Bytes,
      },
      async ({ params, reply }) => send(await reports.openCopy(params.code), reply),
    );
    add(
      'GET',
      '/s/:link',
      {
        summary: 'The copy of a report, by the short-lived link of a message',
        tag: TAG,
        rate: 'read',
        params: z.strictObject({ link: z.string().regex(SHORT_LINK, 'must be a link of a message') }),
        reply: Bytes,
      },
      async ({ params, reply }) => send(await reports.openShort(params.link), reply),
    );
  });
};

async function send(opened: OpenBlob, reply: FastifyReply): Promise<Readable> {
  const { size, mediaType } = opened;
  const pieces = opened.read(0, size);
  // The first piece before the first header: what is damaged is answered as a fault, not as a cut.
  const first = await pieces.next();
  reply.headers({
    'content-type': mediaType,
    'content-length': size,
    'content-disposition': 'inline; filename="report.pdf"',
    'cache-control': 'private, no-store',
    'x-robots-tag': 'noindex',
    // The address opens the document: it is told to nobody.
    'referrer-policy': 'no-referrer',
  });
  return Readable.from(
    (async function* () {
      if (first.done !== true) yield first.value;
      yield* pieces;
    })(),
  );
}
