/**
 * A power cut at any instant: the server on its embedded database and a till run under a shim that keeps what their disks
 * have for certain. Opened again from there, what a person was answered is there, and what a device may forget is on the
 * server. `npm test` cuts at a few dozen instants.
 */
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '#main/db/open.ts';
import { createStateRepo } from '#main/sync/state.repo.ts';
import { openDb } from '#server/db/db.ts';
import { openSync } from '#server/sync/sync.service.ts';
import { createTestCore, quietLog } from '#test/doubles/core-double.ts';
import { type Seeded, seeded } from '#test/simulation/seeded.ts';
import { judge } from '#test/simulation/sync-kills-judge.ts';
import { createWatch, standing } from '#test/simulation/sync-kills-watch.ts';
import { beginWork, type Ledger } from '#test/simulation/sync-kills-work.ts';
import { DEVICES, type KillsWorld, startKillsWorld } from '#test/simulation/sync-kills-world.ts';
import { createTestDevice, expectedRows } from '#test/sync/device-world.ts';
import { quiet } from '#test/sync/server-world.ts';
import { ROOT, until } from '../../scripts/processes.ts';
import { buildShim, type Flush, leastImage, readFlushes, tornImage, writeImage } from './power-loss-disk.ts';

const SEED = 20_261_121;
const WORK_MS = 6000;
const PHOTOGRAPHS = 2;
const TILL = 'till-1';

let folder: string;
let world: KillsWorld;
let ledger: Ledger;
let flushes: { readonly till: readonly Flush[]; readonly server: readonly Flush[] };
/** The embedded database does not flush: its folder as it was when everything stood still, and when that was. */
const photographs: { readonly at: number; readonly folder: string }[] = [];
let endedAt: number;
const library = { path: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-power-loss-'));
  const built = process.platform === 'linux' ? buildShim('power-loss-shim.c', folder) : undefined;
  if (built === undefined) return;
  library.path = built;
  const shimOf = (name: 'server' | typeof TILL) => {
    const out = join(folder, `flushed-${name}`);
    mkdirSync(out);
    return { LD_PRELOAD: built, POWER_LOSS_ROOT: join(folder, 'shop', name), POWER_LOSS_OUT: out };
  };
  const shims = { server: shimOf('server'), [TILL]: shimOf(TILL) };
  world = await startKillsWorld({
    folder: join(folder, 'shop'),
    seed: SEED,
    isEmbedded: true,
    envOf: (name) => (name === 'server' || name === TILL ? shims[name] : {}),
  });
  const watch = createWatch(world, Number.POSITIVE_INFINITY);
  await until('every device to know its shop', () => (watch.hasBegun() ? true : undefined));
  const work = beginWork(world, SEED, { acts: 40 });
  for (let n = 0; n < PHOTOGRAPHS; n += 1) {
    const photograph = join(folder, `photograph-${n}`);
    world.freeze('server');
    // The signal is not there before it is there.
    await delay(50);
    cpSync(join(world.serverFolder, 'pg'), join(photograph, 'pg'), { recursive: true });
    photographs.push({ at: Date.now(), folder: photograph });
    world.thaw('server');
    await delay(WORK_MS / PHOTOGRAPHS);
  }
  await work.end();
  ({ ledger } = work);
  await Promise.all([...DEVICES, 'server' as const].map((name) => world.kill(name)));
  endedAt = Date.now();
  flushes = {
    till: readFlushes(join(folder, `flushed-${TILL}`)),
    server: readFlushes(join(folder, 'flushed-server')),
  };
}, 180_000);

