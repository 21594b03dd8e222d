/**
 * What the journal and the proof cost: a receipt through the executor beside the printing of that same receipt, on the
 * emulated register through the real C interface, on a real file with synchronous=FULL.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#main/db/open.ts';
import { createExecutor } from '#main/domains/fiscal/fiscal.executor.ts';
import { createLink } from '#main/domains/fiscal/fiscal.link.ts';
import { insertTask } from '#main/domains/fiscal/fiscal.repo.ts';
import { loadFptrLibrary } from '#main/domains/fiscal/fptr/library.ts';
import { openFptrRegister } from '#main/domains/fiscal/fptr/register.ts';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import { ROOT, startService } from '../scripts/processes.ts';
import { ms, quantile, type Table } from './table.ts';

const RECEIPTS = 300;
const WARM_UP = 20;

export async function run(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  const register = await startService({
    name: 'register',
    args: ['emulators/kkt/cli.ts', '--port', '0', '--state', join(folder, 'kkt.json')],
  });
  try {
    const address = { ip: '127.0.0.1', port: Number(register.ready['port']) };
    const library = await loadFptrLibrary({
      platform: process.platform,
      libraryPath: join(ROOT, 'build/emulator/libfptr10.so'),
    });
    if (!library.available) throw new Error(library.reason);
    const open = openFptrRegister({ binding: library.binding, timeZone: () => 'Europe/Moscow' });
    const samples = await measure(open, address, folder);
    const row = (name: string, of: (sample: Sample) => number): string[] => {
      const values = samples.map(of);
      return [name, ms(quantile(values, 0.5)), ms(quantile(values, 0.99))];
    };
    return {
      title: 'Fiscal executor',
      how: `${RECEIPTS} sales of one line each on the emulated register; the executor's database is a file with synchronous=FULL. The overhead is what each receipt takes beside the driver calls made for it.`,
      columns: ['', 'p50', 'p99'],
      rows: [
        row('through the executor', ({ whole }) => whole),
        row('- driver: printing', ({ printing }) => printing),
        row('- driver: how the register is', ({ asking }) => asking),
        row('- overhead over the driver calls', ({ printing, asking, whole }) => whole - printing - asking),
      ],
    };
  } finally {
    await register.stop();
    rmSync(folder, { recursive: true });
  }
}

type Open = ReturnType<typeof openFptrRegister>;
type Address = Parameters<Open>[0];

const newId = createIds(Date.now, (target) => crypto.getRandomValues(target));
const operator = { name: 'Кассир Иванов И.', vatin: '123456789047' };
const receipt = {
  kind: 'sell',
  taxationSystem: 'osn',
  items: [
    {
      name: 'Товар',
      priceMinor: 50_000,
      quantityMilli: 1000,
      totalMinor: 50_000,
      vat: 'vat22',
      paymentObject: 'commodity',
      paymentMethod: 'full_payment',
      unit: 'piece',
    },
  ],
  payments: [{ type: 'card', sumMinor: 50_000 }],
  totalMinor: 50_000,
} as const satisfies FiscalTask['receipt'];

/** What one receipt took, ms. */
interface Sample {
  readonly whole: number;
  readonly printing: number;
  readonly asking: number;
}

/** Registers that tell how long each call took. */
function timed(open: Open, tell: (call: 'printing' | 'asking', took: number) => void): Open {
  const measured = async <T>(call: 'printing' | 'asking', work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    tell(call, performance.now() - started);
    return result;
  };
  return async (address) => {
    const register = await open(address);
    return Object.assign(Object.create(register) as typeof register, {
      status: () => measured('asking', () => register.status()),
      printReceipt: (request: Parameters<typeof register.printReceipt>[0]) =>
        measured('printing', () => register.printReceipt(request)),
    });
  };
}

async function measure(open: Open, address: Address, folder: string): Promise<Sample[]> {
  const core = createTestCore();
  const { db, close } = await openDatabase({
    file: join(folder, 'device.db'),
    migrationsFolder: join(ROOT, 'drizzle/device'),
    log: core.log,
    now: Date.now,
  });
  const took = { printing: 0, asking: 0 };
  const link = createLink(
    timed(open, (call, ms) => {
      took[call] += ms;
    }),
    () => address,
  );
  const executor = createExecutor({
    core: { ...core, db, now: Date.now },
    sync: { mutate() {}, writer: () => ({ organizationId: 'o', shopId: newId(), deviceId: newId() }), wake() {} },
    registerId: 'fd',
    link,
    recognise: () => true,
    statusIntervalMs: 3_600_000,
  });
  const samples: Sample[] = [];
  for (let n = 0; n < WARM_UP + RECEIPTS; n += 1) {
    const task: FiscalTask = {
      id: newId(),
      type: 'sale',
      fiscalDeviceId: 'fd',
      operator,
      receipt: { ...receipt, items: [...receipt.items], payments: [...receipt.payments] },
    };
    db.transaction((tx) => insertTask(tx, task, 'device', Date.now()));
    Object.assign(took, { printing: 0, asking: 0 });
    const started = performance.now();
    await executor.tick();
    if (n >= WARM_UP) samples.push({ whole: performance.now() - started, ...took });
    if (took.printing === 0) throw new Error('the receipt was not printed');
  }
  await link.drop();
  close();
  return samples;
}
