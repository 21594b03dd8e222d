/** `/api/sessions`: the seed's word for visits. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import {
  CompleteBody,
  Session,
  SessionBody,
  SessionList,
  SessionParams,
  SessionPatch,
  SessionQuery,
  toSession,
} from './agent-api.schema.ts';

export const sessionsRoutes: FastifyPluginAsyncZod<{
  readonly visits: VisitService;
  readonly now: () => number;
}> = async (app, { visits, now }) => {
  const tags = ['Sessions'];
  app.post(
    '/',
    { schema: { tags, summary: 'Begins a session', body: SessionBody, response: { 201: Session } } },
    async ({ body }, reply) => {
      const { type, ...visit } = body;
      if (visit.contact.email === undefined && visit.contact.phone === undefined) {
        throw new AppError('visits.contact_required', 'an e-mail or a phone is needed');
      }
      return reply.code(201).send(toSession(visits.start({ ...visit, kind: type })));
    },
  );

  app.get(
    '/',
    { schema: { tags, summary: 'Sessions, newest first', querystring: SessionQuery, response: { 200: SessionList } } },
    async ({ query }) => {
      const { type, status, limit } = query;
      const sessions = visits.list({ kind: type, status, limit }).map(toSession);
      return { sessions, count: sessions.length };
    },
  );

  app.get(
    '/:id',
    { schema: { tags, summary: 'One session', params: SessionParams, response: { 200: Session } } },
    async ({ params }) => toSession(visits.get(params.id)),
  );

  app.patch(
    '/:id',
    {
      schema: {
        tags,
        summary: 'Adds contact or notes, or ends a session',
        params: SessionParams,
        body: SessionPatch,
        response: { 200: Session },
      },
    },
    async ({ params, body }) => toSession(change(visits, params.id, body, now())),
  );

  app.post(
    '/:id/complete',
    {
      schema: {
        tags,
        summary: 'Ends a session whose service was given',
        params: SessionParams,
        body: CompleteBody,
        response: { 200: Session },
      },
    },
    async ({ params, body }) =>
      toSession(change(visits, params.id, { status: 'completed', metadata: body?.metadata }, now())),
  );

  app.post(
    '/:id/expire',
    { schema: { tags, summary: 'Ends a session that was left', params: SessionParams, response: { 200: Session } } },
    async ({ params }) => toSession(visits.finish(params.id, 'expired')),
  );

  app.delete(
    '/:id',
    {
      schema: { tags, summary: 'Forgets the client of a session', params: SessionParams, response: { 204: z.null() } },
    },
    async ({ params }, reply) => {
      visits.erase(params.id);
      return reply.code(204).send(null);
    },
  );
};

/** Notes first, then the end: a visit that is over takes no notes. The same end again changes nothing. */
function change(visits: VisitService, id: string, patch: SessionPatch, now: number): Visit {
  const { status, contact, metadata, completedAt } = patch;
  const visit = visits.get(id);
  if (completedAt !== undefined && (status !== 'completed' || completedAt < visit.createdAt || completedAt > now)) {
    const message = 'goes with status completed, and is between the beginning of the session and now';
    throw new AppError('app.bad_input', 'completedAt is wrong', {
      details: { issues: [{ path: 'completedAt', message }] },
    });
  }
  if (status !== undefined && status !== 'active' && visit.status === status) return visit;
  const noted =
    contact === undefined && metadata === undefined && status !== 'active'
      ? visit
      : visits.update(id, { contact: contact && { ...visit.contact, ...contact }, metadata });
  return status === undefined || status === 'active' ? noted : visits.finish(id, status, completedAt);
}
