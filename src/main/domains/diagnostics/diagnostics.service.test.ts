import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Emulator, startElm } from '#emulators/elm327/emulator.ts';
import { createVisits, type VisitService } from '#main/domains/visits/visits.service.ts';
import { ScanView } from '#shared/rpc/diagnostics.contract.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync } from '#test/doubles/local-sync.ts';
import { addScan, findVisitScan } from './diagnostics.repo.ts';
import { createDiagnostics, type Diagnostics } from './diagnostics.service.ts';
import { instrumentLink } from './links/instrument.link.ts';

let core: TestCore;
let emulator: Emulator;
let visits: VisitService;
let diagnostics: Diagnostics;
let isPaid: boolean;
let changes: number;

const open = (address?: string) =>
  createDiagnostics(core, {
    visits,
    isPaid: () => isPaid,
    open: address === undefined ? undefined : instrumentLink(address),
    limits: { connectMs: 1000, totalMs: 10_000 },
  });
const refusal = (code: string) => expect.objectContaining({ code });
const metric = async (name: string) =>
  ((await core.metrics.getSingleMetric(name)?.get())?.values ?? []).map(({ labels, value }) => ({ ...labels, value }));
const ended = (visitId: string) =>
  vi.waitFor(
    () => {
      const view = diagnostics.view(visitId);
      if (!view || view.scan.state === 'running') throw new Error('the scan does not end');
      return view;
    },
    { timeout: 4000, interval: 10 },
  );

beforeEach(async () => {
  core = createTestCore();
  emulator = await startElm({ port: 0, controlPort: 0, car: 'faulty' });
  visits = createVisits(core, {
    sync: createLocalSync(core, 'kiosk'),
    ttlMs: 3_600_000,
    payments: { pendingUntil: () => undefined, isPaid: () => isPaid },
  });
  isPaid = true;
  changes = 0;
  core.changes.subscribe(({ collection }) => (changes += collection === 'diagnostics' ? 1 : 0));
  diagnostics = open(`127.0.0.1:${emulator.port}`);
});
afterEach(async () => {
  await diagnostics.stop();
  await emulator.stop();
});

test('a scan runs, tells its steps, and leaves what it read on the disk', async () => {
  const { id } = visits.start({ kind: 'diagnostics', language: 'ru', metadata: { vehicleMake: 'toyota' } });
  expect(diagnostics.view(id)).toBeUndefined();
  expect(diagnostics.start(id).scan).toMatchObject({ visitId: id, state: 'running', step: 'adapter' });
  const view = await ended(id);
  expect(view).toMatchObject({ locked: false, found: { now: 2, soon: 1, watch: 0 } });
  expect(view.scan.state === 'done' && view.scan.reading.findings.map(({ code }) => code)).toEqual([
    'P0300',
    'P0420',
    'P0301',
  ]);
  expect(changes).toBeGreaterThan(7);
  expect(findVisitScan(core.db, id)).toEqual(view.scan);
  expect(diagnostics.requireFinished(id)).toEqual(view.scan);
  expect(ScanView.parse(view)).toEqual(view);
});

test('K-71…K-73 a scan is counted by make and severity, and no make of a guest makes a series of its own', async () => {
  for (const vehicleMake of ['toyota', 'My "own"\ncar']) {
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru', metadata: { vehicleMake } });
    diagnostics.start(id);
    await ended(id);
    visits.finish(id, 'completed');
  }
  expect(await metric('diagnostics_scans_total')).toEqual([
    { make: 'other', value: 1 },
    { make: 'Toyota', value: 1 },
  ]);
  expect(await metric('diagnostics_dtc_found_total')).toEqual([
    { severity: 'high', value: 4 },
    { severity: 'medium', value: 2 },
    { severity: 'low', value: 0 },
  ]);
});

describe('AK-26 a visit that is not paid for', () => {
  test('gets numbers by severity and not one code', async () => {
    isPaid = false;
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
    diagnostics.start(id);
    const view = await ended(id);
    expect(view).toMatchObject({ locked: true, found: { now: 2, soon: 1, watch: 0 } });
    expect(JSON.stringify(view)).not.toMatch(/P0\d{3}/);
    expect(() => diagnostics.requireFinished(id)).toThrow(refusal('diagnostics.not_paid'));
    isPaid = true;
    expect(diagnostics.view(id)).toMatchObject({ locked: false, scan: { reading: { findings: { length: 3 } } } });
  });
});

