/** One run's world: devices, line, server, and the plain record of what each of them has said, to be held against them. */
import { sql } from 'drizzle-orm';
import type { SyncIdentity } from '#main/sync/store.ts';
import type { OpenDb } from '#server/db/db.ts';
import type { AcceptedBatch } from '#server/sync/durability.ts';
import { listGrants } from '#server/sync/grants.repo.ts';
import { authorityAt, currentScopes, type Grant } from '#server/sync/grants.rules.ts';
import type { SyncActor } from '#server/sync/sync.port.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { type Outcome, PullReply, PullRequest, PushReply, PushRequest, type WriterKey } from '#shared/sync/protocol.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import { findMutator as registered } from '#shared/sync/registry.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { actor, ORGANIZATION, shopId } from '#test/sync/fixtures.ts';
import { type Seeded, seeded } from './seeded.ts';
import { beginLife, Died, type Life, untilBlocked } from './sync-device.ts';
import { copyDisk, giveDiskBack, takeDisk } from './sync-disks.ts';
import type { Disk } from './sync-image.ts';
import { accept, copyModel, hold, lastMidOf, type Model, newModel, Violation } from './sync-model.ts';
import { createNetwork, type Message, type Network, unreachable } from './sync-network.ts';
import { type Backup, openServer, type SimServer } from './sync-server.ts';
import type { HeldRow } from './sync-view.ts';

const START_MS = 1_763_000_000_000;
/** Stands in a field that nobody edits. */
export const POISON = 'a-row-that-cannot-be-written@example.test';
export const SHOPS = [shopId(1), shopId(2)] as const;

/** A place where a device stands: its process may die and come back, its disk may be copied or replaced. */
export interface Slot {
  readonly index: number;
  readonly deviceId: string;
  readonly mode: Mode;
  identity: SyncIdentity;
  life: Life;
  isCut: boolean;
  readonly clock: { offset: number; frozenAt: number | undefined };
  /** What was last seen here, for what may never go back. Forgotten with the disk. */
  memory:
    | {
        epoch: string | null;
        incarnation: number;
        cursors: ReadonlyMap<Scope, number>;
        vers: ReadonlyMap<RefKey, number>;
      }
    | undefined;
  /** Outbox rows last seen: mid to state. */
  kept: ReadonlyMap<number, string>;
}

/** The server's rows at one instant. */
export type Snapshot = ReadonlyMap<RefKey, HeldRow & { readonly deleted: boolean }>;

interface Promised {
  readonly writer: WriterKey;
  readonly durableMid: number;
}

export interface World {
  readonly network: Network;
  readonly server: SimServer;
  readonly slots: Slot[];
  readonly chance: Seeded;
  readonly findMutator: MutatorLookup;
  readonly violations: Violation[];
  readonly clock: { now: number };
  model: Model;
  /** The model as the disk of the server has it. */
  modelOnDisk: Model;
  backup: (Backup & { readonly model: Model }) | undefined;
  /** The next page loses a row on its way: a fault of the server, or of its disk. */
  isTorn: boolean;
  /** Some page has lost a row: from here on devices may find that they hold other rows than the server. */
  wasTorn: boolean;
  /** Facts that a device has told its user: each must be on the server in the end. */
  readonly facts: Map<RefKey, string>;
  /** Ends of the durable part of each writer that devices have been told, in this epoch. */
  readonly promised: Map<string, Promised>;
  /** By scope: up to where somebody was served, and the rows of that instant. */
  readonly served: Map<Scope, { epoch: string; ver: number; rows: ReadonlyMap<RefKey, number> }>;
  readonly counters: {
    orders: number;
    payments: number;
    clients: number;
    visits: number;
    items: number;
    poisons: number;
  };
  nowAt(slot: Slot): number;
  add(deviceId: string, mode: Mode, identity: SyncIdentity, from?: Slot): Slot;
  /** The process of a slot begins again over what its disk holds, or over an empty one. */
  reboot(slot: Slot, empty?: boolean): void;
  /** The server works on a request; whatever it answers is on its way back. */
  serve(message: Message): Promise<void>;
  snapshot(): Promise<Snapshot>;
  grantsOf(deviceId: string): Promise<readonly Grant[]>;
  /** Somebody has given or taken scopes. */
  grantsChanged(): void;
  /** After a death of the server's process, with or without its power. */
  serverDied(how: 'process' | 'power'): Promise<void>;
  restore(): Promise<void>;
  checkpoint(): Promise<void>;
}

export interface WorldOptions {
  readonly opened: OpenDb;
  readonly disk: Disk;
  readonly seed: number;
  readonly devices: number;
}

const MODES: readonly Mode[] = ['cashier', 'manager', 'cashier', 'kiosk'];

