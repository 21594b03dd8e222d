/** Photos over a real database and real files; the printer is turned by the test, and power goes wherever it says. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blobPath } from '#main/blobs/blob-files.ts';
import { createBlobsRepo } from '#main/blobs/blobs.repo.ts';
import { type Blobs, createBlobs } from '#main/blobs/blobs.service.ts';
import { blobs as blobRows } from '#main/blobs/blobs.tables.ts';
import { catalogueItems } from '#main/domains/catalogue/catalogue.tables.ts';
import { visitMoney } from '#main/domains/payments/payments.service.ts';
import { createDevProvider } from '#main/domains/payments/provider.ts';
import type { Printer, PrinterAnswer, PrinterTrouble } from '#main/domains/reports/printer.port.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { type CounterWorld, createCounterWorld, DIAGNOSTICS } from '#test/doubles/counter-world.ts';
import { createPhotos, type Photos } from './photos.service.ts';
import { visitPhotos } from './photos.tables.ts';

const CAR = await readFile(join(import.meta.dirname, '../../../../scripts/demo-photos/car-1.jpg'));
const OTHER = await readFile(join(import.meta.dirname, '../../../../scripts/demo-photos/car-2.jpg'));
/** The same picture, with where it was taken. */
const withPosition = (jpeg: Buffer): Buffer => {
  const note = Buffer.from('Exif\0\0GPSLatitude 55.7558 N');
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, note.length + 2]), note, jpeg.subarray(2)]);
};
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The plug: from then on nothing that this life asks for is done. */
class PowerCut extends Error {}

let folder: string;
let world: CounterWorld;
let blobs: Blobs;
let photos: Photos;
let hasPrinter: boolean;
let paper: PrinterAnswer;
let trouble: PrinterTrouble | undefined;
let refuses: boolean;
/** Names of the files that the printer took. */
let taken: string[];
/** Where the plug is pulled: at which call of this life, before it or after. */
let cut: { readonly at: number; readonly after: boolean } | undefined;
let calls: number;

const guarded = <T extends object>(port: T): T =>
  new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const call = calls++;
        if (cut !== undefined && (call > cut.at || (call === cut.at && !cut.after))) throw new PowerCut();
        const result: unknown = Reflect.apply(value, target, args);
        if (cut === undefined || call !== cut.at) return result;
        if (!(result instanceof Promise)) throw new PowerCut();
        return result.then(() => {
          throw new PowerCut();
        });
      };
    },
  });

