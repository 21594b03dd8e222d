/** The parts of sending reports put together: providers, links, the queue and what it counts. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import type { NewId } from '#shared/kernel/ids.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import type { ServerConfig } from '../../config.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { createDeliveryQueue } from './delivery.queue.ts';
import { openChannels } from './open-channels.ts';
import { keepLinkKey } from './reports.repo.ts';
import { createGuestReports } from './reports.service.ts';
import { makeShortLink } from './short-link.ts';

const HOUR_MS = 3_600_000;

export async function openReports(ports: {
  readonly app: FastifyInstance;
  readonly config: ServerConfig;
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: (target: Uint8Array<ArrayBuffer>) => void;
  readonly live: Live;
  readonly blobs: BlobsService;
  readonly sync: Pick<SyncService, 'checkpoint'>;
  readonly log: FastifyBaseLogger;
}) {
  const { app, config, db, now, newId, live, blobs, sync, log } = ports;
  const fresh = new Uint8Array(new ArrayBuffer(32));
  ports.random(fresh);
  const linkKey = await keepLinkKey(db, Buffer.from(fresh).toString('base64url'));
  const attempts = new Counter({
    name: 'prilavok_report_attempts_total',
    help: 'Attempts to send a report, by what they came to.',
    labelNames: ['channel', 'outcome'] as const,
    registers: [app.metrics],
  });
  // The port may be one that was free: where it listens is known once it does, and nothing is sent before.
  const base = () => config.PUBLIC_URL ?? app.listeningOrigin;
  return {
    reports: createGuestReports({ db, now, newId, live, blobs, linkKey }),
    queue: createDeliveryQueue({
      db,
      now,
      live,
      blobs,
      channels: await openChannels(config),
      checkpoint: () => sync.checkpoint(),
      copyUrl: (copyCode) => new URL(`/r/${copyCode}`, base()).href,
      shortUrl: (copyCode) =>
        new URL(`/s/${makeShortLink(linkKey, copyCode, now() + config.REPORT_LINK_HOURS * HOUR_MS)}`, base()).href,
      count: (channel, outcome) => attempts.inc({ channel, outcome }),
      log,
    }),
  };
}
