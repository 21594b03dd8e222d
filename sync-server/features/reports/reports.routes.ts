/** Reports: asked for by devices, looked after by headquarters, opened by the guests who have the code. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HqReports, HqReportsQuery } from '#shared/hq/reports.api.ts';
import { AppError, ERROR_CODES, type ErrorCode } from '#shared/kernel/errors.ts';
import { Id } from '#shared/kernel/schemas.ts';
import { DeliveryAddress, DeliveryReplies, DeliveryReply, DeliveryRequest } from '#shared/reports/delivery.schema.ts';
import { CopyCode, ReportId } from '#shared/reports/reports.schema.ts';
import type { Guards } from '../../auth/guards.ts';
import type { OpenBlob } from '../../blobs/blobs.service.ts';
import { scope } from '../../plugins/routes.ts';
import { GUEST_PAGE_POLICY, type GuestTrouble, guestPage, languageOf } from './guest-page.ts';
import type { GuestReports } from './reports.service.ts';
import { SHORT_LINK } from './short-link.ts';

const TAG = 'Reports';
const MAX_IDS = 100;
const Ids = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(Id).min(1).max(MAX_IDS));
const Bytes = z.custom<Readable>();
/** What somebody typed or a camera read: what is no code gets the page that says so, not the fault of a form. */
const Door = z.string().min(1).max(100);

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
        params: z.strictObject({ code: Door }),
        reply: Bytes,
      },
      ({ params, request, reply }) =>
        openFor(request, reply, () =>
          CopyCode.safeParse(params.code).success ? reports.openCopy(params.code) : Promise.reject(noSuch()),
        ),
    );
    add(
      'GET',
      '/s/:link',
      {
        summary: 'The copy of a report, by the short-lived link of a message',
        tag: TAG,
        rate: 'read',
        params: z.strictObject({ link: Door }),
        reply: Bytes,
      },
      ({ params, request, reply }) =>
        openFor(request, reply, () =>
          SHORT_LINK.test(params.link) ? reports.openShort(params.link) : Promise.reject(noSuch()),
        ),
    );
  });
};

const noSuch = () => new AppError('reports.not_found', 'this is no code of a report');

/** A person with a phone gets a page where there is no report; a program gets the fault. */
async function openFor(
  request: FastifyRequest,
  reply: FastifyReply,
  open: () => Promise<OpenBlob>,
): Promise<Readable | undefined> {
  try {
    return await send(await open(), reply);
  } catch (error) {
    if (!(error instanceof AppError) || !wantsPage(request)) throw error;
    const trouble = TROUBLES[error.code];
    if (trouble === undefined) throw error;
    reply
      .code(ERROR_CODES[error.code].http)
      .type('text/html; charset=utf-8')
      .headers({ ...PRIVATE, 'content-security-policy': GUEST_PAGE_POLICY });
    return Readable.from([guestPage(trouble, languageOf(request.headers['accept-language']))]);
  }
}

const wantsPage = ({ headers }: FastifyRequest): boolean => (headers.accept ?? '').includes('text/html');

const TROUBLES: Partial<Record<ErrorCode, GuestTrouble>> = {
  'reports.link_expired': 'expired',
  // The report is known, its document is still on its way from the kiosk.
  'blobs.not_found': 'pending',
  'reports.not_found': 'unknown',
  'blobs.link_invalid': 'unknown',
};

/** The address opens the document: it is told to nobody. */
const PRIVATE = {
  'cache-control': 'private, no-store',
  'x-robots-tag': 'noindex',
  'referrer-policy': 'no-referrer',
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
    ...PRIVATE,
  });
  return Readable.from(
    (async function* () {
      if (first.done !== true) yield first.value;
      yield* pieces;
    })(),
  );
}