/** Begins a life over what the last one left. */
async function live(left?: CounterWorld): Promise<void> {
  const provider = createDevProvider({ autoConfirmDelayMs: 2000, manualMode: true });
  world = createCounterWorld({ provider, ...(left === undefined ? {} : { left: left.core }) });
  calls = 0;
  if (left === undefined) {
    const item = {
      ...DIAGNOSTICS,
      id: '00000000-0000-7000-8000-000000000003',
      sku: 'PHT',
      kioskService: 'photo',
    } as const;
    world.core.db.insert(catalogueItems).values({ id: item.id, scope: 'shop:1', ver: 1, fields: item }).run();
  }
  blobs = createBlobs(world.core, {
    folder,
    bytesPerSecond: 0,
    cacheBytes: 1024 ** 3,
    serverUrl: () => undefined,
    token: () => Promise.resolve(undefined),
    hasUnsent: () => false,
    epoch: () => 'e1',
    countedMs: () => 1,
    random: () => 0.5,
  });
  const printer: Printer = {
    submit: (file) => {
      if (refuses) return Promise.resolve({ refused: 'no such queue' });
      taken.push(file);
      return Promise.resolve({ reference: `job-${taken.length}` });
    },
    state: () => Promise.resolve(paper),
    trouble: () => Promise.resolve(trouble),
  };
  photos = createPhotos(world.core, {
    sync: world.sync,
    visits: world.visits,
    orders: world.orders,
    hasMoney: (db, visitId) => visitMoney(db, visitId).kind !== 'none',
    blobs: guarded(blobs),
    pathOf: (id) => blobPath(folder, id),
    printer: hasPrinter ? guarded(printer) : undefined,
  });
  world.state.imageOf = (db, visitId) => photos.imageOf(db, visitId);
  world.state.isServed = (visit) => photos.isOrdered(visit.id);
  await photos.recover();
}
const tick = async () => {
  await world.payments.settlePending();
  for (const loop of photos.loops) await loop.tick();
};
const start = () => world.visits.start({ kind: 'photo', language: 'ru', contact: { name: 'Анна' } }).id;
const take = (visitId: string, bytes: Uint8Array = CAR) => photos.take(visitId, once(bytes));
const pay = async (visitId: string): Promise<string> => {
  const { id } = await world.payments.createIntent(visitId);
  return String((await world.payments.confirmByHand(id)).orderId);
};
/** The server has said that it has everything. */
const uploaded = () => world.core.db.update(blobRows).set({ state: 'durable', epoch: 'e1' }).run();
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map(({ name }) => name);
const orderOf = (id: string) => world.orders.get(id).order;
const refusal = (code: string) => expect.objectContaining({ code });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-photos-'));
  hasPrinter = true;
  paper = 'waiting';
  trouble = undefined;
  refuses = false;
  taken = [];
  cut = undefined;
  await live();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('taking', () => {
  test('the picture is kept without its position, and leaves this kiosk for nobody before it is paid for', async () => {
    const visitId = start();
    const { id } = await take(visitId, withPosition(CAR));
    expect(await readFile(blobPath(folder, id))).toEqual(CAR);
    expect(photos.view(visitId)).toMatchObject({ imageId: id, canPrint: true });
    expect(blobs.waiting().count).toBe(0);
    await tick();
    expect(createBlobsRepo(world.core.db).listWaiting(world.core.now(), 3_600_000, 10)).toEqual([]);
  });

  test('another picture takes the place of the first, of which nothing stays', async () => {
    const visitId = start();
    await take(visitId);
    const { id } = await take(visitId, OTHER);
    expect(await files()).toEqual([id]);
    expect(photos.view(visitId)?.imageId).toBe(id);
  });

  test.each([
    ['no picture', Buffer.from('<svg onload="alert(1)">'), 'photos.bad_picture'],
    ['one that was cut', CAR.subarray(0, 20_000), 'photos.bad_picture'],
    ['one of 10 MB and a byte', Buffer.alloc(10 * 1024 * 1024 + 1, 1), 'app.too_large'],
  ])('%s is refused, and nothing of it stays', async (_name, bytes, code) => {
    const visitId = start();
    await expect(take(visitId, bytes)).rejects.toThrow(refusal(code));
    expect(await files()).toEqual([]);
    expect(photos.view(visitId)).toBeUndefined();
  });

  test('a full disk says so, and the visit goes on without a picture', async () => {
    const visitId = start();
    blobs.put = () => Promise.reject(new AppError('app.unavailable', 'no room'));
    await expect(take(visitId)).rejects.toThrow(refusal('photos.no_room'));
    expect(world.visits.get(visitId).status).toBe('active');
  });

  test('only a visit for a photo that is going on and not being paid has a picture taken', async () => {
    const scan = world.visits.start({ kind: 'diagnostics', language: 'ru' }).id;
    await expect(take(scan)).rejects.toThrow(refusal('visits.illegal_transition'));
    world.visits.finish(scan, 'expired');
    const visitId = start();
    await expect(world.payments.createIntent(visitId)).rejects.toThrow(refusal('photos.not_taken'));
    const asked = { visitId, amountMinor: 100_00, currency: 'RUB' } as const;
    await expect(world.payments.createCustomIntent(asked)).rejects.toThrow(refusal('photos.not_taken'));
    await take(visitId);
    await world.payments.createIntent(visitId);
    await expect(take(visitId, OTHER)).rejects.toThrow(refusal('visits.illegal_transition'));
    expect(await files()).toHaveLength(1);
  });
});

