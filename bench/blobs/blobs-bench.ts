/**
 * Does a sale still reach headquarters while a shop sends its photos? A server process, a till process, and a page of
 * headquarters that listens for hints and reads the list, all on loopback.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import axios from 'axios';
import { io } from 'socket.io-client';
import { type Participant, startParticipant } from '../sync/driver.ts';
import { instant } from '../sync/participant.ts';
import { startPostgres } from '../sync/postgres.ts';
import { ms, quantile, seconds, type Table } from '../table.ts';
import type { ShopOnTheAir } from './server-process.ts';

const PHOTO_BYTES = 8 * 1024 * 1024;
const TOTAL_BYTES = Number(process.env['BENCH_BLOB_MIB'] ?? 2048) * 1024 * 1024;
const COUNT = Math.ceil(TOTAL_BYTES / PHOTO_BYTES);
const SALE_EVERY_MS = 500;
const QUIET_SALES = 40;
/** A sale that is not seen by then counts as this late. */
const PATIENCE_MS = 30_000;
const UNBOUND = 0;
const DEFAULT_KIBPS = 1024;
const SAMPLE_MS = 60_000;

export async function run(): Promise<Table> {
  const rows: string[][] = [];
  const postgres = await startPostgres();
  const database = await postgres?.database();
  try {
    if (database !== undefined) rows.push(...(await measure('PostgreSQL', { DATABASE_URL: database.url })));
    else rows.push(...(await measure('PGlite', {})));
  } finally {
    await database?.drop();
    postgres?.stop();
  }
  return {
    title: 'A sale while photos are sent',
    how:
      `${COUNT} photos of 8 MiB wait on a till, which sells every ${SALE_EVERY_MS} ms: from the sale to the list of ` +
      'headquarters, which is read when the hint comes. First nothing is sent, then all of it as fast as the line of ' +
      'loopback and both disks allow, then some more at the bound that is set by default. The goal is 5 s.',
    columns: ['', 'sent', 'in', 'sales', 'p50', 'p99', 'max', 'till peak', 'server peak'],
    rows,
  };
}

async function measure(name: string, env: Readonly<Record<string, string>>): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-blobs-'));
  const server = await startParticipant('bench/blobs/server-process.ts', { ...env, DATA_DIR: join(folder, 'server') });
  const tills: Participant[] = [];
  const openTill = async (shop: ShopOnTheAir, rateKiBps: number, as: string): Promise<Participant> => {
    const till = await startParticipant('bench/blobs/till-process.ts', { DATA_DIR: join(folder, as) });
    tills.push(till);
    await till.ask('open', { ...shop, rateKiBps });
    return till;
  };
  try {
    const shop = await server.ask<ShopOnTheAir>('start');
    const page = await openPage(shop);
    const till = await openTill(shop, UNBOUND, 'till');
    await till.ask('fill', { count: COUNT, bytes: PHOTO_BYTES });
    let sold = 0;
    const sellWhile = async (goesOn: () => Promise<boolean>): Promise<number[]> => {
      const delays: Promise<number>[] = [];
      while (await goesOn()) {
        const { at, id } = await till.ask<{ at: number; id: string }>('sell', { n: (sold += 1) });
        delays.push(page.seen(id).then((seenAt) => seenAt - at));
        await pause(SALE_EVERY_MS);
      }
      return Promise.all(delays);
    };
    const still = await sellWhile(() => Promise.resolve(sold < QUIET_SALES));

    const from = performance.now();
    await till.ask('upload');
    const busy = await sellWhile(async () => (await waitingOf(till)) > 0);
    const took = performance.now() - from;
    const peaks = async () => [`${(await till.weigh()).peakMiB} MiB`, `${(await server.weigh()).peakMiB} MiB`];
    const figures = (delays: readonly number[]) => [
      String(delays.length),
      ms(quantile(delays, 0.5)),
      ms(quantile(delays, 0.99)),
      ms(Math.max(...delays)),
    ];
    const rows = [
      [`${name}, nothing sent`, '-', '-', ...figures(still), '-', '-'],
      [
        `${name}, unbound`,
        `${(COUNT * PHOTO_BYTES) / 1024 ** 2} MiB`,
        seconds(took),
        ...figures(busy),
        ...(await peaks()),
      ],
    ];
    page.close();
    return [...rows, await atDefault(folder)];
  } finally {
    for (const till of tills) await till.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** With the bound of the settings, on a server with the embedded database: for a minute. */
async function atDefault(folder: string): Promise<string[]> {
  const server = await startParticipant('bench/blobs/server-process.ts', { DATA_DIR: join(folder, 'server2') });
  const till = await startParticipant('bench/blobs/till-process.ts', { DATA_DIR: join(folder, 'till2') });
  try {
    const shop = await server.ask<ShopOnTheAir>('start');
    const page = await openPage(shop);
    await till.ask('open', { ...shop, rateKiBps: DEFAULT_KIBPS });
    await till.ask('fill', { count: 16, bytes: PHOTO_BYTES });
    await till.ask('upload');
    const delays: Promise<number>[] = [];
    const from = performance.now();
    for (let n = 1; performance.now() - from < SAMPLE_MS; n += 1) {
      const { at, id } = await till.ask<{ at: number; id: string }>('sell', { n });
      delays.push(page.seen(id).then((seenAt) => seenAt - at));
      await pause(SALE_EVERY_MS);
    }
    const all = await Promise.all(delays);
    const left = await till.ask<{ bytes: number; sentBytes: number }>('waiting');
    const sent = 16 * PHOTO_BYTES - left.bytes + left.sentBytes;
    page.close();
    return [
      `PGlite, ${DEFAULT_KIBPS} KiB/s`,
      `${Math.round(sent / 1024 ** 2)} MiB`,
      seconds(performance.now() - from),
      String(all.length),
      ms(quantile(all, 0.5)),
      ms(quantile(all, 0.99)),
      ms(Math.max(...all)),
      `${(await till.weigh()).peakMiB} MiB`,
      `${(await server.weigh()).peakMiB} MiB`,
    ];
  } finally {
    await till.close();
    await server.close();
  }
}

const waitingOf = async (till: Participant): Promise<number> => (await till.ask<{ count: number }>('waiting')).count;

/** A page of headquarters: told that orders have changed, it reads the list. */
async function openPage({ url, hq }: ShopOnTheAir) {
  const http = axios.create({ baseURL: url, proxy: false });
  const { headers } = await http.post('/auth/sign-in', hq);
  const cookie = headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
  const waiting = new Map<string, (at: number) => void>();
  let reading = false;
  let again = false;
  const read = async (): Promise<void> => {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    do {
      again = false;
      const { data } = await http.get<{ orders: { order: { id: string } }[] }>('/hq/orders?limit=50', {
        headers: { cookie },
      });
      for (const { order } of data.orders) {
        waiting.get(order.id)?.(instant());
        waiting.delete(order.id);
      }
    } while (again);
    reading = false;
  };
  const socket = io(`${url}/hq`, { transports: ['websocket'], extraHeaders: { cookie } });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  socket.on('changed', () => void read());
  return {
    seen: (id: string) =>
      Promise.race([
        new Promise<number>((resolve) => waiting.set(id, resolve)),
        pause(PATIENCE_MS, undefined, { ref: false }).then(() => instant()),
      ]),
    close: () => socket.disconnect(),
  };
}
