/** Rate classes. A route names its class; what the class means is said here and nowhere else. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { AppError } from '#shared/kernel/errors.ts';
import { SESSION_COOKIE } from '../auth/guards.ts';
import { sha256 } from '../auth/secrets.ts';

/**
 * Requests a minute, by caller and by address. The address has more, since a shop's devices share one, and less than
 * endless, since a made-up token is a new caller each time. `auth` is for attempts at a secret.
 */
export const RATE_CLASSES = {
  auth: { caller: 30, address: 30 },
  // Apart from `device`: photos must not use up what a sale needs. A chunk is at most one MiB.
  blob: { caller: 6000, address: 30_000 },
  device: { caller: 3000, address: 30_000 },
  read: { caller: 600, address: 6000 },
  write: { caller: 300, address: 3000 },
} as const;
export type RateClass = keyof typeof RATE_CLASSES;

const MINUTE = 60_000;

declare module 'fastify' {
  interface FastifyInstance {
    /** @throws AppError `app.rate_limited` with `retryAfterSeconds`. */
    countAgainst: (rate: RateClass, request: FastifyRequest) => Promise<void>;
  }
}

const callerOf = (request: FastifyRequest): string => {
  const secret = request.headers.authorization ?? request.cookies[SESSION_COOKIE];
  return secret === undefined ? `ip ${request.ip}` : `secret ${sha256(secret)}`;
};

export const rateLimits = fp<{ readonly factor: number }>(
  async (app, { factor }) => {
    await app.register(rateLimit, { global: false });
    const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
      app.createRateLimit({ max: Math.max(1, Math.round(max * factor)), timeWindow: MINUTE, keyGenerator });
    const limiters = Object.fromEntries(
      Object.entries(RATE_CLASSES).map(([name, { caller, address }]) => [
        name,
        [limiter(address, (request) => request.ip), limiter(caller, callerOf)],
      ]),
    );
    app.decorate('countAgainst', async (rate: RateClass, request: FastifyRequest) => {
      for (const count of limiters[rate] ?? []) {
        const result = await count(request);
        if (!result.isAllowed && result.isExceeded) {
          throw new AppError('app.rate_limited', 'too many requests; slow down', {
            details: { retryAfterSeconds: result.ttlInSeconds },
          });
        }
      }
    });
  },
  { name: 'rate-limits', dependencies: ['@fastify/cookie'] },
);
