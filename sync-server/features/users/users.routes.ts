import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  ChoosePasswordRequest,
  EditShopRequest,
  EditUserRequest,
  HqUsers,
  InvitationReply,
  InviteUserRequest,
  NewShopRequest,
} from '#shared/hq/users.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { ShopsService } from './shops.service.ts';
import type { UsersService } from './users.service.ts';

const TAG = 'People and shops';
const params = z.strictObject({ id: Id });
const none = { reply: z.undefined(), statuses: [] };

export const usersRoutes =
  (guards: Guards, users: UsersService, shops: ShopsService) => async (app: FastifyInstance) => {
    await scope(app, guards.open, (add) => {
      add(
        'POST',
        '/auth/password',
        { summary: 'Choose a password by an invitation', tag: TAG, rate: 'auth', body: ChoosePasswordRequest, ...none },
        async ({ body, request, reply }) => {
          await users.choosePassword(body, request.ip);
          reply.code(204);
          return undefined;
        },
      );
    });
    await scope(app, guards.session('hq_admin'), (add) => {
      const write = { tag: TAG, rate: 'write' } as const;
      add('GET', '/hq/users', { summary: 'People', tag: TAG, rate: 'read', reply: HqUsers }, ({ principal }) =>
        users.list(principal),
      );
      add(
        'POST',
        '/hq/users',
        { ...write, summary: 'Invite somebody', body: InviteUserRequest, reply: InvitationReply, statuses: [201] },
        ({ principal, body, reply }) => {
          reply.code(201).header('cache-control', 'no-store');
          return users.invite(principal, body);
        },
      );
      add(
        'POST',
        '/hq/users/:id/invitation',
        { ...write, summary: 'Another way in, for a lost password', params, reply: InvitationReply, statuses: [201] },
        (call) => {
          call.reply.code(201).header('cache-control', 'no-store');
          return users.inviteAgain(call.principal, call.params.id);
        },
      );
      add(
        'PATCH',
        '/hq/users/:id',
        {
          ...write,
          summary: 'Name, roles and shops of somebody; block and let in',
          params,
          body: EditUserRequest,
          ...none,
        },
        async (call) => {
          await users.edit(call.principal, call.params.id, call.body);
          call.reply.code(204);
          return undefined;
        },
      );
      add(
        'POST',
        '/hq/shops',
        { ...write, summary: 'A new shop; the same id is the same shop', body: NewShopRequest, ...none },
        async ({ principal, body, reply }) => {
          await shops.create(principal, body);
          reply.code(204);
          return undefined;
        },
      );
      add(
        'PATCH',
        '/hq/shops/:id',
        {
          ...write,
          summary: 'Name and address of a shop; its devices learn of it',
          params,
          body: EditShopRequest,
          ...none,
        },
        async (call) => {
          await shops.edit(call.principal, call.params.id, call.body);
          call.reply.code(204);
          return undefined;
        },
      );
    });
  };