afterAll(async () => {
  await world?.close();
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('a power cut', () => {
  test('the shim saw both of them flush', ({ skip }) => {
    if (library.path === '') return skip('needs Linux and a C compiler');
    expect(flushes.till.length).toBeGreaterThan(50);
    expect(flushes.server.length).toBeGreaterThan(10);
    expect(ledger.sales.length).toBeGreaterThan(5);
  });

  test('I2 I3 at the till: every sale that was answered is there, whole, and the view is its base and its outbox', async ({
    skip,
  }) => {
    if (library.path === '') return skip('needs Linux and a C compiler');
    const chance = seeded(SEED, 2);
    // Before its first answer a till has promised nothing.
    const first = Math.min(...answeredAtTill().map(({ answeredAt }) => answeredAt ?? endedAt));
    const from = flushes.till.findIndex(({ at }) => at >= first);
    for (let n = 0; n < 40; n += 1) {
      const cut = chance.int(from, flushes.till.length - 1);
      const kept = flushes.till.slice(0, cut);
      const next = flushes.till[cut];
      const at = flushes.till[cut - 1]?.at ?? 0;
      const image = n % 2 === 0 || next === undefined ? leastImage(kept) : tornImage(kept, next, chance);
      await openTill(image, `till-${n}`, (till) => {
        expect(till.setAside, `cut ${cut}`).toBeUndefined();
        for (const { id, answeredAt = endedAt } of answeredAtTill()) {
          // The answer was heard after this instant began: the clock has no finer hands than a millisecond.
          if (answeredAt + 1 < at) expect(till.orders.has(id), `cut ${cut}: the sale ${id}`).toBe(true);
        }
        expect(till.shown, `cut ${cut}`).toEqual(till.expected);
        expect(till.gaps, `cut ${cut}`).toBe(0);
        expect(till.isClockAhead, `cut ${cut}`).toBe(true);
      });
    }
  }, 120_000);

  test('I2 at the server: what the till may forget is there, over every older state of the database', async ({
    skip,
  }) => {
    if (library.path === '') return skip('needs Linux and a C compiler');
    const chance = seeded(SEED, 3);
    for (const [n, photograph] of photographs.entries()) {
      for (const at of [endedAt, chance.int(photograph.at, endedAt)]) {
        const name = `server-${n}-${at}`;
        const till = flushes.till.filter((flush) => flush.at <= at);
        let durable = { deviceId: '', incarnation: 0, durableMid: 0 };
        await openTill(leastImage(till), `${name}-till`, ({ state }) => {
          durable = state;
        });
        const server = await openServer(name, photograph.folder, at, chance);
        expect(server.lastMid(durable), name).toBeGreaterThanOrEqual(durable.durableMid);
        // Half of a line that nobody was answered may be there.
        if (!server.isTorn) expect(server.unreadable, name).toEqual([]);
      }
    }
  }, 180_000);

  test('I1 I2 I5 I16 both cut at once, two devices that go on: everything answered is everywhere, once', async ({
    skip,
  }) => {
    if (library.path === '') return skip('needs Linux and a C compiler');
    const [photograph] = photographs;
    const shop = join(folder, 'shop');
    for (const name of [TILL, 'server']) renameSync(join(shop, name), join(folder, `before-${name}`));
    writeImage(leastImage(flushes.till), join(shop, TILL), join(shop, TILL));
    writeImage(leastImage(flushes.server), join(shop, 'server'), join(shop, 'server'));
    rmSync(join(shop, 'server', 'pg'), { recursive: true, force: true });
    cpSync(join(photograph?.folder ?? '', 'pg'), join(shop, 'server', 'pg'), { recursive: true });
    await world.start('server');
    await Promise.all(DEVICES.map((name) => world.start(name)));
    const watch = createWatch(world, Number.POSITIVE_INFINITY);
    await until('everything to be printed', () => (watch.isPrinted() ? true : undefined), 120_000, 250);
    await until('everybody to have everything', () => (watch.isSettled() ? true : undefined), 120_000, 250);
    await Promise.all(DEVICES.map((name) => world.stop(name)));
    await world.stop('server');
    const { broken } = await judge(world, ledger);
    expect([...world.deaths, ...ledger.broken, ...broken]).toEqual([]);
  }, 240_000);
});

const answeredAtTill = () => ledger.sales.filter(({ by, answeredAt }) => by === TILL && answeredAt !== undefined);

interface OpenTill {
  readonly setAside: string | undefined;
  readonly orders: ReadonlySet<string>;
  readonly shown: unknown;
  readonly expected: unknown;
  readonly gaps: number;
  readonly isClockAhead: boolean;
  readonly state: { readonly deviceId: string; readonly incarnation: number; readonly durableMid: number };
}

/** As a start after the power is back finds it. */
async function openTill(image: ReadonlyMap<string, Buffer>, name: string, look: (till: OpenTill) => void) {
  const here = join(folder, name);
  mkdirSync(here);
  writeImage(image, join(folder, 'shop', TILL), here);
  const opened = await openDatabase({
    file: join(here, 'device.db'),
    migrationsFolder: join(ROOT, 'drizzle/device'),
    log: quietLog,
    now: Date.now,
  });
  try {
    const { $client: client } = opened.db;
    const state = createStateRepo(opened.db).find();
    const identity = client.prepare(`SELECT value FROM device_state WHERE key = 'identity'`).pluck().get();
    const actor = JSON.parse(String(identity)) as Parameters<typeof createTestDevice>[0]['actor'];
    const nowhere = () => {
      throw new Error('this device meets no server');
    };
    const device = createTestDevice({ world: nowhere, actor, core: { ...createTestCore(), db: opened.db } });
    const { nextMid } = standing(client);
    const count = client.prepare<[], number>('SELECT count(*) FROM sync_outbox').pluck().get() ?? 0;
    const ahead = client.prepare('SELECT count(*) FROM sync_outbox o, sync_state s WHERE o.hlc > s.hlc').pluck().get();
    look({
      setAside: opened.info.setAside,
      orders: new Set(client.prepare<[], string>('SELECT id FROM orders').pluck().all()),
      shown: device.rows(),
      expected: expectedRows(device),
      gaps: nextMid - 1 - count,
      isClockAhead: ahead === 0,
      state: {
        deviceId: state?.deviceId ?? '',
        incarnation: state?.incarnation ?? 0,
        durableMid: state?.durableMid ?? 0,
      },
    });
  } finally {
    opened.close();
    rmSync(here, { recursive: true, force: true });
  }
}

/** The journal and the guard as the disk has them for certain at an instant, over an older state of the database. */
async function openServer(name: string, photograph: string, at: number, chance: Seeded) {
  const here = join(folder, name);
  const kept = flushes.server.filter((flush) => flush.at <= at);
  const next = flushes.server[kept.length];
  const isTorn = next !== undefined && chance.next() < 0.5;
  const image = isTorn ? tornImage(kept, next, chance) : leastImage(kept);
  mkdirSync(here);
  writeImage(image, world.serverFolder, here);
  rmSync(join(here, 'pg'), { recursive: true, force: true });
  cpSync(join(photograph, 'pg'), join(here, 'pg'), { recursive: true });
  const unreadable: unknown[] = [];
  const opened = await openDb({ dataDir: here, migrationsDir: join(ROOT, 'drizzle/server') });
  try {
    const sync = await openSync({
      opened: { db: opened.db, kind: 'embedded' },
      dataDir: here,
      live: { poke: () => undefined, hqChanged: () => undefined },
      now: Date.now,
      newId: () => crypto.randomUUID(),
      randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
      log: { ...quiet, error: (fields) => void unreadable.push(fields) },
    });
    const { rows } = await opened.db.execute<{ key: string; lastMid: number }>(
      sql`SELECT device_id || '/' || incarnation AS key, last_mid AS "lastMid" FROM sync_writers`,
    );
    await sync.close();
    const lastMids = new Map(rows.map(({ key, lastMid }) => [key, Number(lastMid)]));
    return {
      unreadable,
      isTorn,
      lastMid: ({ deviceId, incarnation }: { deviceId: string; incarnation: number }) =>
        lastMids.get(`${deviceId}/${incarnation}`) ?? 0,
    };
  } finally {
    await opened.close();
    rmSync(here, { recursive: true, force: true });
  }
}
