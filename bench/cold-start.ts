/** From starting the process to the first answered call of a screen, with a shop's history in the database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDevice } from '#cli/device-client.ts';
import { openDatabase } from '#main/db/open.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { ROOT, startService } from '../scripts/processes.ts';
import { ms, quantile, type Table } from './table.ts';

const ORDERS = 100_000;
const STARTS = 7;

export async function run(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  try {
    await fill(folder);
    const ready: number[] = [];
    const answered: number[] = [];
    for (let n = 0; n < STARTS; n += 1) {
      const started = performance.now();
      const device = await startService({
        name: 'device',
        args: ['src/main/headless.ts', '--mode', 'cashier', '--data-dir', folder, '--port', '0'],
      });
      ready.push(performance.now() - started);
      const client = await connectDevice(device.ready.url);
      await client.rpc.device.info();
      answered.push(performance.now() - started);
      client.close();
      await device.stop();
    }
    const row = (name: string, samples: readonly number[]): string[] => [
      name,
      ms(quantile(samples, 0.5)),
      ms(Math.max(...samples)),
    ];
    return {
      title: 'Cold start of a device core',
      how: `${STARTS} starts of the process on a database with ${ORDERS.toLocaleString('en')} orders, TypeScript as it is, browser shell.`,
      columns: ['', 'p50', 'max'],
      rows: [row('serves', ready), row('first call answered', answered)],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fill(folder: string): Promise<void> {
  const newId = createIds(Date.now, (target) => crypto.getRandomValues(target));
  const { db, close } = await openDatabase({
    file: join(folder, 'device.db'),
    migrationsFolder: join(ROOT, 'drizzle/device'),
    log: quietLog,
    now: Date.now,
  });
  const insert = db.$client.prepare('INSERT INTO orders (id, scope, ver, fields) VALUES (?, ?, ?, ?)');
  const shopId = newId();
  const deviceId = newId();
  db.$client.transaction(() => {
    for (let n = 0; n < ORDERS; n += 1) {
      const order: Order = {
        id: newId(),
        shopId,
        deviceId,
        number: `C-${n}`,
        origin: 'cashier',
        status: 'paid',
        printStatus: 'none',
        totalMinor: 48_000,
        currency: 'RUB',
        createdAt: 1_700_000_000_000 + n * 1000,
        lines: [
          {
            name: 'Диагностика автомобиля',
            priceMinor: 48_000,
            quantityMilli: 1000,
            totalMinor: 48_000,
            vat: 'vat22',
            paymentObject: 'service',
            unit: 'piece',
          },
        ],
      };
      insert.run(order.id, `shop:${shopId}`, n + 1, JSON.stringify(order));
    }
  })();
  close();
}
