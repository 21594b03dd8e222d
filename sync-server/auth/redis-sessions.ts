/** Sessions in Redis: several instances share them, and none of them is written to the database. */
import { createClient } from '@redis/client';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import type { SessionStore, StoredSession } from './session-store.port.ts';

/** What an instance tells when Redis comes and goes. */
export interface RedisLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** How long the end of a session is told from a session that never was. */
const OVER_MS = 24 * 3_600_000;
/** A request waits no longer for an answer: the page says that the server is not ready, and asks again. */
const ANSWER_MS = 3000;
const RETRY_MS = 500;

const Session = z.object({
  id: z.string(),
  organizationId: z.string(),
  userId: z.string(),
  createdAt: z.number(),
  lastSeenAt: z.number(),
  expiresAt: z.number(),
  ip: z.string(),
  userAgent: z.string(),
});

const keyOf = (id: string): string => `prilavok:session:${id}`;
/** The ids of a person's sessions; some of them may be over. */
const allOf = (userId: string): string => `prilavok:sessions-of:${userId}`;

/** @throws AppError `app.unavailable` when Redis does not answer at the address */
export async function openRedisSessions(url: string, log: RedisLog): Promise<SessionStore> {
  const client = createClient({
    url,
    // Better an answer now that says no than a line of requests that wait for Redis to come back.
    disableOfflineQueue: true,
    socket: { connectTimeout: ANSWER_MS, reconnectStrategy: () => RETRY_MS },
  });
  client.on('error', (err: unknown) => log.warn({ err }, 'Redis is out of reach'));
  // A line that fell silent may be dead without anybody having said so: the next one is a new one.
  const dialAgain = () => {
    if (!client.isReady) return;
    client.destroy();
    client.connect().catch(() => undefined);
  };
  const ask = async <T>(act: () => Promise<T>): Promise<T> => {
    // The client's own limit ends when a command is written.
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new Error('no answer'));
      dialAgain();
    }, ANSWER_MS);
    try {
      return await Promise.race([act(), late.promise]);
    } catch (cause) {
      throw new AppError('app.unavailable', 'the store of sessions does not answer', { cause });
    } finally {
      clearTimeout(timer);
    }
  };
  const first = new AbortController();
  const connected = client.connect();
  const late = setTimeout(() => first.abort(), ANSWER_MS);
  try {
    await Promise.race([
      connected,
      new Promise((_, refuse) => first.signal.addEventListener('abort', () => refuse(new Error('no answer')))),
    ]);
  } catch (cause) {
    connected.catch(() => undefined);
    client.destroy();
    throw new AppError('app.unavailable', 'Redis does not answer at REDIS_URL', { cause });
  } finally {
    clearTimeout(late);
  }

  const remove = async (ids: readonly string[]): Promise<readonly string[]> => {
    const gone: string[] = [];
    for (const id of ids) if ((await client.del(keyOf(id))) === 1) gone.push(id);
    return gone;
  };

  return {
    find: (id) =>
      ask(async () => {
        const text = await client.get(keyOf(id));
        return text === null ? undefined : Session.parse(JSON.parse(text));
      }),
    open: (_tx, session: StoredSession) =>
      ask(async () => {
        // By the span and not by the hour: this machine's clock and that of Redis need not agree.
        const lifeMs = session.expiresAt - session.createdAt + OVER_MS;
        const text = JSON.stringify(Session.parse(session));
        await client
          .multi()
          .set(keyOf(session.id), text, { expiration: { type: 'PX', value: lifeMs } })
          .sAdd(allOf(session.userId), session.id)
          .pExpire(allOf(session.userId), lifeMs)
          .exec();
      }),
    touch: (session, at) =>
      ask(async () => {
        const text = JSON.stringify(Session.parse({ ...session, lastSeenAt: at }));
        await client.set(keyOf(session.id), text, { expiration: 'KEEPTTL', condition: 'XX' });
      }),
    end: (_tx, { id }) => ask(async () => (await remove([id])).length === 1),
    endAll: (_tx, { userId }) =>
      ask(async () => {
        const gone = await remove(await client.sMembers(allOf(userId)));
        await client.del(allOf(userId));
        return gone;
      }),
    // Redis forgets by itself.
    purge: async () => undefined,
    close: async () => {
      client.destroy();
    },
  };
}
