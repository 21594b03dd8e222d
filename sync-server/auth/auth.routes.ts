import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Me, SignInRequest } from '#shared/hq/hq.api.ts';
import type { Live } from '../live/live.port.ts';
import { scope } from '../plugins/routes.ts';
import type { AuthService } from './auth.service.ts';
import { assertOwnOrigin, type Guards, SESSION_COOKIE } from './guards.ts';

const TAG = 'Sign-in';

export const authRoutes =
  (ports: {
    readonly guards: Guards;
    readonly auth: AuthService;
    readonly live: Live;
    readonly allowedOrigins: readonly string[];
  }) =>
  async (app: FastifyInstance) => {
    const { guards, auth, live, allowedOrigins } = ports;
    const cookie = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'strict', secure }) as const;

    await scope(app, guards.open, (add) => {
      add(
        'POST',
        '/auth/sign-in',
        {
          summary: 'Open a session of headquarters or of a partner',
          tag: TAG,
          rate: 'auth',
          body: SignInRequest,
          reply: Me,
        },
        async ({ body, request, reply }) => {
          // A forged sign-in would put somebody in the forger's account. Programs have no origin and no such trouble.
          assertOwnOrigin(request, allowedOrigins, 'optional');
          const userAgent = request.headers['user-agent'] ?? '';
          const { secret, me } = await auth.signIn(body.email, body.password, { ip: request.ip, userAgent });
          reply
            .setCookie(SESSION_COOKIE, secret, cookie(request.protocol === 'https'))
            .header('cache-control', 'no-store');
          return me;
        },
      );
    });
    await scope(app, guards.session(), (add) => {
      add(
        'POST',
        '/auth/sign-out',
        { summary: 'Close the session', tag: TAG, rate: 'write', reply: z.undefined(), statuses: [] },
        async ({ principal, request, reply }) => {
          await auth.signOut(principal);
          live.dropSession(principal.sessionId);
          reply.clearCookie(SESSION_COOKIE, cookie(request.protocol === 'https')).code(204);
          return undefined;
        },
      );
      add('GET', '/auth/me', { summary: 'Who is signed in', tag: TAG, rate: 'read', reply: Me }, ({ principal }) =>
        auth.describe(principal),
      );
    });
  };
