/** A real server half over a database of its own, and a writer that speaks to it by hand. */
import { sql } from 'drizzle-orm';
import { sha256 } from '#node/sha256.ts';
import type { OpenDb } from '#server/db/db.ts';
import { storedColumns } from '#server/db/stored-columns.ts';
import { createTestDb } from '#server/db/test-db.ts';
import { durableByCommit } from '#server/sync/durability.ts';
import { readHeads } from '#server/sync/entities.repo.ts';
import { insertGrants, listGrants } from '#server/sync/grants.repo.ts';
import { setShops } from '#server/sync/grants.service.ts';
import type { Guard, GuardFile } from '#server/sync/guard-file.ts';
import { createPull } from '#server/sync/pull.service.ts';
import { createPush, type Push } from '#server/sync/push.service.ts';
import { firstGrants, type SyncLive } from '#server/sync/sync.port.ts';
import { openTimeline, type Timeline } from '#server/sync/timeline.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { encodeHlc } from '#shared/kernel/clock.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import {
  type Mutation,
  PROTOCOL,
  type PullReply,
  type PushReply,
  type PushRequest,
  SCHEMA,
} from '#shared/sync/protocol.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import type { Upcasters } from '#shared/sync/upcast.ts';
import type { TestActor } from './fixtures.ts';
import { type ParsedPull, parsed } from './parsed-pull.ts';

export const NOW = 1_763_000_000_000;
export const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

type Poke = Parameters<SyncLive['poke']>[0];

export interface ServerWorld {
  readonly opened: OpenDb;
  readonly timeline: () => Timeline;
  readonly push: Push;
  readonly pull: ParsedPull;
  readonly pokes: Poke[];
  readonly hq: string[];
  readonly clock: { now: number };
  /** Live rows of the scopes, as canonical JSON. */
  rows(scopes: readonly string[]): Promise<Map<string, string>>;
  /** Digests of the heads. */
  digests(scopes: readonly string[]): Promise<Record<string, string>>;
  /** Headquarters gives a device these shops, the first to stand in. `lateUntil`: until when work of before is taken. */
  grant(actor: TestActor, shopIds: readonly string[], lateUntil: number | null): Promise<void>;
  rekey(actor: TestActor): Promise<{ readonly incarnation: number }>;
  /** Everything that the database holds of sync, to be put back as a backup would be. */
  backUp(): Promise<Backup>;
  restore(backup: Backup): Promise<void>;
  close(): Promise<void>;
}

type Backup = Readonly<Record<string, string>>;
const TABLES = [
  'entities',
  'scope_heads',
  'sync_writers',
  'sync_outcomes',
  'anomalies',
  'sync_dead_letters',
  'sync_timeline',
  'device_grants',
  'scope_departures',
  'field_history',
] as const;

/** The guard that stands beside the database and is in no backup. */
function createMemoryGuard(): GuardFile {
  let kept: Guard | undefined;
  const keep = (guard: Guard) => {
    kept = structuredClone(guard);
  };
  return {
    read: () => Promise.resolve(kept),
    write: (guard) => Promise.resolve(keep(guard)),
    writeSoon: keep,
    close: () => Promise.resolve(),
  };
}

export interface ServerWorldOptions {
  readonly findMutator?: MutatorLookup;
  readonly upcasters?: Upcasters;
  readonly maxRows?: number;
  /** A database that is already there; it is emptied. */
  readonly opened?: OpenDb;
}

