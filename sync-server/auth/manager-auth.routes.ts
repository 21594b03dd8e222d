import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ManagerDeviceLogin, ManagerLogin, ManagerMe, ManagerToken } from '#shared/clients/manager-session.api.ts';
import { scope } from '../plugins/routes.ts';
import type { Guards } from './guards.ts';
import type { ManagerGuard } from './manager.guard.ts';
import type { IssuedToken, ManagerAuth } from './manager-auth.service.ts';

const TAG = 'Managers';

const originOf = (request: FastifyRequest) => ({ ip: request.ip, userAgent: request.headers['user-agent'] ?? '' });

const toReply = ({ token, expiresInSeconds }: IssuedToken): ManagerToken => ({
  access_token: token,
  token_type: 'bearer',
  expires_in: expiresInSeconds,
});

export const managerAuthRoutes =
  (guards: Guards, manager: ManagerGuard, auth: ManagerAuth) => async (app: FastifyInstance) => {
    const signIn = { tag: TAG, rate: 'auth', reply: ManagerToken } as const;
    await scope(app, guards.open, (add) => {
      add(
        'POST',
        '/api/manager/auth/login',
        { ...signIn, summary: 'A token for an e-mail and a password', body: ManagerLogin },
        async ({ body, request, reply }) => {
          reply.header('cache-control', 'no-store');
          return toReply(await auth.login(body.email, body.password, originOf(request)));
        },
      );
    });
    await scope(app, guards.device, (add) => {
      add(
        'POST',
        '/api/manager/auth/device',
        {
          ...signIn,
          rate: 'device',
          summary: "A token for the member who works at a manager's device",
          body: ManagerDeviceLogin,
        },
        async ({ principal, body, request, reply }) => {
          reply.header('cache-control', 'no-store');
          return toReply(await auth.exchange(principal, body.member_id, originOf(request)));
        },
      );
    });
    await scope(app, manager, (add) => {
      add(
        'GET',
        '/api/manager/auth/me',
        { summary: 'Who is signed in', tag: TAG, rate: 'read', reply: ManagerMe },
        async ({ principal }) => {
          const { id, email, name, isSuperAdmin, timeZone, createdAt } = await auth.describe(principal);
          const at = createdAt === null ? null : new Date(createdAt).toISOString();
          return { id, email, name, is_super_admin: isSuperAdmin, time_zone: timeZone, created_at: at, updated_at: at };
        },
      );
      add(
        'POST',
        '/api/manager/auth/logout',
        { summary: 'End the session and its token', tag: TAG, rate: 'write', reply: z.undefined(), statuses: [] },
        async ({ principal, reply }) => {
          await auth.logout(principal);
          reply.code(204);
          return undefined;
        },
      );
    });
  };