describe('AU-01 the order of a photo', () => {
  test('has its picture at the price of an integration too', async () => {
    const visitId = start();
    const { id: imageId } = await take(visitId);
    const { intent } = await world.payments.createCustomIntent({ visitId, amountMinor: 100_00, currency: 'RUB' });
    expect(orderOf(intent.orderId ?? '')).toMatchObject({ totalMinor: 100_00, imageId });
  });

  test('is made with its picture, is for print when its money came, and has one receipt', async () => {
    const visitId = start();
    const { id: imageId } = await take(visitId);
    const { id, orderId = '' } = await world.payments.createIntent(visitId);
    expect(orderOf(orderId)).toMatchObject({ status: 'awaiting_payment', printStatus: 'none', imageId });
    await world.payments.confirmByHand(id);
    expect(orderOf(orderId)).toMatchObject({ status: 'paid', printStatus: 'new', imageId, customer: { name: 'Анна' } });
    await tick();
    await tick();
    expect(world.receipts().map(({ type }) => type)).toEqual(['sale']);
    expect(world.sync.outbox()).toEqual(['visit.start', 'order.place', 'payment.settle']);
    expect(blobs.waiting().count).toBe(1);
  });

  test('AP-29 is served whether the guest waits or not: its money stays, and no code is spent', async () => {
    hasPrinter = false;
    await live();
    const visitId = start();
    await take(visitId);
    const orderId = await pay(visitId);
    world.visits.finish(visitId, 'expired');
    await tick();
    expect(orderOf(orderId)).toMatchObject({ status: 'paid', printStatus: 'new' });
    expect(world.count('refunds')).toBe(0);
    expect(world.core.db.$client.prepare('SELECT count(*) FROM free_codes').pluck().get()).toBe(0);
  });
});

describe('paper', () => {
  const ordered = async () => {
    const visitId = start();
    await take(visitId);
    const orderId = await pay(visitId);
    await tick();
    await tick();
    return { visitId, orderId };
  };

  test('what the print system took is not printed yet; when it is out, the order says so', async () => {
    const { visitId, orderId } = await ordered();
    expect(taken).toHaveLength(1);
    expect(await readFile(taken[0] ?? '')).toEqual(CAR);
    expect(photos.view(visitId)).toMatchObject({ print: { state: 'spooled' }, order: { printStatus: 'new' } });
    expect(orderOf(orderId).printedAt).toBeUndefined();
    paper = 'printed';
    await tick();
    expect(photos.view(visitId)).toMatchObject({ print: { state: 'printed' }, order: { printStatus: 'printed' } });
    photos.print(visitId);
    await tick();
    expect(taken).toHaveLength(1);
    expect(world.sync.outbox().filter((name) => name === 'order.mark_print')).toHaveLength(1);
  });

  test('a printer without paper says so while the job waits', async () => {
    const { visitId } = await ordered();
    trouble = 'no_paper';
    await tick();
    expect(photos.view(visitId)?.print).toEqual({ state: 'spooled', trouble: 'no_paper' });
    trouble = undefined;
    paper = 'printed';
    await tick();
    expect(photos.view(visitId)?.print).toEqual({ state: 'printed' });
  });

  test('a refusal is the order that is not printed; asked for again it may still be', async () => {
    refuses = true;
    const { visitId, orderId } = await ordered();
    expect(photos.view(visitId)).toMatchObject({ print: { state: 'failed' }, order: { printStatus: 'not_printed' } });
    refuses = false;
    paper = 'printed';
    photos.print(visitId);
    await tick();
    await tick();
    expect(orderOf(orderId)).toMatchObject({ printStatus: 'printed', printedAt: world.core.now() });
  });

  test('without a printer the staff print, and the kiosk asks for no paper', async () => {
    hasPrinter = false;
    await live();
    const { visitId, orderId } = await ordered();
    expect(photos.view(visitId)).toMatchObject({ canPrint: false, order: { id: orderId, printStatus: 'new' } });
    expect(() => photos.print(visitId)).toThrow(refusal('reports.no_printer'));
  });
});

