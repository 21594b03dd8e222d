/** What the backend of the client application reads and writes, with a token of its own. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  NewSupportMessage,
  SupportMessageReply,
  SupportMessages,
  SupportTickets,
  SupportUser,
  SupportUserRequest,
} from '#shared/clients/support.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guard } from '../../auth/guards.ts';
import type { Tenant } from '../../auth/principals.ts';
import { sha256 } from '../../auth/secrets.ts';
import type { Db } from '../../db/db.ts';
import { scope } from '../../plugins/routes.ts';
import type { ClientUsersService } from './client-users.service.ts';
import { findSupportToken } from './support.repo.ts';
import type { MessageView, SupportService } from './support.service.ts';

const params = z.strictObject({ id: Id });

const createGuard = (db: Db): Guard<Tenant> => ({
  rule: 'client application token',
  authenticate: async (request) => {
    const [, token] = /^Bearer ([\w-]{1,128})$/.exec(request.headers.authorization ?? '') ?? [];
    const found = token === undefined ? undefined : await findSupportToken(db, sha256(token));
    if (found === undefined) throw new AppError('auth.unauthorized', 'a token of the client application is required');
    return { organizationId: found.organizationId };
  },
});

const iso = (ms: number): string => new Date(ms).toISOString();

export const toMessageReply = (message: MessageView): SupportMessageReply => ({
  id: message.id,
  ticket_id: message.ticketId,
  kind: message.kind,
  author: message.author,
  body: message.body,
  created_at: iso(message.createdAt),
  delivered_at: message.deliveredAt === null ? null : iso(message.deliveredAt),
});

export interface SupportRoutes {
  readonly db: Db;
  readonly support: SupportService;
  readonly users: ClientUsersService;
}

export const supportRoutes =
  ({ db, support, users }: SupportRoutes) =>
  async (app: FastifyInstance) => {
    await scope(app, createGuard(db), (add) => {
      const read = { tag: 'Client application', rate: 'read' } as const;
      const write = { tag: 'Client application', rate: 'write', params } as const;
      add(
        'PUT',
        '/api/support/users/:id',
        {
          ...write,
          summary: 'A user of the application; a new one gets a file',
          body: SupportUserRequest,
          reply: SupportUser,
        },
        async ({ principal, params: { id }, body: { shop_id: shopId, ...facts } }) => {
          const { clientId } = await users.put(principal, id, { ...facts, shopId });
          return { id, client_id: clientId };
        },
      );
      add(
        'GET',
        '/api/support/users/:id/tickets',
        { ...read, summary: "A user's tickets, newest first", params, reply: SupportTickets },
        async ({ principal, params: { id } }) => {
          const tickets = await support.tickets(principal, await users.clientOf(principal, id));
          return tickets.map((ticket) => ({
            id: ticket.id,
            subject: ticket.subject,
            state: ticket.state,
            created_at: iso(ticket.createdAt),
            updated_at: iso(ticket.updatedAt),
          }));
        },
      );
      add(
        'GET',
        '/api/support/users/:id/tickets/:ticketId/messages',
        {
          ...read,
          summary: 'Messages of a ticket, oldest first, as the client reads them',
          params: z.strictObject({ id: Id, ticketId: Id }),
          reply: SupportMessages,
        },
        async ({ principal, params: { id, ticketId }, reply }) => {
          // A code may be among them.
          reply.header('cache-control', 'no-store');
          const clientId = await users.clientOf(principal, id);
          return (await support.messagesFor(principal, clientId, ticketId)).map(toMessageReply);
        },
      );
      add(
        'POST',
        '/api/support/users/:id/messages',
        {
          ...write,
          summary: 'What a user writes to support',
          body: NewSupportMessage,
          reply: SupportMessageReply,
          statuses: [201],
        },
        async ({ principal, params: { id }, body, reply }) => {
          reply.code(201);
          return toMessageReply(await support.receive(principal, await users.clientOf(principal, id), body));
        },
      );
    });
  };
