/** Those the server works with, put together: what headquarters tries, and what proves that the public address leads here. */
import type { FastifyInstance } from 'fastify';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import type { Guards } from '../../auth/guards.ts';
import { keepServerSecret } from '../../auth/server-keys.repo.ts';
import type { ServerConfig } from '../../config.ts';
import type { Db } from '../../db/db.ts';
import type { PaymentProvider } from '../payments/payment-provider.port.ts';
import { openChannels } from '../reports/open-channels.ts';
import { connectionsRoutes } from './connections.routes.ts';
import { createConnections } from './connections.service.ts';

export async function openConnections(ports: {
  readonly app: FastifyInstance;
  readonly config: ServerConfig;
  readonly guards: Guards;
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly provider: PaymentProvider | undefined;
}): Promise<void> {
  const { app, config, guards, db, now, newId, random, provider } = ports;
  const probeSecret = await keepServerSecret(db, 'webhook-probe', random, now());
  const connections = createConnections({
    config,
    db,
    now,
    newId,
    random,
    provider,
    openChannels: () => openChannels(config),
    probeSecret,
  });
  await app.register(connectionsRoutes(guards, connections, probeSecret));
}
