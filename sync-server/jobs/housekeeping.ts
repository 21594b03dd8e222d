/** Forgets what has no more use: sessions that are over, failures that are forgiven, answers nobody asks for again. */
import type { FastifyBaseLogger } from 'fastify';
import { DRAFT_MS } from '#shared/clients/drafts.schema.ts';
import { purgeManagerSessions } from '../auth/manager-sessions.repo.ts';
import type { SessionStore } from '../auth/session-store.port.ts';
import { purgeThrottles } from '../auth/throttle.repo.ts';
import type { createBlobsCollector } from '../blobs/blobs.collect.ts';
import type { Db } from '../db/db.ts';
import { purgeExchange } from '../features/exchange/open-exchange.ts';
import { purgeDrafts } from '../features/manager/drafts.repo.ts';
import { purgeUploads } from '../features/manager/manager.repo.ts';
import type { createSyncRetention } from '../features/sync/sync.retention.ts';
import type { SyncService } from '../sync/sync.service.ts';

const HOUR = 3_600_000;
/** An ended session is kept for a month: the audit may point at it. */
const SESSIONS_MS = 30 * 24 * HOUR;
const THROTTLES_MS = 24 * HOUR;

export function createHousekeeping(ports: {
  readonly db: Db;
  readonly sessions: Pick<SessionStore, 'purge'>;
  readonly now: () => number;
  readonly sync: Pick<SyncService, 'prune'>;
  readonly desk: Pick<ReturnType<typeof createSyncRetention>, 'prune'>;
  readonly blobs: Pick<ReturnType<typeof createBlobsCollector>, 'collect'>;
  readonly log: FastifyBaseLogger;
}) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  /** Deletes only what every instance may delete at any time, so several may run it at once. */
  async function tick(): Promise<void> {
    await ports.sessions.purge(ports.now() - SESSIONS_MS);
    await purgeManagerSessions(ports.db, ports.now() - SESSIONS_MS);
    await purgeUploads(ports.db, ports.now() - THROTTLES_MS);
    await purgeDrafts(ports.db, ports.now() - DRAFT_MS);
    await purgeThrottles(ports.db, ports.now() - THROTTLES_MS);
    await purgeExchange(ports.db, ports.now());
    await ports.sync.prune();
    await ports.desk.prune();
    await ports.blobs.collect();
  }

  return {
    tick,
    start: () => {
      timer ??= setInterval(() => {
        running = tick().catch((err: unknown) => ports.log.error({ err }, 'housekeeping failed'));
      }, HOUR);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
