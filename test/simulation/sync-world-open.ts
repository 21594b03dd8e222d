/** Opens a run's world: its devices over empty disks, its server over a wiped one, and the record of what they say. */
import { sql } from 'drizzle-orm';
import type { Db } from '#server/db/db.ts';
import { listGrants } from '#server/sync/grants.repo.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { findMutator as registered } from '#shared/sync/registry.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { actor, ORGANIZATION } from '#test/sync/fixtures.ts';
import { seeded } from './seeded.ts';
import { beginLife, type Life } from './sync-device.ts';
import { copyDisk, giveDiskBack, takeDisk } from './sync-disks.ts';
import type { Disk } from './sync-image.ts';
import { copyModel, hold, lastMidOf, newModel, Violation } from './sync-model.ts';
import { createNetwork } from './sync-network.ts';
import { catchUp, runAgain } from './sync-record.ts';
import { serve } from './sync-serve.ts';
import { openServer } from './sync-server.ts';
import type { KeptDb } from './sync-statements.ts';
import { POISON, SHOPS, type Slot, type Snapshot, type World } from './sync-world.ts';

const START_MS = 1_763_000_000_000;

export interface WorldOptions {
  readonly kept: KeptDb;
  readonly disk: Disk;
  readonly seed: number;
  readonly devices: number;
}

const MODES: readonly Mode[] = ['cashier', 'manager', 'cashier', 'kiosk'];

export async function openWorld({ kept, disk, seed, devices }: WorldOptions): Promise<World> {
  const clock = { now: START_MS };
  const chance = seeded(seed, 0xd1ce);
  const violations: Violation[] = [];
  const slots: Slot[] = [];
  const actors = Array.from({ length: devices }, (_, n) => actor(n + 1, 1, MODES[n] ?? 'cashier'));

  /** The server's registry, listening to the times it judges by. */
  const listening: MutatorLookup = (name) => {
    const mutator = registered(name);
    return (
      mutator && {
        ...mutator,
        decide: (args, rows, context) => {
          if (context.at > clock.now) {
            violations.push(
              new Violation(`I11: ${name} is said to have happened ${context.at - clock.now} ms after now`),
            );
          }
          return mutator.decide(args, rows, context);
        },
      }
    );
  };
  const begun: { world?: World } = {};
  const network = createNetwork({
    isCut: (slot) => slots[slot]?.isCut ?? true,
    violated: (violation) => violations.push(violation),
  });
  const server = await openServer({
    kept,
    disk,
    now: () => clock.now,
    chance,
    findMutator: listening,
    organizationId: ORGANIZATION,
    devices: actors,
    shops: SHOPS,
    poison: POISON,
    misplaced: () => violations.push(new Violation('I20: the heads were locked before the last statement of a push')),
    onCheckpoint: () => {
      // Before anything was accepted there is no world yet.
      if (begun.world !== undefined) begun.world.modelOnDisk = copyModel(begun.world.model);
    },
  });

  const begin = (slot: Slot, own: Life['disk']): Life =>
    beginLife({
      disk: own,
      mode: slot.mode,
      identity: () => slot.identity,
      moved: (shop) => {
        slot.identity = { ...slot.identity, shopId: shop };
      },
      disagreed: () => {
        if (world.wasTorn) return;
        violations.push(
          new Violation(`I5: device ${slot.index} has other rows than the server, and nobody has lost one`),
        );
      },
      now: () => world.nowAt(slot),
      chance,
      findMutator: registered,
      connect: (life) => network.connect(slot.index, life),
    });

  const snapshotOf = kept.remembering(readSnapshot);

  const world: World = {
    network,
    server,
    slots,
    chance,
    findMutator: registered,
    violations,
    clock,
    model: newModel(),
    modelOnDisk: newModel(),
    backup: undefined,
    isTorn: false,
    wasTorn: false,
    facts: new Map(),
    promised: new Map(),
    served: new Map(),
    counters: { orders: 0, payments: 0, clients: 0, visits: 0, items: 0, poisons: 0 },
    nowAt: ({ clock: own }) => own.frozenAt ?? Math.max(1, clock.now + own.offset),
    add: (deviceId, mode, identity, from) => {
      const slot = {
        index: slots.length,
        deviceId,
        mode,
        identity,
        isCut: false,
        clock: { offset: from?.clock.offset ?? 0, frozenAt: undefined },
        memory: from?.memory,
        kept: from?.kept ?? new Map(),
      } as unknown as Slot;
      slots.push(slot);
      slot.life = begin(slot, from === undefined ? takeDisk() : copyDisk(from.life.disk));
      return slot;
    },
    reboot: (slot, empty = false) => {
      const old = slot.life;
      old.isDead = true;
      for (const message of network.flying) if (message.life === old) network.giveUp(message);
      // Whatever was not committed when it died has been rolled back.
      if (!empty) {
        slot.life = begin(slot, old.disk);
        return;
      }
      slot.life = begin(slot, takeDisk());
      giveDiskBack(old.disk);
      slot.memory = undefined;
      slot.kept = new Map();
    },
    serve: (message) => serve(world, message),
    snapshot: () => snapshotOf(kept.db),
    grantsOf: kept.remembering((deviceId: string) => listGrants(kept.db, deviceId)),
    checkpoint: () => server.checkpoint(),
    serverDied: async (how) => {
      const before = server.timeline().epoch;
      if (how === 'process') {
        await server.restart();
        await catchUp(world);
      } else {
        world.model = copyModel(world.modelOnDisk);
        await runAgain(world, await server.cutPower());
        for (const { writer, durableMid } of world.promised.values()) {
          const has = lastMidOf(world.model, writer);
          hold(
            has >= durableMid,
            `I2: ${writer.deviceId}/${writer.incarnation} was told that ${durableMid} is durable, and after the power cut there is ${has}`,
          );
        }
      }
      // It began by putting everything on the disk.
      world.modelOnDisk = copyModel(world.model);
      if (server.timeline().epoch !== before) forgetEpoch(world);
    },
    restore: async () => {
      const { backup } = world;
      if (backup === undefined) return;
      world.model = copyModel(backup.model);
      world.modelOnDisk = copyModel(backup.model);
      await server.restore(backup);
      forgetEpoch(world);
    },
  };

  begun.world = world;
  for (const { deviceId, mode, incarnation, organizationId, shopId: shop } of actors) {
    world.add(deviceId, mode, { organizationId, shopId: shop, deviceId, incarnation });
  }
  return world;
}

function forgetEpoch(world: World): void {
  world.promised.clear();
  world.served.clear();
}

async function readSnapshot(db: Db): Promise<Snapshot> {
  const { rows } = await db.execute<{
    type: string;
    id: string;
    scope: Scope;
    ver: number;
    deleted: boolean;
    fields: unknown;
  }>(sql`SELECT type, id, scope, ver, deleted, fields FROM entities`);
  return new Map(
    rows.map(({ type, id, scope, ver, deleted, fields }) => [
      `${type}:${id}`,
      { scope, ver: Number(ver), deleted, fields: canonicalJson(fields) },
    ]),
  );
}
