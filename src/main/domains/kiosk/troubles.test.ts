import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Emulator, startElm } from '#emulators/elm327/emulator.ts';
import { startGauge } from '#emulators/thickness-gauge/emulator.ts';
import { createDiagnostics } from '#main/domains/diagnostics/diagnostics.service.ts';
import { instrumentLink } from '#main/domains/diagnostics/links/instrument.link.ts';
import { createThickness } from '#main/domains/diagnostics/thickness.service.ts';
import type { PrinterAnswer, PrinterTrouble } from '#main/domains/reports/printer.port.ts';
import { createPrinting } from '#main/domains/reports/printing.service.ts';
import { createVisits } from '#main/domains/visits/visits.service.ts';
import { DEFAULT_NORMS } from '#shared/diagnostics/thickness.rules.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync } from '#test/doubles/local-sync.ts';
import { createKiosk, type KioskService } from './kiosk.service.ts';
import { kioskErrors } from './kiosk.tables.ts';
import { createTroubles, type Troubles } from './troubles.service.ts';

const GIB = 1024 ** 3;

let core: TestCore;
let sync: ReturnType<typeof createLocalSync>;
let kiosk: KioskService;
let troubles: Troubles;
let register: Pick<RegisterView, 'state' | 'since' | 'paperPresent' | 'reason'>;
let freeBytes: number;
beforeEach(() => {
  core = createTestCore();
  sync = createLocalSync(core, 'kiosk');
  kiosk = createKiosk(core, { sync, deviceId: () => sync.writer().deviceId });
  register = { state: 'ready', since: core.now(), paperPresent: true };
  freeBytes = GIB;
  troubles = createTroubles(core, { kiosk, register: () => register, freeBytes: async () => freeBytes });
});

/** What the partner has been told and has not cleared, and what is closed by it. */
const told = () =>
  core.db
    .select()
    .from(kioskErrors)
    .all()
    .filter(({ fields }) => fields.clearedAt === undefined)
    .map(({ fields }) => fields.code);
const clear = () => core.db.delete(kioskErrors).run();
const look = (state: RegisterView['state'], paperPresent = true) => {
  if (register.state !== state) register = { state, since: core.now(), paperPresent };
  else register = { ...register, paperPresent };
  return troubles.loop.tick();
};

test('a register that does not answer is told of after a minute, once for as long as that lasts', async () => {
  await look('not_responding');
  core.advance(59_000);
  await look('not_responding');
  expect(told()).toEqual([]);
  core.advance(1000);
  for (let again = 0; again < 3; again += 1) await look('not_responding');
  expect(told()).toEqual(['REGISTER_SILENT']);
  expect(kiosk.isOpen()).toBe(true);
  clear();
  await look('connecting');
  await look('not_responding');
  core.advance(60_000);
  await look('not_responding');
  expect(told()).toEqual([]);
  await look('ready');
  await look('ready', false);
  expect(told()).toEqual(['REGISTER_PAPER']);
});

test('no room on the disk closes the kiosk; a report that could not be written is told at the next look', async () => {
  freeBytes = 1024;
  core.db.$client.exec("CREATE TRIGGER full BEFORE INSERT ON kiosk_errors BEGIN SELECT RAISE(ABORT, 'disk'); END");
  await troubles.loop.tick().catch(() => undefined);
  expect([told(), kiosk.isOpen()]).toEqual([[], true]);
  core.db.$client.exec('DROP TRIGGER full');
  await troubles.loop.tick();
  expect([told(), kiosk.isOpen()]).toEqual([['DISK_FULL'], false]);
});

test('a printer without paper is told of once, and anew after it has printed', async () => {
  let trouble: PrinterTrouble | undefined = 'no_paper';
  let answer: PrinterAnswer = 'waiting';
  const printing = createPrinting(core, {
    kind: 'report',
    printer: {
      submit: async () => ({ reference: 'job' }),
      state: async () => answer,
      trouble: async () => trouble,
    },
    document: () => ({ path: 'report.pdf', title: 'x' }),
    onEnd: () => undefined,
    changed: () => undefined,
    onTrouble: (now) => troubles.printerIs('report printer', now),
  });
  printing.print('r1');
  for (let again = 0; again < 3; again += 1) await printing.loop.tick();
  expect(told()).toEqual(['PRINTER_PAPER']);
  clear();
  await printing.loop.tick();
  expect(told()).toEqual([]);
  [trouble, answer] = [undefined, 'printed'];
  await printing.loop.tick();
  [trouble, answer] = ['no_paper', 'waiting'];
  printing.print('r2');
  await printing.loop.tick();
  expect(told()).toEqual(['PRINTER_PAPER']);
  expect(kiosk.isOpen()).toBe(true);
});

test('a gauge that goes away in the middle and one whose battery ends are told of; one that is not there, at the second call', async () => {
  const gauge = await startGauge({ port: 0, controlPort: 0 });
  const visits = createVisits(core, {
    sync,
    ttlMs: 3_600_000,
    payments: { pendingUntil: () => undefined, isPaid: () => true },
  });
  const thickness = createThickness(core, {
    visits,
    isPaid: () => true,
    norms: DEFAULT_NORMS,
    openGauge: instrumentLink(`127.0.0.1:${gauge.port}`),
    onGaugeTrouble: troubles.gaugeIs,
  });
  const { id } = visits.start({ kind: 'thickness', language: 'ru' });
  const soon = (happened: () => unknown) => vi.waitFor(happened, { timeout: 8000, interval: 20 });
  thickness.start(id, 'sedan');
  await soon(() => expect(thickness.view(id)?.gauge).toBe('ready'));
  gauge.say('B 11');
  gauge.say('B 9');
  await soon(() => expect(told()).toEqual(['GAUGE_FLAT']));
  gauge.drop();
  await soon(() => expect(told()).toEqual(['GAUGE_FLAT', 'GAUGE_LOST']));
  thickness.stop();
  await gauge.stop();
  thickness.start(id, 'sedan');
  await soon(() => expect(told()).toEqual(['GAUGE_FLAT', 'GAUGE_LOST', 'GAUGE_AWAY']));
  expect(kiosk.isOpen()).toBe(true);
  thickness.stop();
});

let emulator: Emulator | undefined;
afterEach(() => emulator?.stop());

test('an adapter that is silent is told of, a car that is is not', async () => {
  emulator = await startElm({ port: 0, controlPort: 0, car: 'ignition_off' });
  const visits = createVisits(core, {
    sync,
    ttlMs: 3_600_000,
    payments: { pendingUntil: () => undefined, isPaid: () => true },
  });
  const diagnostics = createDiagnostics(core, {
    visits,
    isPaid: () => true,
    open: instrumentLink(`127.0.0.1:${emulator.port}`),
    limits: { connectMs: 500, totalMs: 10_000 },
    onEnd: troubles.scanEnded,
  });
  const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
  const scan = async () => {
    diagnostics.start(id);
    await vi.waitFor(() => expect(diagnostics.view(id)?.scan.state).toBe('failed'), { timeout: 8000, interval: 20 });
    return diagnostics.view(id)?.scan;
  };
  expect(await scan()).toMatchObject({ fault: 'no_car' });
  expect(told()).toEqual([]);
  await emulator.stop();
  for (let again = 0; again < 2; again += 1) expect(await scan()).toMatchObject({ fault: 'adapter_unreachable' });
  expect(told()).toEqual(['ADAPTER_AWAY']);
  expect(kiosk.isOpen()).toBe(true);
  await diagnostics.stop();
});