export async function openWorld({ opened, disk, seed, devices }: WorldOptions): Promise<World> {
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
  const plainGrants = new Map<string, readonly Grant[]>();
  const network = createNetwork({
    isCut: (slot) => slots[slot]?.isCut ?? true,
    violated: (violation) => violations.push(violation),
  });
  const server = await openServer({
    opened,
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

  const begin = (slot: Slot, db: Life['disk']): Life =>
    beginLife({
      disk: db,
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
        kept: from?.kept ?? new Map<number, string>(),
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
    snapshot: async () => {
      const { rows } = await server.db.execute<{
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
    },
    grantsOf: async (deviceId) => {
      const known = plainGrants.get(deviceId);
      if (known !== undefined) return known;
      const found = await listGrants(server.db, deviceId);
      // Where something was taken away, the device itself changes the rest by saying that it has left.
      if (found.every(({ revokedVer }) => revokedVer === null)) plainGrants.set(deviceId, found);
      return found;
    },
    grantsChanged: () => plainGrants.clear(),
    checkpoint: () => server.checkpoint(),
    serverDied: async (how) => {
      const before = server.timeline().epoch;
      plainGrants.clear();
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
      plainGrants.clear();
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

const clean = (error: AppError): AppError =>
  new AppError(error.code, error.message, {
    // Over HTTP an AppError arrives with its code and details and nothing else.
    details: JSON.parse(JSON.stringify(error.details ?? {})) as Record<string, unknown>,
  });

async function serve(world: World, message: Message): Promise<void> {
  const { slots } = world;
  const deviceId = slots[message.slot]?.deviceId ?? '';
  const answer = (give: () => void) => {
    message.reply = { give };
  };
  try {
    const who = await world.server.actorOf(deviceId);
    if (message.kind === 'rekey') {
      const reply = await world.server.rekey(deviceId);
      answer(() => message.resolve(reply));
    } else if (message.kind === 'pull') {
      const reply = await servePull(world, who, message);
      answer(() => {
        promise(
          world,
          { writer: (JSON.parse(message.body) as PullRequest).writer, durableMid: reply.durableMid },
          reply.epoch,
        );
        message.resolve(reply);
      });
    } else {
      const reply = await servePush(world, who, message);
      answer(() => {
        promise(
          world,
          { writer: (JSON.parse(message.body) as PushRequest).writer, durableMid: reply.durableMid },
          reply.epoch,
        );
        message.resolve(reply);
      });
    }
  } catch (error) {
    if (error instanceof Violation) throw error;
    if (error instanceof Died) {
      // Whether the power went as well was drawn with everything else of the run.
      await world.serverDied(world.chance.int(0, 3) === 0 ? 'power' : 'process');
      answer(() => message.reject(unreachable()));
    } else if (error instanceof AppError) {
      answer(() => message.reject(clean(error)));
    } else {
      throw error;
    }
  }
}

function promise(world: World, promised: Promised, epoch: string): void {
  if (epoch !== world.server.timeline().epoch) return;
  const key = `${promised.writer.deviceId}/${promised.writer.incarnation}`;
  if ((world.promised.get(key)?.durableMid ?? 0) < promised.durableMid) world.promised.set(key, promised);
}

async function servePush(world: World, who: SyncActor, message: Message): Promise<PushReply> {
  const [violation] = world.violations;
  if (violation !== undefined) throw violation;
  const request = PushRequest.parse(JSON.parse(message.body));
  const batch = { actor: who, request, receivedAt: world.clock.now };
  try {
    const reply = PushReply.parse(JSON.parse(JSON.stringify(await world.server.push(who, request))));
    await record(world, batch, reply.lastMid, reply.outcomes);
    return reply;
  } catch (error) {
    // Part of it may have been accepted all the same.
    if (error instanceof AppError) await recordStored(world, batch);
    if (error instanceof Died) lastBatch.set(world, batch);
    throw error;
  }
}

type Batch = Omit<AcceptedBatch, 'actor'> & { readonly actor: SyncActor };

/** The batch that the server's process died over. */
const lastBatch = new WeakMap<World, Batch>();

/** After the process died: was the batch that it died over committed? */
async function catchUp(world: World): Promise<void> {
  const batch = lastBatch.get(world);
  if (batch !== undefined) await recordStored(world, batch);
}

/** Batches that came back from the journal, over the model of the disk. */
async function runAgain(world: World, batches: readonly AcceptedBatch[]): Promise<void> {
  for (const batch of batches) await recordStored(world, batch);
}

async function recordStored(world: World, batch: Batch): Promise<void> {
  const { deviceId, incarnation } = batch.request.writer;
  const known = lastMidOf(world.model, batch.request.writer);
  const { rows } = await world.server.db.execute<{ outcome: Outcome }>(sql`
    SELECT outcome FROM sync_outcomes WHERE device_id = ${deviceId} AND incarnation = ${incarnation}
      AND mid > ${known} AND mid <= ${batch.request.mutations.at(-1)?.mid ?? 0} ORDER BY mid`);
  const outcomes = rows.map(({ outcome }) => outcome);
  await record(world, batch, outcomes.at(-1)?.mid ?? known, outcomes);
}

async function record(world: World, batch: Batch, lastMid: number, outcomes: readonly Outcome[]): Promise<void> {
  const { request, receivedAt } = batch;
  const known = lastMidOf(world.model, request.writer);
  hold(lastMid >= known, `I1: the server is at ${lastMid} of a writer that it had taken to ${known}`);
  if (lastMid === known) return;
  const grants = batch.actor.grants ?? (await world.grantsOf(request.writer.deviceId));
  const byMid = new Map(outcomes.map((outcome) => [outcome.mid, outcome]));
  for (const mutation of request.mutations) {
    if (mutation.mid <= known || mutation.mid > lastMid) continue;
    const outcome = byMid.get(mutation.mid);
    hold(outcome !== undefined, `I1: ${mutation.mid} was run and not answered`);
    const authority = authorityAt(batch.actor, grants, mutation.grant, receivedAt);
    accept(
      world.model,
      world.findMutator,
      { writer: request.writer, mutation, outcome, receivedAt, sentAt: request.sentAt, authority },
      POISON,
    );
  }
  const now = lastMidOf(world.model, request.writer);
  hold(now === lastMid, `I1: the server says ${lastMid}, and of what was sent it can only be ${now}`);
}

async function servePull(world: World, who: SyncActor, message: Message): Promise<PullReply> {
  const request = PullRequest.parse(JSON.parse(message.body));
  const whole = PullReply.parse(JSON.parse(JSON.stringify(await world.server.pull(who, request))));
  const reply = world.isTorn ? { ...whole, rows: whole.rows.slice(1) } : whole;
  if (reply !== whole && whole.rows.length > 0) {
    world.isTorn = false;
    world.wasTorn = true;
  }
  const granted = currentScopes(await world.grantsOf(who.deviceId));
  for (const row of reply.rows) {
    hold(granted.includes(row.scope), `I17: a reply has ${row.type} ${row.id} of ${row.scope}, which is not granted`);
  }
  if (reply.complete) {
    const snapshot = await world.snapshot();
    completed.set(message.life, { reply, snapshot });
    servedTo(world, reply, snapshot);
  } else {
    completed.delete(message.life);
  }
  return reply;
}

/** The last page that each process was sent, when it was the last of its pull. */
const completed = new WeakMap<Life, { readonly reply: PullReply; readonly snapshot: Snapshot }>();
export const completedPull = (life: Life) => completed.get(life);

/** No row at or below a version that was served may appear or change later. */
function servedTo(world: World, reply: PullReply, snapshot: Snapshot): void {
  for (const [scope, ver] of Object.entries(reply.next)) {
    const before = world.served.get(scope);
    const rows = new Map<RefKey, number>();
    for (const [key, row] of snapshot) {
      if (row.scope !== scope) continue;
      rows.set(key, row.ver);
      const isNew = before?.epoch === reply.epoch && row.ver <= before.ver && before.rows.get(key) !== row.ver;
      hold(
        !isNew,
        `I4: ${key} has version ${row.ver} of ${scope}, which was served up to ${before?.ver ?? 0} without it`,
      );
    }
    if (before === undefined || before.epoch !== reply.epoch || ver >= before.ver) {
      world.served.set(scope, { epoch: reply.epoch, ver, rows });
    }
  }
}

/** Lets a request arrive, and its answer come back at once. */
export async function carry(world: World, message: Message): Promise<void> {
  if (message.reply === undefined) await world.serve(message);
  await giveBack(world, message);
}

/** The answer arrives, if anybody still waits for it. */
export async function giveBack(world: World, message: Message): Promise<void> {
  remove(world, message);
  if (!message.isAwaited || message.life.isDead) return;
  world.network.giveUp(message);
  message.reply?.give();
  await untilBlocked(message.life);
}

/** The device gives up on the request; it hears nothing any more. */
export async function lose(world: World, message: Message): Promise<void> {
  if (!message.isAwaited || message.life.isDead) return;
  world.network.giveUp(message);
  message.reject(unreachable());
  await untilBlocked(message.life);
}

export function remove({ network }: World, message: Message): void {
  const at = network.flying.indexOf(message);
  if (at !== -1) network.flying.splice(at, 1);
}
