/** `/sync/push`, `/sync/pull` and `/sync/rekey`: a device's token says which writer it is. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MAX_PUSH_BYTES, PullReply, PullRequest, PushReply, PushRequest } from '#shared/sync/protocol.ts';
import type { Guard } from '../auth/guards.ts';
import { scope } from '../plugins/routes.ts';
import { packReply, readGzip } from './gzip.ts';
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
        ({ principal, body }) => sync.push(principal, body),
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
        ({ principal, body }) => sync.pull(principal, body),
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