export async function createServerWorld(options: ServerWorldOptions = {}): Promise<ServerWorld> {
  const opened = options.opened ?? (await createTestDb());
  const { db } = opened;
  const empty = async () => {
    await db.execute(sql.raw(`TRUNCATE ${TABLES.join(', ')}`));
    // In memory the write-ahead log is memory too, and only a checkpoint lets go of it.
    if (opened.kind === 'embedded') await db.execute(sql`CHECKPOINT`);
  };
  if (options.opened !== undefined) await empty();
  const clock = { now: NOW };
  const guard = createMemoryGuard();
  const pokes: Poke[] = [];
  const hq: string[] = [];
  const incarnations = new Map<string, number>();
  const granted = new Set<string>();
  let epochs = 0;

  const start = async () => {
    const timeline = await openTimeline({
      db,
      guard,
      newEpoch: () => (epochs += 1).toString(16).padStart(32, '0'),
      log: quiet,
    });
    const deps = {
      db,
      timeline,
      durability: durableByCommit,
      now: () => clock.now,
      newId: createIds(
        () => clock.now,
        (bytes) => crypto.getRandomValues(bytes),
      ),
      log: quiet,
      live: {
        poke: (poke: Poke) => void pokes.push(poke),
        hqChanged: (_: string, collections: readonly string[]) => void hq.push(...collections),
      },
    };
    const push = createPush({
      ...deps,
      ...(options.findMutator === undefined ? {} : { findMutator: options.findMutator }),
      upcasters: options.upcasters,
    });
    const pull = parsed(
      createPull({ ...deps, ...(options.maxRows === undefined ? {} : { maxRows: options.maxRows }) }),
    );
    return { timeline, push, pull };
  };

  let running = await start();
  /** Devices here are made by being named; a device of the product is given its scopes when it is made. */
  const ensureGranted = async (actor: TestActor) => {
    if (granted.has(actor.deviceId)) return;
    granted.add(actor.deviceId);
    if ((await listGrants(db, actor.deviceId)).length > 0) return;
    await db.transaction((tx) => insertGrants(tx, actor, 1, firstGrants(actor), clock.now));
  };
  const issued = (actor: TestActor): TestActor => ({
    ...actor,
    incarnation: Math.max(actor.incarnation, incarnations.get(actor.deviceId) ?? 1),
  });

  return {
    opened,
    timeline: () => running.timeline,
    push: async (actor, request) => {
      await ensureGranted(actor);
      return running.push(actor, request);
    },
    pull: async (actor, request) => {
      await ensureGranted(actor);
      return running.pull(actor, request);
    },
    pokes,
    hq,
    clock,
    rows: async (scopes) => {
      const { rows } = await db.execute<{ type: string; id: string; fields: unknown }>(
        sql`SELECT type, id, fields FROM entities WHERE NOT deleted AND scope IN ${scopes}`,
      );
      return new Map(rows.map(({ type, id, fields }) => [`${type}:${id}`, canonicalJson(fields)]));
    },
    digests: async (scopes) =>
      Object.fromEntries((await readHeads(db, scopes)).map(({ scope, digest }) => [scope, digest])),
    grant: async (actor, shopIds, lateUntil) => {
      await ensureGranted(actor);
      await db.transaction((tx) => setShops(tx, actor, shopIds, { lateUntil, now: clock.now }));
    },
    rekey: (actor) => {
      const incarnation = issued(actor).incarnation + 1;
      incarnations.set(actor.deviceId, incarnation);
      return Promise.resolve({ incarnation });
    },
    backUp: async () => {
      const tables: Record<string, string> = {};
      for (const table of TABLES) {
        const { rows } = await db.execute<{ all: string }>(
          sql.raw(`SELECT coalesce(jsonb_agg(t), '[]')::text AS all FROM ${table} t`),
        );
        tables[table] = rows[0]?.all ?? '[]';
      }
      return tables;
    },
    restore: async (backup) => {
      await empty();
      granted.clear();
      for (const table of TABLES) {
        const name = sql.raw(table);
        const columns = sql.raw((await storedColumns({ db }, table)).join(', '));
        await db.execute(
          sql`INSERT INTO ${name} (${columns})
              SELECT ${columns} FROM jsonb_populate_recordset(null::${name}, ${backup[table]}::text::jsonb)`,
        );
      }
      running = await start();
    },
    close: () => opened.close(),
  };
}

/** What a device does, without a device: it numbers, signs and sends. */
export function createWriter(world: Pick<ServerWorld, 'push' | 'pull' | 'clock'>, actor: TestActor) {
  let mid = 0;
  let ticket: string | undefined;
  let epoch: string | undefined;
  let answered = 0;
  const make = (name: string, args: unknown, changes: Partial<Mutation> = {}): Mutation => {
    mid += 1;
    const body = { mid, name, args, schema: SCHEMA, hlc: encodeHlc({ ms: world.clock.now, count: mid }), ...changes };
    return { ...body, base: {}, h: mutationHash(sha256, body) };
  };
  const request = (mutations: readonly Mutation[], changes: Partial<PushRequest> = {}): PushRequest => ({
    proto: PROTOCOL,
    schema: SCHEMA,
    writer: { deviceId: actor.deviceId, incarnation: actor.incarnation },
    sentAt: world.clock.now,
    nextTicket: crypto.randomUUID(),
    answeredMid: answered,
    mutations: [...mutations],
    ...(ticket === undefined ? {} : { ticket }),
    ...(epoch === undefined ? {} : { epoch }),
    ...changes,
  });
  return {
    actor,
    make,
    request,
    /** Sends and takes the answer to heart. */
    send: async (...mutations: readonly Mutation[]): Promise<PushReply> => {
      const reply = await world.push(actor, request(mutations));
      ({ ticket, epoch } = reply);
      answered = reply.outcomes.at(-1)?.mid ?? answered;
      return reply;
    },
    /** The server acts, the answer is lost. */
    sendAndLoseReply: (...mutations: readonly Mutation[]): Promise<PushReply> => world.push(actor, request(mutations)),
    pull: (cursors: Record<string, number> = {}, ofEpoch = epoch): Promise<PullReply> =>
      world.pull(actor, {
        proto: PROTOCOL,
        schema: SCHEMA,
        writer: { deviceId: actor.deviceId, incarnation: actor.incarnation },
        cursors,
        ...(ofEpoch === undefined ? {} : { epoch: ofEpoch }),
      }),
  };
}

/** Rows as comparable text, without versions. */
export const rowsText = (rows: readonly { type: string; id: string; fields: unknown }[]): string[] =>
  rows.map(({ type, id, fields }) => canonicalJson([type, id, fields])).toSorted();
