/** A till whose disk is full: nothing is begun that could not be written down first, and nothing of it is lost or doubled. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { afterEach, expect, test } from 'vitest';
import { connectDevice } from '#cli/device-client.ts';
import type { FnDocument } from '#emulators/kkt/model.ts';
import { startRegister } from '#emulators/kkt/register.ts';
import { taskIdOf } from '#test/simulation/fiscal-judge.ts';
import { createWatch } from '#test/simulation/sync-kills-watch.ts';
import { type KillsWorld, startKillsWorld } from '#test/simulation/sync-kills-world.ts';
import { staffOf } from '../../scripts/demo-data.ts';
import { until } from '../../scripts/processes.ts';
import { signInAs } from '../../scripts/sign-in.ts';
import { buildShim } from './power-loss-disk.ts';

let folder: string;
let world: KillsWorld | undefined;
afterEach(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('AU-10 disk full: no receipt is begun and no sale is made; with room again the one that waited is printed once', async ({
  skip,
}) => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-disk-full-'));
  const library = process.platform === 'linux' ? buildShim('sync-disk-full-shim.c', folder) : undefined;
  if (library === undefined) return skip('needs Linux and a C compiler');
  const flag = join(folder, 'full');
  const shop = join(folder, 'shop');
  const env = { LD_PRELOAD: library, DISK_FULL_FLAG: flag, DISK_FULL_ROOT: join(shop, 'till-1') };
  world = await startKillsWorld({
    folder: shop,
    seed: 1,
    isEmbedded: true,
    envOf: (name) => (name === 'till-1' ? env : {}),
  });
  const here = world;
  const watch = createWatch(here, Number.POSITIVE_INFINITY);
  await until('every device to know its shop', () => (watch.hasBegun() ? true : undefined));
  const [till, other] = [await counterOf(here, 'till-1'), await counterOf(here, 'till-2')];

  await till.sell(crypto.randomUUID());
  await until('the first receipt', () => (watch.isPrinted() ? true : undefined));
  const { url, port, pagePort } = here.registers['till-1'];
  const receipts = async () => {
    const { data } = await axios.get<FnDocument[]>(`${url}/documents`);
    return data.filter(({ kind }) => kind === 'receipt').map(taskIdOf);
  };
  expect(await receipts()).toHaveLength(1);

  // One that is sold and not printed yet.
  await here.registers['till-1'].stop();
  const waiting = await till.sell(crypto.randomUUID());
  writeFileSync(flag, '');
  const stateFile = join(shop, 'register-till-1.json');
  const options = { port, pagePort, stateFile, now: Date.now, fnSerial: '9999078902001234', timeZone: 'Europe/Moscow' };
  const register = await startRegister(options);
  try {
    const refused = crypto.randomUUID();
    await expect(till.sell(refused)).rejects.toThrow();
    const elsewhere = await other.sell(crypto.randomUUID());
    await delay(4000);
    expect(await receipts()).toHaveLength(1);
    expect(watch.has('till-1', [waiting.orderId])).toBe(true);
    expect(watch.has('till-1', [refused])).toBe(false);

    rmSync(flag);
    await until('the one that waited', () => (watch.isPrinted() ? true : undefined), 60_000);
    expect((await receipts()).filter((id) => id === waiting.taskId)).toHaveLength(1);
    expect(await receipts()).toHaveLength(2);
    await till.sell(refused);
    await until('its own', () => (watch.isPrinted() ? true : undefined), 60_000);
    expect(await receipts()).toHaveLength(3);
    await until('everybody to have everything', () => (watch.isSettled() ? true : undefined), 60_000);
    expect(watch.has('till-1', [elsewhere.orderId])).toBe(true);
    expect(here.deaths).toEqual([]);
  } finally {
    till.close();
    other.close();
    await register.stop();
  }
}, 240_000);

async function counterOf(here: KillsWorld, name: 'till-1' | 'till-2') {
  const device = await connectDevice(here.process(name)?.ready.url ?? '');
  const { rpc } = device;
  await signInAs(rpc, staffOf(here.demo, 'cashier'));
  const [item] = await rpc.catalogue.search({ favourite: true });
  const lines = [{ itemId: item?.id ?? '', quantityMilli: 1000 }];
  return {
    sell: (id: string) =>
      rpc.payments.checkout({ id, lines, tenders: [{ type: 'cash', sumMinor: item?.priceMinor ?? 0 }] }),
    close: () => device.close(),
  };
}
