/** Is the process up, and is it able to serve. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import type { Guards } from '../auth/guards.ts';
import { scope } from './routes.ts';

const PING_MS = 3000;

export const health = (guards: Guards, ping: () => Promise<void>) => async (app: FastifyInstance) => {
  await scope(app, guards.open, (add) => {
    add(
      'GET',
      '/healthz',
      { summary: 'The process answers', tag: 'Health', rate: 'read', reply: z.object({ status: z.literal('ok') }) },
      () => Promise.resolve({ status: 'ok' as const }),
    );
    add(
      'GET',
      '/readyz',
      { summary: 'The database answers', tag: 'Health', rate: 'read', reply: z.object({ status: z.literal('ready') }) },
      async () => {
        try {
          await within(ping(), PING_MS);
        } catch (cause) {
          throw new AppError('app.unavailable', 'the database does not answer', { cause });
        }
        return { status: 'ready' as const };
      },
    );
  });
};

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`no answer in ${ms} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
