/** Real devices on a real server half, with a network in between that a test can spoil. */

import { getTableName } from 'drizzle-orm';
import { REPLICA_TABLES } from '#main/db/schema.ts';
import type { SyncHttp } from '#main/sync/http.ts';
import { createOutboxRepo } from '#main/sync/outbox.repo.ts';
import { createRemnantsRepo } from '#main/sync/remnants.repo.ts';
import { createReplicaRepo } from '#main/sync/replica.repo.ts';
import { createStateRepo } from '#main/sync/state.repo.ts';
import { createSync, type Sync } from '#main/sync/sync.ts';
import type { KeepUnsent } from '#main/sync/unsent-file.ts';
import { sha256 } from '#node/sha256.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { decodeHlc } from '#shared/kernel/clock.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { EMPTY_DIGEST, rowDigest, xorDigests } from '#shared/sync/digest.ts';
import { ENTITY_TYPES } from '#shared/sync/entities.ts';
import { PullReply, PullRequest, PushReply, PushRequest } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import { findMutator } from '#shared/sync/registry.ts';
import { replay } from '#shared/sync/replay.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import type { TestActor } from './fixtures.ts';
import type { ServerWorld } from './server-world.ts';

export type Fault = 'none' | 'request lost' | 'reply lost' | 'twice' | 'late';

export interface Network {
  /** What happens to the next request; asked anew for each. */
  fault: () => Fault;
  /** Called before a pull reaches the server: other things happen meanwhile. */
  meanwhile: () => Promise<void>;
  /** What the server had when it said that a pull was complete. */
  onComplete: (rows: ReadonlyMap<RefKey, string>) => void;
}

export const calm = (): Network => ({
  fault: () => 'none',
  meanwhile: () => Promise.resolve(),
  onComplete: () => undefined,
});

const unreachable = () => new AppError('device.server_unreachable', 'the line is down');

/** The wire without a socket: everything crosses it as JSON and is checked on both ends, as over HTTP. */
export function wire(world: () => ServerWorld, actor: () => TestActor, network: Network): SyncHttp {
  const late: (() => Promise<unknown>)[] = [];
  const deliver = async <T>(act: () => Promise<T>): Promise<T> => {
    const fault = network.fault();
    if (fault === 'request lost') throw unreachable();
    if (fault === 'late') {
      // It arrives after the device has given up on it, and after whatever it sends next.
      late.push(act);
      throw unreachable();
    }
    const result = await act();
    if (fault === 'twice') await act().catch(() => undefined);
    // Nobody hears what a late request is answered.
    for (const one of late.splice(0)) await one().catch(() => undefined);
    if (fault === 'reply lost') throw unreachable();
    return result;
  };
  const over = (text: unknown): unknown => JSON.parse(JSON.stringify(text));
  const passing = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      // Over HTTP an AppError arrives with its code and details and nothing else.
      if (error instanceof AppError) {
        throw new AppError(error.code, error.message, { details: over(error.details) as Record<string, unknown> });
      }
      throw error;
    }
  };
  return {
    push: (envelope, mutations) => {
      const body = `${JSON.stringify(envelope).slice(0, -1)},"mutations":[${mutations.join(',')}]}`;
      return deliver(() =>
        passing(async () => PushReply.parse(over(await world().push(actor(), PushRequest.parse(JSON.parse(body)))))),
      );
    },
    pull: async (request) => {
      await network.meanwhile();
      // A late one answers those who asked then, and nobody hears it.
      const { onComplete } = network;
      return deliver(() =>
        passing(async () => {
          const reply = PullReply.parse(over(await world().pull(actor(), PullRequest.parse(over(request)))));
          if (reply.complete) onComplete(await world().rows(reply.grants));
          return reply;
        }),
      );
    },
    rekey: () => deliver(() => passing(() => world().rekey(actor()))),
  };
}

export interface TestDevice {
  readonly actor: TestActor;
  readonly core: TestCore;
  readonly network: Network;
  sync: Sync;
  do<N extends MutatorName>(name: N, args: MutatorArgs<N>): void;
  push(): Promise<void>;
  pull(): Promise<void>;
  /** Everything that was not committed is gone. */
  crash(): void;
  /** What the device shows: JSON by row. */
  rows(): Map<RefKey, string>;
  /** The server's rows as this device last saw them, without its own changes. */
  base(): Map<RefKey, string>;
  cursors(): Map<string, number>;
  outbox(): { mid: number; state: string; status: string | null }[];
}

export interface DeviceOptions {
  readonly world: () => ServerWorld;
  readonly actor: TestActor;
  readonly network?: Network;
  /** Another device's database: a clone of it. */
  readonly core?: TestCore;
  readonly keepUnsent?: KeepUnsent;
  readonly waitingFiles?: () => number;
  /** Of a push; few, so that a handful of changes goes in several, one ahead of the other. */
  readonly firstBatch?: number;
}

