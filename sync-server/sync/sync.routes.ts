/** `/sync/push`, `/sync/pull` and `/sync/rekey`: a device's token says which writer it is. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import {
  MAX_PUSH_BYTES,
  OLDEST_PROTOCOL,
  PROTOCOL,
  PullReply,
  PullRequest,
  PushReply,
  PushRequest,
} from '#shared/sync/protocol.ts';
import type { Guard } from '../auth/guards.ts';
import { scope } from '../plugins/routes.ts';
import { addBatchParser, isPlain } from './batch-parser.ts';
import { packReply, readGzip } from './gzip.ts';
import { wireText } from './pull.service.ts';
import type { SyncActor } from './sync.port.ts';
import type { SyncService } from './sync.service.ts';

/** The limit of `MAX_PUSH_BYTES` is on the mutations; around them stands the envelope. */
const ENVELOPE_BYTES = 65_536;

/** Registers under whatever prefix `app` has: the device calls `/sync/push` at the root. */
export async function syncRoutes(
  app: FastifyInstance,
  options: { readonly device: Guard<SyncActor>; readonly sync: Pick<SyncService, 'push' | 'pull' | 'rekey'> },
): Promise<void> {
  const { device, sync } = options;
  await app.register(async (inner) => {
    addBatchParser(inner);
    inner.addHook('preParsing', readGzip);
    inner.addHook('onSend', packReply);
    await scope(inner, device, (add) => {
      add(
        'POST',
        '/sync/push',
        {
          summary: "Run a device's mutations, each exactly once, in order",
          tag: 'sync',
          rate: 'device',
          body: PushRequest,
          reply: PushReply,
          bodyLimit: MAX_PUSH_BYTES + ENVELOPE_BYTES,
        },
        ({ principal, body, request, reply }) => {
          reply.serializer(asIs);
          return sync.push(principal, spoken(body), { isStorable: isPlain(request) });
        },
      );
      add(
        'POST',
        '/sync/pull',
        {
          summary: "Rows of the device's scopes that are newer than its cursors",
          tag: 'sync',
          rate: 'device',
          body: PullRequest,
          reply: PullReply,
        },
        async ({ principal, body, reply }) => {
          const page = await sync.pull(principal, spoken(body));
          reply.serializer(() => wireText(page));
          return { ...page.head, rows: [] };
        },
      );
      add(
        'POST',
        '/sync/rekey',
        {
          summary: 'A new incarnation for a device whose copy has written under its name',
          tag: 'sync',
          rate: 'write',
          body: z.strictObject({}),
          reply: z.strictObject({ incarnation: z.int().min(1) }),
        },
        ({ principal }) => sync.rekey(principal),
      );
    });
  });
}

/** Made member by member: walking hundreds of outcomes once more would find what the compiler knows. */
const asIs = (reply: unknown): string => JSON.stringify(reply);

/** A wire that this server does not speak is refused before anything of it is believed; the device keeps its outbox. */
function spoken<Request extends { readonly proto: number }>(request: Request): Request {
  if (request.proto >= OLDEST_PROTOCOL && request.proto <= PROTOCOL) return request;
  throw new AppError(
    'sync.upgrade_required',
    `this server speaks protocol ${OLDEST_PROTOCOL} to ${PROTOCOL}, the device ${request.proto}`,
  );
}
