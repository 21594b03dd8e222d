/**
 * What instances tell each other through Redis: a hint that one of them gives reaches the sockets that hang on another. It is
 * only ever a hint: while Redis is away each instance serves its own sockets, and nothing waits for it.
 */
import { createClient } from '@redis/client';
import { createAdapter } from '@socket.io/redis-adapter';
import type { ServerOptions } from 'socket.io';
import { AppError } from '#shared/kernel/errors.ts';
import type { RedisLog } from '../auth/redis-sessions.ts';

export interface LiveBus {
  readonly adapter: NonNullable<ServerOptions['adapter']>;
  readonly close: () => void;
}

const ANSWER_MS = 3000;
const RETRY_MS = 500;
/** Of a line that fell silent: what waits for it is dropped, and the memory of the server is not filled. */
const WAITING_MOST = 10_000;

/** @throws AppError `app.unavailable` when Redis does not answer at the address */
export async function openRedisBus(url: string, log: RedisLog): Promise<LiveBus> {
  const make = (disableOfflineQueue: boolean) => {
    const client = createClient({
      url,
      disableOfflineQueue,
      commandsQueueMaxLength: WAITING_MOST,
      // A line that is dead without having said so is found out, and dialled anew.
      pingInterval: ANSWER_MS,
      socket: { connectTimeout: ANSWER_MS, reconnectStrategy: () => RETRY_MS },
    });
    client.on('error', (err: unknown) => log.warn({ err }, 'Redis is out of reach for hints'));
    return client;
  };
  // Who hears asks for its channels again by itself once it is back; who speaks does not wait for that.
  const [speaks, hears] = [make(true), make(false)];
  const close = () => {
    for (const client of [speaks, hears]) client.destroy();
  };
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer')), ANSWER_MS);
  const connected = Promise.all([speaks.connect(), hears.connect()]);
  try {
    await Promise.race([connected, late.promise]);
  } catch (cause) {
    connected.catch(() => undefined);
    close();
    throw new AppError('app.unavailable', 'Redis does not answer at REDIS_URL', { cause });
  } finally {
    clearTimeout(timer);
  }
  const quiet = new Proxy(speaks, {
    get: (client, name) => {
      const member: unknown = Reflect.get(client, name, client);
      if (typeof member !== 'function') return member;
      if (name !== 'publish') return member.bind(client) as unknown;
      // The adapter does not look at what becomes of it.
      return (channel: string, message: string | Buffer) =>
        client
          .publish(channel, message)
          .catch((err: unknown) => log.warn({ err }, 'a hint did not reach other instances'));
    },
  });
  return { adapter: createAdapter(quiet, hears, { key: 'prilavok:live' }), close };
}