export function createTestDevice({
  world,
  actor,
  network = calm(),
  core = createTestCore(),
  keepUnsent = () => undefined,
  waitingFiles,
  firstBatch = 1,
}: DeviceOptions): TestDevice {
  let identity = actor;
  const incarnation = () => createStateRepo(core.db).find()?.incarnation ?? actor.incarnation;
  const open = () =>
    createSync(core, {
      mode: actor.mode,
      identity: () => identity,
      moveTo: (shopId) => {
        identity = { ...identity, shopId };
      },
      keepUnsent,
      firstBatch,
      ...(waitingFiles === undefined ? {} : { waitingFiles }),
      serverUrl: () => 'http://in.process',
      token: () => Promise.resolve('token'),
      random: () => 0.5,
      http: wire(world, () => ({ ...actor, incarnation: incarnation() }), network),
      createLive: () => ({ follow: () => undefined, close: () => undefined }),
    });
  const device: TestDevice = {
    get actor() {
      return identity;
    },
    core,
    network,
    sync: open(),
    do: (name, args) => {
      core.db.transaction((tx) => device.sync.mutate(tx, name, args), { behavior: 'immediate' });
    },
    push: () => device.sync.loops.push.tick(),
    pull: () => device.sync.loops.pull.tick(),
    crash: () => {
      device.sync = open();
    },
    rows: () => {
      const rows = new Map<RefKey, string>();
      for (const { key, fields } of shown(core)) rows.set(key, canonicalJson(JSON.parse(fields)));
      return rows;
    },
    base: () => {
      const rows = new Map<RefKey, string>();
      for (const { key, fields } of shown(core)) rows.set(key, canonicalJson(JSON.parse(fields)));
      for (const { key, fields } of createReplicaRepo(core.db).listBase()) {
        if (fields === null) rows.delete(key);
        else rows.set(key, canonicalJson(JSON.parse(fields)));
      }
      return rows;
    },
    cursors: () => new Map(Array.from(createStateRepo(core.db).listCursors(), ([scope, { ver }]) => [scope, ver])),
    outbox: () =>
      core.db.$client
        .prepare<[], { mid: number; state: string; status: string | null }>(
          `SELECT mid, state, json_extract(outcome, '$.status') AS status FROM sync_outbox ORDER BY mid`,
        )
        .all(),
  };
  return device;
}

const shown = (core: TestCore) => {
  const replica = createReplicaRepo(core.db);
  const scopes = core.db.$client
    .prepare<[], string>(ENTITY_TABLES.map((table) => `SELECT scope FROM ${table}`).join(' UNION '))
    .pluck()
    .all();
  return ENTITY_TYPES.flatMap((type) =>
    scopes.flatMap((scope) =>
      replica
        .listIdsInScope(type, scope)
        .map((id) => ({ key: refKey({ type, id }), scope, fields: replica.find({ type, id })?.fields ?? 'null' })),
    ),
  );
};

const ENTITY_TABLES = Object.values(REPLICA_TABLES).map((table) => getTableName(table));

/** What the device ought to show, worked out from nothing: its base rows, and over them what has not come back yet. */
export function expectedRows(device: TestDevice): Map<RefKey, string> {
  const { db } = device.core;
  const state = createStateRepo(db).find();
  const outbox = createOutboxRepo(db);
  const pending = outbox
    .listTouching(Math.max(state?.reflectedMid ?? 0, 0), Number.MAX_SAFE_INTEGER)
    .flatMap(({ mid }) => {
      const row = outbox.findForReplay(mid);
      return row === undefined
        ? []
        : [{ mid, name: row.name, args: JSON.parse(row.args) as unknown, at: decodeHlc(row.hlc).ms }];
    });
  const rows = device.base();
  const find = (key: RefKey) => {
    const text = rows.get(key);
    return text === undefined ? undefined : { scope: '', fields: JSON.parse(text) as Record<string, unknown> };
  };
  const { organizationId, shopId, deviceId } = device.actor;
  const { puts } = replay(pending, find, { organizationId, shopId, deviceId }, findMutator);
  for (const [key, put] of puts) {
    if (put.fields === null) rows.delete(key);
    else rows.set(key, canonicalJson(put.fields));
  }
  return rows;
}

/** The digest of each scope, from the device's rows alone and what is left of those that it need not have any more. */
export function ownDigests(device: TestDevice): Record<string, string> {
  const digests: Record<string, string> = {};
  const count = (scope: string, digest: string) => {
    digests[scope] = xorDigests(digests[scope] ?? EMPTY_DIGEST, digest);
  };
  for (const { key, scope, fields } of [...shown(device.core), ...createRemnantsRepo(device.core.db).listForeign()]) {
    const colon = key.indexOf(':');
    const row = { type: key.slice(0, colon), id: key.slice(colon + 1) };
    count(scope, rowDigest(sha256, { ...row, fields: JSON.parse(fields) as Record<string, unknown> }));
  }
  const evicted = device.core.db.$client.prepare<[], { scope: string; digest: string }>('SELECT * FROM sync_evicted');
  for (const { scope, digest } of evicted.all()) count(scope, digest);
  return digests;
}
