/** The auth rules a scope of routes may have. A scope has exactly one; no rule looks at a URL. */
import type { FastifyRequest } from 'fastify';
import type { UserRole } from '#shared/hq/hq.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { AuthService } from './auth.service.ts';
import type { BearerPrincipal, DevicePrincipal, UserPrincipal } from './principals.ts';

export const SESSION_COOKIE = 'prilavok_session';

/** How a scope knows its caller. `rule` is what the route table and the documentation call it. */
export interface Guard<Principal> {
  readonly rule: string;
  readonly authenticate: (request: FastifyRequest) => Promise<Principal>;
}

export type Guards = ReturnType<typeof createGuards>;

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function createGuards(auth: AuthService, allowedOrigins: readonly string[]) {
  const bearer = (request: FastifyRequest, urgency?: 'gathered'): Promise<BearerPrincipal> => {
    const [, token] = /^Bearer ([\w-]{1,128})$/.exec(request.headers.authorization ?? '') ?? [];
    return auth.authenticateBearer(token, request.ip, urgency);
  };

  const open: Guard<undefined> = { rule: 'open', authenticate: () => Promise.resolve(undefined) };

  const deviceWhose = (urgency?: 'gathered'): Guard<DevicePrincipal> => ({
    rule: 'device token',
    authenticate: async (request) => {
      const principal = await bearer(request, urgency);
      if (principal.kind !== 'device') throw new AppError('auth.forbidden', 'this needs the token of a device');
      return principal;
    },
  });
  const device = deviceWhose();
  /** For what a device only says to be heard: many devices are looked up and written down at once. */
  const heardDevice = deviceWhose('gathered');

  /** A fiscal agent, or a device; whose register it is stands in the principal. */
  const anyBearer: Guard<BearerPrincipal> = {
    rule: 'device or agent token',
    authenticate: (request) => bearer(request),
  };

  const session = (...roles: readonly UserRole[]): Guard<UserPrincipal> => ({
    rule: roles.length === 0 ? 'session' : `session: ${roles.join(', ')}`,
    authenticate: (request) => {
      const secret = request.cookies[SESSION_COOKIE];
      if (secret !== undefined && !SAFE_METHODS.has(request.method)) {
        assertOwnOrigin(request, allowedOrigins, 'required');
      }
      return auth.authenticateSession(secret, roles);
    },
  });

  const bearerOrSession = (...roles: readonly UserRole[]): Guard<BearerPrincipal | UserPrincipal> => {
    const human = session(...roles);
    return {
      rule: `device or agent token, or ${human.rule}`,
      authenticate: (request) =>
        request.headers.authorization === undefined && request.cookies[SESSION_COOKIE] !== undefined
          ? human.authenticate(request)
          : bearer(request),
    };
  };

  return { open, device, heardDevice, bearer: anyBearer, session, bearerOrSession };
}

/**
 * The second wall against forged requests, after SameSite: a page of another origin cannot choose its `Origin`.
 *
 * @throws AppError `auth.origin_refused`
 */
export function assertOwnOrigin(
  request: { readonly headers: FastifyRequest['headers']; readonly protocol: string; readonly host: string },
  allowedOrigins: readonly string[],
  absent: 'required' | 'optional',
): void {
  const { origin } = request.headers;
  if (origin === undefined && absent === 'optional') return;
  // Through `URL`, because a client may name the default port and a browser's `Origin` never does.
  const own = `${request.protocol}://${request.host}`;
  if (URL.canParse(own) && origin === new URL(own).origin) return;
  if (origin !== undefined && allowedOrigins.includes(origin)) return;
  throw new AppError('auth.origin_refused', 'the request did not come from our own page');
}
