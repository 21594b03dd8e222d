/** The partner's kiosks: the owner's contract, times as ISO text. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Id } from '#shared/kernel/schemas.ts';
import {
  IssuedRoundCode,
  KioskErrorsQuery,
  KioskLanguageRequest,
  KioskStatusRequest,
  PartnerKiosk,
  PartnerKioskDetails,
  PartnerKioskErrors,
  PartnerKiosks,
  PartnerKiosksQuery,
} from '#shared/partner/partner.api.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import { toErrorReply, toKioskReply } from '../kiosk/kiosks.view.ts';
import type { PartnerKiosksService } from './partner-kiosks.service.ts';

const params = z.strictObject({ id: Id });

const iso = (ms: number): string => new Date(ms).toISOString();
/** RFC 8288: the same question, from there on. */
const nextLink = ({ q, look, limit }: PartnerKiosksQuery, cursor: string): string => {
  const asked = { q, look, limit: `${limit}`, cursor };
  const given = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `</partner/kiosks?${new URLSearchParams(given)}>; rel="next"`;
};

export const partnerKiosksRoutes = (guards: Guards, kiosks: PartnerKiosksService) => async (app: FastifyInstance) => {
  await scope(app, guards.session('partner'), (add) => {
    const read = { tag: 'Partner', rate: 'read' } as const;
    const write = { tag: 'Partner', rate: 'write', params } as const;
    add(
      'GET',
      '/partner/kiosks',
      {
        ...read,
        summary: 'Kiosks by name; where there are more, `Link` leads on',
        query: PartnerKiosksQuery,
        reply: PartnerKiosks,
      },
      async ({ principal, query, reply }) => {
        const page = await kiosks.list(principal, query);
        if (page.next !== undefined) reply.header('link', nextLink(query, page.next));
        return page.kiosks.map(toKioskReply);
      },
    );
    add(
      'GET',
      '/partner/kiosks/:id',
      {
        ...read,
        summary: 'One kiosk, its latest errors and what its codes come to',
        params,
        reply: PartnerKioskDetails,
      },
      (call) => kiosks.card(call.principal, call.params.id),
    );
    add(
      'POST',
      '/partner/kiosks/:id/status',
      { ...write, summary: 'Put it to work or out of it', body: KioskStatusRequest, reply: PartnerKiosk },
      async (call) => toKioskReply(await kiosks.setStatus(call.principal, call.params.id, call.body.status)),
    );
    add(
      'POST',
      '/partner/kiosks/:id/language',
      { ...write, summary: 'The language it greets in', body: KioskLanguageRequest, reply: PartnerKiosk },
      async (call) => toKioskReply(await kiosks.setLanguage(call.principal, call.params.id, call.body.language)),
    );
    add(
      'POST',
      '/partner/kiosks/:id/code',
      { ...write, summary: 'A code for one round; answered once', reply: IssuedRoundCode, statuses: [201] },
      async (call) => {
        const { code, type, issuedAt } = await kiosks.issueCode(call.principal, call.params.id);
        // Nobody on the way keeps it.
        call.reply.code(201).header('cache-control', 'no-store');
        return { code, type, issuedAt: iso(issuedAt) };
      },
    );
    add(
      'GET',
      '/partner/kiosks/:id/errors',
      {
        ...read,
        summary: 'What it complained of, newest first',
        params,
        query: KioskErrorsQuery,
        reply: PartnerKioskErrors,
      },
      async (call) => {
        const errors = await kiosks.errors(call.principal, call.params.id, call.query.limit);
        return errors.map(toErrorReply);
      },
    );
    add(
      'POST',
      '/partner/kiosks/:id/errors/clear',
      { ...write, summary: 'It works again', reply: PartnerKiosk },
      async (call) => toKioskReply(await kiosks.clearErrors(call.principal, call.params.id)),
    );
  });
};