describe('nothing of a guest stays', () => {
  const traces = () => world.core.db.select().from(visitPhotos).all();

  test.each(['expired', 'failed', 'completed'] as const)('who left without paying (%s)', async (end) => {
    const visitId = start();
    await take(visitId);
    world.visits.finish(visitId, end);
    await tick();
    expect(await files()).toEqual([]);
    expect(traces()).toEqual([]);
    expect(world.core.db.select().from(blobRows).all()).toEqual([]);
  });

  test('whose payment came to nothing', async () => {
    const visitId = start();
    await take(visitId);
    const { id } = await world.payments.createIntent(visitId);
    await world.payments.cancel(id);
    await tick();
    expect(await files()).toHaveLength(1);
    world.visits.finish(visitId, 'expired');
    await tick();
    expect(await files()).toEqual([]);
  });

  test('who paid: once the paper is out and the server has it, and not before', async () => {
    const visitId = start();
    await take(visitId);
    await pay(visitId);
    await tick();
    paper = 'printed';
    await tick();
    world.visits.finish(visitId, 'completed');
    await tick();
    expect(await files()).toHaveLength(1);
    uploaded();
    await tick();
    expect(await files()).toEqual([]);
    expect(traces()).toEqual([]);
  });

  test('a guest who asked to be forgotten and had not paid', async () => {
    const visitId = start();
    await take(visitId);
    world.visits.erase(visitId);
    await tick();
    expect(await files()).toEqual([]);
  });
});

/** A visit from the first touch to its end, and what a screen would go on with after a start. */
async function visitOf(known?: string): Promise<string> {
  const visitId = known ?? start();
  if (world.visits.get(visitId).status === 'active') {
    if (photos.imageOf(world.core.db, visitId) === undefined) await take(visitId);
    await pay(visitId);
    await tick();
    paper = 'printed';
    await tick();
    world.visits.finish(visitId, 'completed');
  }
  uploaded();
  await tick();
  await tick();
  return visitId;
}

test('power goes at any call, before it or after: one order, one receipt, one sheet at most, and no picture left', async () => {
  const seen = new Set<string>();
  let died = true;
  for (let at = 0; died; at += 1) {
    died = false;
    for (const after of [false, true]) {
      await rm(folder, { recursive: true, force: true });
      await live();
      taken = [];
      paper = 'waiting';
      const visitId = start();
      cut = { at, after };
      calls = 0;
      await visitOf(visitId).catch((error: unknown) => {
        // A loop notes a failure of its work and goes on; the call that the plug was pulled at is counted all the same.
        if (!(error instanceof PowerCut)) throw error;
      });
      died ||= calls > at;
      cut = undefined;
      paper = 'printed';
      await live(world);
      await visitOf(visitId);
      const paid = world.orders.recent(10).map(({ order }) => order);
      expect(paid.map(({ status }) => status)).toEqual(['paid']);
      expect(world.receipts()).toHaveLength(1);
      expect(taken.length).toBeLessThanOrEqual(1);
      // Either the paper is out, or a person looks at the tray: never a second sheet.
      seen.add(String(paid[0]?.printStatus));
      expect(paid[0]?.printStatus).toBe(taken.length === 1 && photosPrinted() ? 'printed' : 'new');
      expect(await files()).toEqual([]);
    }
  }
  expect([...seen].toSorted()).toEqual(['new', 'printed']);
});

const photosPrinted = (): boolean =>
  world.core.db.$client.prepare("SELECT count(*) FROM print_jobs WHERE state = 'printed'").pluck().get() === 1;
