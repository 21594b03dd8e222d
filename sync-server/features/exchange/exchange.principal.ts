/** Who asks the currency desk: a person by his token, or a desktop by the token of its device. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '#shared/kernel/errors.ts';
import type { Guard, Guards } from '../../auth/guards.ts';
import type { DevicePrincipal, Tenant } from '../../auth/principals.ts';

export interface PersonPrincipal extends Tenant {
  readonly kind: 'person';
  readonly userId: string;
  readonly sessionId: string;
  /** The desktop that a ticket let in. */
  readonly deviceId: string | undefined;
}

export interface ExchangeGuards {
  readonly desktop: Guard<DevicePrincipal>;
  readonly person: Guard<PersonPrincipal>;
  readonly personOrDevice: Guard<PersonPrincipal | DevicePrincipal>;
}

/** A token of ours for people has three parts; one of a device has none. */
const jwtOf = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(request.headers.authorization ?? '')?.[1];

export function createExchangeGuards(
  guards: Pick<Guards, 'device'>,
  authenticate: (token: string | undefined) => Promise<PersonPrincipal>,
): ExchangeGuards {
  const desktop: Guard<DevicePrincipal> = {
    rule: guards.device.rule,
    authenticate: async (request) => {
      const principal = await guards.device.authenticate(request);
      // A kiosk has guests in front of it.
      if (principal.mode === 'kiosk') throw new AppError('auth.forbidden', 'a kiosk is no desktop');
      return principal;
    },
  };
  return {
    desktop,
    person: { rule: 'currency token', authenticate: (request) => authenticate(jwtOf(request)) },
    personOrDevice: {
      rule: 'currency token, or device token',
      authenticate: (request) =>
        jwtOf(request) === undefined ? desktop.authenticate(request) : authenticate(jwtOf(request)),
    },
  };
}
