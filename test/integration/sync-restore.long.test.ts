/**
 * What a person does to a shop of real processes: puts the server back to a backup while its devices go on, and starts a
 * copy of a device's folder beside the device.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { judge } from '#test/simulation/sync-kills-judge.ts';
import { createWatch, standing } from '#test/simulation/sync-kills-watch.ts';
import { beginWork, type Ledger } from '#test/simulation/sync-kills-work.ts';
import { DEVICES, type KillsWorld, startKillsWorld } from '#test/simulation/sync-kills-world.ts';
import { type Service, startService, until } from '../../scripts/processes.ts';

const SEED = 20_261_121;
let folder: string;
let world: KillsWorld | undefined;
let copy: Service | undefined;
afterEach(async () => {
  await copy?.kill();
  await world?.close();
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function begin(isEmbedded: boolean): Promise<KillsWorld> {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-restore-'));
  const shop = await startKillsWorld({ folder: join(folder, 'shop'), seed: SEED, isEmbedded });
  const watch = createWatch(shop, Number.POSITIVE_INFINITY);
  await until('every device to know its shop', () => (watch.hasBegun() ? true : undefined));
  return shop;
}

/** Until nothing is left to print or to send; then all of them are stopped, the copy included. */
async function settle(shop: KillsWorld, isCopySettled: () => boolean = () => true) {
  const watch = createWatch(shop, Number.POSITIVE_INFINITY);
  await until('everything to be printed', () => (watch.isPrinted() ? true : undefined), 120_000, 250);
  await until(
    'everybody to have everything',
    () => (watch.isSettled() && isCopySettled() ? true : undefined),
    120_000,
    250,
  );
  await Promise.all([...DEVICES.map((name) => shop.stop(name)), copy?.stop()]);
  copy = undefined;
  await shop.stop('server');
}

const epochOf = (shop: KillsWorld): string =>
  (JSON.parse(readFileSync(join(shop.serverFolder, 'sync-guard.json'), 'utf8')) as { epoch: string }).epoch;

test('I16 a server put back to an older backup, twice, while its devices sell on: nothing is lost, nothing doubled', async () => {
  // Over the embedded database a backup is a copy of its folder; the journal is no part of it.
  world = await begin(true);
  const pg = join(world.serverFolder, 'pg');
  const backup = join(folder, 'backup');
  const work = beginWork(world, SEED, { areReturnsOwn: true, acts: 40 });
  const epochs = [epochOf(world)];
  await delay(1500);
  await world.stop('server');
  cpSync(pg, backup, { recursive: true });
  await world.start('server');
  for (let n = 0; n < 2; n += 1) {
    await delay(2000);
    await world.kill('server');
    for (const gone of [pg, join(world.serverFolder, 'sync-journal.jsonl')]) rmSync(gone, { recursive: true });
    cpSync(backup, pg, { recursive: true });
    await delay(500);
    await world.start('server');
    epochs.push(epochOf(world));
  }
  await delay(1000);
  await work.end();
  await settle(world);
  expect(new Set(epochs).size).toBe(3);
  const { broken } = await judge(world, work.ledger);
  expect([...world.deaths, ...work.ledger.broken, ...broken]).toEqual([]);
  expect(work.ledger.sales.length).toBeGreaterThan(10);
}, 240_000);

test('I18 a device and a copy of its folder at work at once: both histories are kept, under two names', async () => {
  world = await begin(true);
  const shop = world;
  const free = { isKioskFree: true, acts: 20 };
  const before = beginWork(shop, SEED, free);
  await delay(1500);
  await before.end();
  await shop.stop('kiosk');
  cpSync(join(folder, 'shop', 'kiosk'), join(folder, 'copy'), { recursive: true });
  await shop.start('kiosk');
  const flags = shop.argsOf('kiosk').filter((flag) => !/^--(data-dir|port)=/.test(flag));
  const args = [...flags, `--data-dir=${join(folder, 'copy')}`, '--port=0'];
  copy = await startService({ name: 'copy', args, timeoutMs: 120_000 });
  const one = beginWork(shop, SEED + 1, free);
  const other = beginWork({ ...shop, process: () => copy }, SEED + 2, { ...free, devices: ['kiosk'] });
  await delay(3000);
  await Promise.all([one.end(), other.end()]);

  const copied = join(folder, 'copy', 'device.db');
  await settle(shop, () => {
    const [mine, its] = [standingOf(shop.dataFile('kiosk')), standingOf(copied)];
    return its.unsent === 0 && its.shownOver === 0 && sameCursors(mine.cursors, its.cursors);
  });
  const incarnations = [standingOf(shop.dataFile('kiosk')), standingOf(copied)].map(({ incarnation }) => incarnation);
  expect(new Set(incarnations).size).toBe(2);
  const ledger = together([before.ledger, one.ledger, other.ledger]);
  const { broken } = await judge(shop, ledger, { copiesOfKiosk: [copied] });
  expect([...shop.deaths, ...ledger.broken, ...broken]).toEqual([]);
  expect(one.ledger.visits.length).toBeGreaterThan(2);
  expect(other.ledger.visits.length).toBeGreaterThan(2);
}, 240_000);

function standingOf(file: string) {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return standing(db);
  } finally {
    db.close();
  }
}

const sameCursors = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([scope, ver]) => b.get(scope) === ver);

const together = (ledgers: readonly Ledger[]): Ledger => ({
  sales: ledgers.flatMap(({ sales }) => sales),
  returns: ledgers.flatMap(({ returns }) => returns),
  visits: ledgers.flatMap(({ visits }) => visits),
  paidAtKiosk: new Map(ledgers.flatMap(({ paidAtKiosk }) => [...paidAtKiosk])),
  cancelledAtKiosk: new Set(ledgers.flatMap(({ cancelledAtKiosk }) => [...cancelledAtKiosk])),
  reports: ledgers.flatMap(({ reports }) => reports),
  refusals: new Map(ledgers.flatMap(({ refusals }) => [...refusals])),
  broken: ledgers.flatMap(({ broken }) => broken),
});
