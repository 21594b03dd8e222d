/** What has not reached the server, as the device and headquarters see it: real outboxes over a real server half. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBacklog } from '#main/sync/backlog.service.ts';
import { createSyncDesk } from '#server/features/sync/sync.service.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { createTestDevice, type TestDevice } from './device-world.ts';
import { actor, ORGANIZATION, order, payment } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

export const TENANT = { organizationId: ORGANIZATION };

/** What a test turns: the server that is there, and who is signed in at the till. */
interface Turned {
  world: ServerWorld;
  signedIn: string | undefined;
}

export type BacklogWorld = Awaited<ReturnType<typeof createBacklogWorld>>;

export async function createBacklogWorld() {
  const turned: Turned = { world: await createServerWorld(), signedIn: 'Иванов И.' };
  const till = createTestDevice({ world: () => turned.world, actor: actor(1) });
  const other = createTestDevice({ world: () => turned.world, actor: actor(2) });
  const folder = await mkdtemp(join(tmpdir(), 'backlog-'));
  const backlog = createBacklog(till.core, {
    sync: {
      status: () => till.sync.status(),
      mutate: (tx, name, args) => till.sync.mutate(tx, name, args),
      wake: () => till.sync.wake(),
      loops: till.sync.loops,
    },
    operator: () => {
      if (turned.signedIn === undefined) throw new AppError('staff.not_signed_in', 'nobody');
      return { name: turned.signedIn };
    },
    folder,
    about: () => ({ deviceId: till.actor.deviceId }),
  });
  const desk = () =>
    createSyncDesk({
      db: turned.world.opened.db,
      now: () => turned.world.clock.now,
      live: { hqChanged: () => undefined },
    });

  return Object.assign(turned, {
    till,
    other,
    backlog,
    desk,
    openCases: async () => (await desk().cases(TENANT, { state: 'open', limit: 50 })).cases,
    waiting: (limit = 50, after = 0) => backlog.waiting({ after, limit }),
    unread: () => backlog.letters({ isRead: false, limit: 50 }).letters,
    sale: (on: TestDevice, n: number) => {
      const made = order(n, on.actor);
      on.do('order.place', { order: made });
      on.do('payment.settle', { payments: [payment(n, made)] });
      return made;
    },
    /** The till places an order, the other one sells it, and the till, not knowing, takes it for cancelled. */
    cancelWhatWasPaid: async (n = 1) => {
      const made = order(n, till.actor);
      till.do('order.place', { order: made });
      await till.push();
      await Promise.all([till.pull(), other.pull()]);
      other.do('payment.settle', { payments: [payment(n, made)] });
      await other.push();
      till.do('order.advance', { id: made.id, to: 'cancelled' });
    },
    close: async () => {
      await rm(folder, { recursive: true });
      await turned.world.close();
    },
  });
}
