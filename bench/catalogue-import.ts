/**
 * A catalogue from a file at headquarters to a till: a server process, an enrolled device process, 100,000 rows; then the
 * same table with 1 % of its prices changed. On the embedded database, and on PostgreSQL where `TEST_DATABASE_URL` says one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectDevice } from '#cli/device-client.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { csvHeader, writeCsvItem } from '#shared/catalogue/csv-row.rules.ts';
import { HqImport } from '#shared/hq/catalogue.api.ts';
import { deviceOf, loginOf, prepareDemo } from '../scripts/demo-data.ts';
import { startService, until } from '../scripts/processes.ts';
import { catalogueOf } from './catalogue-data.ts';
import { createDatabase } from './sync/postgres.ts';
import { quantile, seconds, type Table } from './table.ts';

const ITEMS = 100_000;
const LIMIT_MS = 300_000;
/** How often the server is asked whether it is alive while it works. */
const PING_MS = 25;

export async function run(): Promise<Table> {
  const rows = [...(await measure('PGlite (embedded)', undefined))];
  const url = process.env['TEST_DATABASE_URL'];
  if (url !== undefined) {
    const database = await createDatabase(url);
    try {
      rows.push(...(await measure('PostgreSQL', database.url)));
    } finally {
      await database.drop();
    }
  }
  return {
    title: 'Import of a catalogue',
    how:
      `A CSV of ${ITEMS.toLocaleString('en')} rows (${Math.round(tableOf(catalogueOf(ITEMS)).length / 1_048_576)} MiB) for one shop, from the upload to the till. ` +
      `The server is asked for its health every ${PING_MS} ms meanwhile.`,
    columns: [
      'server database',
      'rows',
      'checked',
      'applied',
      'at the till',
      'found by name there',
      'server answers p99',
      'max',
    ],
    rows,
  };
}

const tableOf = (items: readonly CatalogueItem[]): string => `${csvHeader()}${items.map(writeCsvItem).join('')}`;

async function measure(name: string, databaseUrl: string | undefined): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  Object.assign(process.env, database);
  const nowhere = (port: number) => ({ ip: '127.0.0.1', port });
  const demo = await prepareDemo(join(folder, 'server'), undefined, { cashier: nowhere(8), kiosk: nowhere(9) });
  delete process.env['DATABASE_URL'];
  const server = await startService({
    name: 'server',
    args: ['sync-server/server.ts'],
    env: {
      ...database,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: join(folder, 'server'),
      LOG_LEVEL: 'error',
      RATE_FACTOR: '1000',
    },
  });
  const { code = '' } = deviceOf(demo, 'cashier');
  const device = await startService({
    name: 'device',
    args: [
      'src/main/headless.ts',
      '--mode=cashier',
      `--data-dir=${join(folder, 'device')}`,
      '--port=0',
      `--server=${server.ready.url}`,
      '--enrol',
      code,
    ],
  });
  try {
    const call = await signIn(server.ready.url, loginOf(demo, 'hq_admin'));
    const shopId = demo.shops[0]?.id ?? '';
    const items = catalogueOf(ITEMS);
    const dearer = items.map((item, n) => (n % 100 === 0 ? { ...item, priceMinor: item.priceMinor + 100 } : item));
    return [
      [name, 'all new', ...(await importAndPull(call, device.ready.url, shopId, items))],
      [name, '1 % repriced', ...(await importAndPull(call, device.ready.url, shopId, dearer))],
    ];
  } finally {
    await device.stop();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

type Call = (method: 'GET' | 'POST', path: string, body?: string, type?: string) => Promise<Response>;

async function signIn(
  url: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Call> {
  const send = (method: string, path: string, cookie: string, body?: string, type?: string) =>
    fetch(`${url}${path}`, {
      method,
      headers: { origin: url, cookie, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    });
  const reply = await send('POST', '/auth/sign-in', '', JSON.stringify({ email, password }), 'application/json');
  const cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
  return (method, path, body, type) => send(method, path, cookie, body, type);
}

async function importAndPull(
  call: Call,
  deviceUrl: string,
  shopId: string,
  items: readonly CatalogueItem[],
): Promise<string[]> {
  const health = watchHealth(call);
  const started = performance.now();
  const reply = await call('POST', `/hq/catalogue/imports?shopId=${shopId}`, tableOf(items), 'text/csv');
  const { id } = HqImport.parse(await reply.json());
  await become(call, id, 'ready');
  const checked = performance.now();
  await call('POST', `/hq/catalogue/imports/${id}/apply`);
  await become(call, id, 'applied');
  const applied = performance.now();
  const answers = await health.stop();
  const till = await connectDevice(deviceUrl);
  const last = items.findLast((_, n) => n % 100 === 0);
  const arrived = (of: CatalogueItem | null | undefined) => (of?.priceMinor === last?.priceMinor ? true : undefined);
  await until(
    'the till',
    async () => arrived(await till.rpc.catalogue.byBarcode({ barcode: last?.barcode ?? '' })),
    LIMIT_MS,
    20,
  );
  const pulled = performance.now();
  const words = items.at(-1);
  await until(
    'the shelf of the till',
    async () =>
      (await till.rpc.catalogue.search({ text: words?.sku ?? '', limit: 1 }))[0]?.id === undefined ? undefined : true,
    LIMIT_MS,
    20,
  );
  const found = performance.now();
  till.close();
  return [
    seconds(checked - started),
    seconds(applied - checked),
    seconds(pulled - applied),
    seconds(found - applied),
    `${quantile(answers, 0.99).toFixed(0)} ms`,
    `${Math.max(...answers).toFixed(0)} ms`,
  ];
}

const become = (call: Call, id: string, status: HqImport['status']): Promise<true> =>
  until(
    `the import to be ${status}`,
    async () => {
      const one = HqImport.parse(await (await call('GET', `/hq/catalogue/imports/${id}`)).json());
      if (one.status === 'invalid' || one.status === 'failed') throw new Error(JSON.stringify(one.errors.slice(0, 3)));
      return one.status === status ? true : undefined;
    },
    LIMIT_MS,
    100,
  );

/** How long the server takes to say that it lives, which needs its thread and not its database. */
function watchHealth(call: Call) {
  const answers: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const asked = performance.now();
      await (await call('GET', '/healthz')).text();
      answers.push(performance.now() - asked);
      await pause(PING_MS);
    }
  })();
  // What breaks the import tells more than that the server is gone.
  watching.catch(() => undefined);
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return answers;
    },
  };
}
