/**
 * The server of the simulation: the real server half of sync over a real database, whose process dies at drawn moments,
 * whose disk forgets what was never put on it, and which an operator puts back from a backup.
 */
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '#server/db/db.ts';
import type { AcceptedBatch, Durability } from '#server/sync/durability.ts';
import type { Guard, GuardFile } from '#server/sync/guard-file.ts';
import { createPull } from '#server/sync/pull.service.ts';
import { createPush, type Push } from '#server/sync/push.service.ts';
import { recover } from '#server/sync/recover.ts';
import { moveRows } from '#server/sync/rows.mover.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { firstGrants, type SyncActor } from '#server/sync/sync.port.ts';
import { openTimeline, type Timeline } from '#server/sync/timeline.ts';
import { raiseIncarnation } from '#server/sync/writers.repo.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { Put, RowPut } from '#shared/sync/mutator.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import { type ParsedPull, parsed } from '#test/sync/parsed-pull.ts';
import type { Seeded } from './seeded.ts';
import { Died } from './sync-device.ts';
import type { Disk, DiskImage } from './sync-image.ts';
import type { KeptDb } from './sync-statements.ts';

/** Small pages, so that a pull takes several and others write in between. */
const MAX_ROWS = 4;

/** Where the server's process dies, once. */
export type ServerDoom = 'before the commit' | 'before the journal' | 'after the journal';

export interface SimServer {
  push: Push;
  pull: ParsedPull;
  timeline(): Timeline;
  readonly db: Db;
  /** The next statement that writes fails as if the database were away. */
  outage: boolean;
  doom: ServerDoom | undefined;
  actorOf(deviceId: string): Promise<SyncActor>;
  rekey(deviceId: string): Promise<{ readonly incarnation: number }>;
  /** Headquarters writes rows of its own. */
  write(puts: readonly RowPut[]): Promise<void>;
  /** Rows go into other scopes. */
  move(puts: readonly Put[]): Promise<void>;
  /** Everything so far is on the disk, and the journal begins anew. */
  checkpoint(): Promise<void>;
  /** The process begins again over what the database holds. */
  restart(): Promise<void>;
  /** The database falls back to its last checkpoint; the journal is whole. Returns the batches that were run again. */
  cutPower(): Promise<readonly AcceptedBatch[]>;
  copy(): Promise<Backup>;
  restore(backup: Backup): Promise<readonly AcceptedBatch[]>;
}

export interface Backup {
  readonly image: DiskImage;
  /** What the journal beside the database held. */
  readonly journal: readonly AcceptedBatch[];
}