test('a second touch begins no second scan', async () => {
  emulator.set({ adapter: 'slow' });
  const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
  const first = diagnostics.start(id);
  expect(diagnostics.start(id).scan.id).toBe(first.scan.id);
});

test('one adapter, one car: a scan of another visit is refused while one runs', async () => {
  emulator.set({ adapter: 'slow' });
  const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
  const anyVisit = createDiagnostics(
    { ...core, metrics: createTestCore().metrics },
    {
      visits: { get: () => visits.get(id) },
      isPaid: () => true,
      open: instrumentLink(`127.0.0.1:${emulator.port}`),
      limits: { connectMs: 1000, totalMs: 5000 },
    },
  );
  anyVisit.start(id);
  expect(() => anyVisit.start('OBD-OTHER-000001')).toThrow(refusal('diagnostics.busy'));
  await anyVisit.stop();
});

describe('ends', () => {
  test('by the guest', async () => {
    emulator.set({ adapter: 'slow' });
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
    diagnostics.start(id);
    expect((await diagnostics.cancel(id)).scan.state).toBe('cancelled');
    expect((await diagnostics.cancel(id)).scan.state).toBe('cancelled');
  });
  test('with the visit', async () => {
    emulator.set({ adapter: 'slow' });
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
    diagnostics.start(id);
    visits.finish(id, 'expired');
    expect((await ended(id)).scan.state).toBe('cancelled');
  });
  test('by a fault, which is named; and may be begun again', async () => {
    emulator.set({ car: 'ignition_off' });
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
    diagnostics.start(id);
    expect((await ended(id)).scan).toMatchObject({ state: 'failed', fault: 'no_car' });
    emulator.set({ car: 'clean' });
    diagnostics.start(id);
    expect((await ended(id)).scan).toMatchObject({ state: 'done', reading: { findings: [] } });
  });
  test('by a power cut: the next start says so', () => {
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
    const row = { id: core.newId(), visitId: id, startedAt: core.now() };
    core.db.transaction((tx) => addScan(tx, row, { state: 'running', step: 'vin' }));
    expect(diagnostics.recover()).toBe(1);
    expect(diagnostics.view(id)?.scan).toMatchObject({ state: 'failed', fault: 'interrupted' });
    expect(diagnostics.recover()).toBe(0);
  });
});

describe('refusals', () => {
  test('no adapter, no visit, a visit that ended', () => {
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
    const bare = createDiagnostics(
      { ...core, metrics: createTestCore().metrics },
      { visits, isPaid: () => true, open: undefined, limits: { connectMs: 1, totalMs: 1 } },
    );
    expect(bare.isAvailable()).toBe(false);
    expect(() => bare.start(id)).toThrow(refusal('diagnostics.not_configured'));
    expect(() => diagnostics.start('OBD-NONE-AAAAAA')).toThrow(refusal('visits.not_found'));
    visits.finish(id, 'completed');
    expect(() => diagnostics.start(id)).toThrow(refusal('visits.illegal_transition'));
  });
  test('nothing begun: nothing to cancel, nothing to report', async () => {
    const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
    await expect(diagnostics.cancel(id)).rejects.toThrow(refusal('diagnostics.not_started'));
    expect(() => diagnostics.requireFinished(id)).toThrow(refusal('diagnostics.not_started'));
  });
});

test('a guest who is erased takes along what was read of the car', async () => {
  isPaid = false;
  const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
  diagnostics.start(id);
  await ended(id);
  visits.erase(id);
  expect(findVisitScan(core.db, id)).toBeUndefined();
});

test('what was read of a forgotten visit is gone from the file', async () => {
  const { id } = visits.start({ kind: 'diagnostics', language: 'ru' });
  diagnostics.start(id);
  await ended(id);
  diagnostics.forget(id);
  expect(diagnostics.view(id)).toBeUndefined();
});