interface SimServerOptions {
  readonly kept: KeptDb;
  readonly disk: Disk;
  readonly now: () => number;
  readonly chance: Seeded;
  readonly findMutator: MutatorLookup;
  readonly organizationId: string;
  readonly devices: readonly SyncActor[];
  readonly shops: readonly string[];
  /** A statement came after the lock of the scopes' heads, which holds up every other writer of the scope. */
  readonly misplaced: () => void;
  /** Everything committed so far is on the disk. */
  readonly onCheckpoint: () => void;
  /** A statement that carries this text fails, for ever and by itself: no outage, no contention. */
  readonly poison: string;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const live = { poke: () => undefined, hqChanged: () => undefined };

export async function openServer(options: SimServerOptions): Promise<SimServer> {
  const { kept, disk, now, chance, findMutator, organizationId } = options;
  const raw = kept.db;
  await disk.wipe();
  await furnish(raw, options);

  let journal: AcceptedBatch[] = [];
  let onDisk: DiskImage;
  let guardOnDisk: Guard | undefined;
  let guardSoon: Guard | undefined;
  let counter = 0;
  const nextHex = () => (counter += 1).toString(16).padStart(32, '0');
  const newId = createIds(now, (bytes) => {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = chance.int(0, 255);
  });

  const guard: GuardFile = {
    read: () => Promise.resolve(guardOnDisk),
    write: (written) => {
      guardOnDisk = structuredClone(written);
      guardSoon = undefined;
      return Promise.resolve();
    },
    writeSoon: (written) => {
      guardSoon = structuredClone(written);
    },
    close: () => Promise.resolve(),
  };
  const durability: Durability = {
    accept: (batch) => {
      if (server.doom === 'before the journal') return die();
      journal.push(structuredClone(batch));
      if (server.doom === 'after the journal') return die();
      return Promise.resolve();
    },
    settled: () => Promise.resolve(true),
    checkpoint: async () => {
      onDisk = await disk.copy();
      options.onCheckpoint();
    },
    close: () => Promise.resolve(),
  };
  const die = <T>(): Promise<T> => {
    server.doom = undefined;
    return Promise.reject(new Died('the server'));
  };

  const db = faulty(raw, options.misplaced, (text) => {
    // Only where it is a row: what is kept of it for a person is mere text.
    const isRow = text?.includes('"expected"') === true;
    if (options.poison !== '' && isRow && text.includes(options.poison)) {
      throw Object.assign(new Error('a row that the database cannot take'), { code: '22P05' });
    }
    if (text === undefined && server.doom === 'before the commit') {
      server.doom = undefined;
      throw new Died('the server');
    }
    if (text === undefined && server.outage) {
      server.outage = false;
      throw Object.assign(new Error('the database went away'), { code: '57P01' });
    }
  });
  let timeline: Timeline;

  const server: SimServer = {
    push: () => Promise.reject(new Error('not begun')),
    pull: () => Promise.reject(new Error('not begun')),
    timeline: () => timeline,
    db: raw,
    outage: false,
    doom: undefined,
    actorOf: kept.remembering(async (deviceId: string) => {
      const { rows } = await raw.execute<{ shopId: string; incarnation: number; mode: SyncActor['mode'] }>(
        sql`SELECT shop_id AS "shopId", incarnation, mode FROM devices WHERE id = ${deviceId}`,
      );
      const [found] = rows;
      if (found === undefined) throw new AppError('auth.unauthorized', 'no such device');
      return { organizationId, deviceId, ...found };
    }),
    rekey: async (deviceId) => {
      const incarnation = await raiseIncarnation(raw, deviceId);
      if (incarnation === undefined) throw new AppError('auth.forbidden', 'no such device');
      await durability.checkpoint();
      return { incarnation };
    },
    write: async (puts) => {
      const { heads } = await raw.transaction((tx) => writeRows(tx, organizationId, puts, now()));
      timeline.saw(heads);
    },
    move: async (puts) => {
      const { heads } = await raw.transaction((tx) => moveRows(tx, organizationId, puts, now()));
      timeline.saw(heads);
    },
    checkpoint: async () => {
      await durability.checkpoint();
      journal = [];
    },
    restart: async () => {
      // The second that the guard is behind may be lost or not.
      if (guardSoon !== undefined && chance.int(0, 1) === 0) guardOnDisk = guardSoon;
      guardSoon = undefined;
      server.doom = undefined;
      server.outage = false;
      const again = journal;
      timeline = await openTimeline({
        db: raw,
        guard,
        newEpoch: nextHex,
        log: silent,
        isVolatile: true,
        recover: () => recover({ db, newId, log: silent, findMutator }, again),
      });
      await durability.checkpoint();
      const deps = { db, timeline, durability, now, newId, log: silent, live, findMutator };
      server.push = createPush(deps);
      server.pull = parsed(createPull({ ...deps, maxRows: MAX_ROWS }));
    },
    cutPower: async () => {
      await disk.put(onDisk);
      const again = [...journal];
      await server.restart();
      return again;
    },
    copy: async () => ({ image: await disk.copy(), journal: [...journal] }),
    restore: async (backup) => {
      await disk.put(backup.image);
      onDisk = backup.image;
      journal = [...backup.journal];
      await server.restart();
      return backup.journal;
    },
  };
  await server.restart();
  // Every run begins with the same rows.
  onDisk = firstImages.get(options.devices.length) ?? (await disk.copy());
  firstImages.set(options.devices.length, onDisk);
  return server;
}

const firstImages = new Map<number, DiskImage>();

/** The same database, where `before` sees every statement of a transaction, and `undefined` before its commit. */
function faulty(db: Db, misplaced: () => void, before: (text: string | undefined) => void): Db {
  const watch = (tx: Tx): Tx => {
    let hasHeads = false;
    return new Proxy(tx, {
      get: (target, name, receiver) => {
        if (name !== 'execute') return Reflect.get(target, name, receiver) as unknown;
        return (query: Parameters<Tx['execute']>[0]) => {
          const text = textOf(query);
          before(text);
          if (hasHeads) misplaced();
          if (/(INTO|UPDATE) scope_heads|scope_heads\b[^;]*FOR UPDATE/.test(text)) hasHeads = true;
          return target.execute(query);
        };
      },
    });
  };
  return new Proxy(db, {
    get: (target, name, receiver) => {
      if (name !== 'transaction') return Reflect.get(target, name, receiver) as unknown;
      return (run: (tx: Tx) => Promise<unknown>, config?: Parameters<Db['transaction']>[1]) =>
        target.transaction(async (tx) => {
          const result = await run(watch(tx));
          if (config?.accessMode !== 'read only') before(undefined);
          return result;
        }, config);
    },
  });
}

/** The texts of a statement, its parameters among them. */
function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const chunks = (query as { readonly queryChunks?: readonly unknown[] }).queryChunks ?? [];
  return chunks
    .map((chunk) => {
      if (typeof chunk === 'string') return chunk;
      const { value } = (chunk ?? {}) as { readonly value?: unknown };
      return Array.isArray(value) ? value.join('') : '';
    })
    .join(' ');
}

/** What headquarters has made before anything is sold: in one statement, for every run begins with it. */
async function furnish(db: Db, { organizationId, shops, devices, now }: SimServerOptions): Promise<void> {
  const grants = devices.flatMap((device) =>
    firstGrants(device).map((given) => ({ device_id: device.deviceId, organization_id: organizationId, ...given })),
  );
  const made = devices.map(({ deviceId, shopId, mode, incarnation }) => ({
    id: deviceId,
    shop_id: shopId,
    mode,
    incarnation,
  }));
  await db.execute(sql`
    WITH org AS (
      INSERT INTO organizations (id, name, inn, time_zone, currency, taxation_system, created_at)
      VALUES (${organizationId}, 'org', '7707083893', 'Europe/Moscow', 'RUB', 'osn', 0)
    ), stand AS (
      INSERT INTO shops (id, organization_id, name, address, created_at)
      SELECT id, ${organizationId}, id, '', 0 FROM jsonb_array_elements_text(${JSON.stringify(shops)}::text::jsonb) AS id
    ), boxes AS (
      INSERT INTO devices (id, organization_id, shop_id, name, mode, status, incarnation, created_at)
      SELECT id, ${organizationId}, shop_id, id, mode, 'active', incarnation, 0
      FROM jsonb_to_recordset(${JSON.stringify(made)}::text::jsonb) AS r (id text, shop_id text, mode text, incarnation int)
    )
    INSERT INTO device_grants (device_id, scope, granted_ver, organization_id, home, granted_at)
    SELECT device_id, scope, 1, organization_id, home, ${now()}::bigint
    FROM jsonb_to_recordset(${JSON.stringify(grants)}::text::jsonb)
      AS r (device_id text, organization_id text, scope text, home boolean)`);
}
