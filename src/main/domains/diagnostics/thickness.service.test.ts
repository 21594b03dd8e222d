import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { type GaugeEmulator, startGauge } from '#emulators/thickness-gauge/emulator.ts';
import { createVisits, type VisitService } from '#main/domains/visits/visits.service.ts';
import { DEFAULT_NORMS, summarise } from '#shared/diagnostics/thickness.rules.ts';
import { MeasurementView } from '#shared/rpc/thickness.contract.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync } from '#test/doubles/local-sync.ts';
import { type GaugeLine, readGaugeLine } from './gauge.rules.ts';
import { instrumentLink } from './links/instrument.link.ts';
import { createThickness, type Thickness } from './thickness.service.ts';

let core: TestCore;
let gauge: GaugeEmulator;
let visits: VisitService;
let isPaid: boolean;
let visitId: string;
let thickness: Thickness;

const open = (withGauge = false) =>
  createThickness(core, {
    visits,
    isPaid: () => isPaid,
    norms: DEFAULT_NORMS,
    openGauge: withGauge ? instrumentLink(`127.0.0.1:${gauge.port}`) : undefined,
  });
const refusal = (code: string) => expect.objectContaining({ code });
const until = (happened: () => boolean) =>
  vi.waitFor(() => expect(happened()).toBe(true), { timeout: 6000, interval: 10 });
const values = () => thickness.view(visitId)!.measurement.readings.map(({ zone, value }) => [zone, value]);

beforeEach(async () => {
  core = createTestCore();
  gauge = await startGauge({ port: 0, controlPort: 0 });
  isPaid = true;
  visits = createVisits(core, {
    sync: createLocalSync(core, 'kiosk'),
    ttlMs: 3_600_000,
    payments: { pendingUntil: () => undefined, isPaid: () => isPaid },
  });
  visitId = visits.start({ kind: 'thickness', language: 'ru' }).id;
  thickness = open();
});
afterEach(async () => {
  thickness.stop();
  await gauge.stop();
});

describe('by hand', () => {
  test('zone after zone, and it says where to go next', () => {
    expect(thickness.view(visitId)).toBeUndefined();
    expect(thickness.start(visitId, 'sedan')).toMatchObject({
      at: 'bonnet_1',
      gauge: 'none',
      measurement: { readings: [] },
    });
    expect(thickness.measure(visitId, 'bonnet_1', 118).at).toBe('bonnet_2');
    expect(thickness.measure(visitId, 'bonnet_2', 'unreadable').at).toBe('bonnet_3');
    expect(thickness.point(visitId, 'roof_1').at).toBe('roof_1');
    expect(thickness.measure(visitId, 'roof_1', 420).at).toBe('roof_2');
    expect(values()).toEqual([
      ['bonnet_1', 118],
      ['bonnet_2', 'unreadable'],
      ['roof_1', 420],
    ]);
  });
  test('a zone measured again keeps its last value', () => {
    thickness.start(visitId, 'sedan');
    thickness.measure(visitId, 'bonnet_1', 118);
    thickness.measure(visitId, 'bonnet_1', 131);
    expect(values()).toEqual([['bonnet_1', 131]]);
  });
  test('all of a minivan, and nothing is left to point at', () => {
    let view = thickness.start(visitId, 'minivan');
    for (let left = 60; left > 0; left -= 1) view = thickness.measure(visitId, view.at!, 100 + left);
    expect(view.at).toBeUndefined();
    expect(summarise('minivan', view.measurement.readings, view.measurement.norms).missing).toEqual([]);
  });
  test('ended early it is incomplete, and takes no more', () => {
    thickness.start(visitId, 'sedan');
    thickness.measure(visitId, 'bonnet_1', 118);
    const view = thickness.finish(visitId);
    expect(MeasurementView.parse(view)).toEqual(view);
    const { measurement } = view;
    expect(measurement.finishedAt).toBe(core.now());
    expect(summarise('sedan', measurement.readings, measurement.norms).missing).toHaveLength(39);
    expect(() => thickness.measure(visitId, 'bonnet_2', 100)).toThrow(refusal('thickness.finished'));
    core.advance(1000);
    expect(thickness.finish(visitId).measurement).toEqual(measurement);
  });
  test('a power cut in the middle loses nothing', () => {
    thickness.start(visitId, 'sedan');
    thickness.measure(visitId, 'bonnet_1', 118);
    const again = open();
    expect(again.view(visitId)).toMatchObject({
      at: 'bonnet_2',
      measurement: { readings: [{ zone: 'bonnet_1', value: 118 }] },
    });
  });
});

test('refusals', () => {
  expect(() => thickness.measure(visitId, 'bonnet_1', 1)).toThrow(refusal('thickness.not_started'));
  expect(() => thickness.finish(visitId)).toThrow(refusal('thickness.not_started'));
  thickness.start(visitId, 'sedan');
  expect(() => thickness.measure(visitId, 'tailgate_1', 1)).toThrow(refusal('thickness.unknown_zone'));
  expect(() => thickness.point(visitId, '../x')).toThrow(refusal('thickness.unknown_zone'));
  isPaid = false;
  expect(() => thickness.start(visitId, 'sedan')).toThrow(refusal('diagnostics.not_paid'));
  visits.finish(visitId, 'completed');
  expect(() => thickness.start(visitId, 'sedan')).toThrow(refusal('visits.illegal_transition'));
});

describe('with a gauge', () => {
  beforeEach(async () => {
    thickness = open(true);
    expect(thickness.start(visitId, 'sedan').gauge).toBe('connecting');
    await until(() => thickness.view(visitId)?.gauge === 'ready');
  });
  test('what it says is taken for the zone that is pointed at; noise is not', async () => {
    gauge.probe(121);
    await until(() => values().length === 1);
    thickness.point(visitId, 'roof_3');
    for (const line of ['T 99999 FE', 'hello', 'B 55', 'T 12']) gauge.say(line);
    gauge.probe(null);
    await until(() => values().length === 2);
    expect(values()).toEqual([
      ['bonnet_1', 121],
      ['roof_3', 'unreadable'],
    ]);
    expect(thickness.view(visitId)?.measurement.readings[0]).toMatchObject({ source: 'gauge' });
  });
  test('a link that drops is made again; values are typed meanwhile', async () => {
    gauge.drop();
    await until(() => thickness.view(visitId)?.gauge === 'connecting');
    thickness.measure(visitId, 'bonnet_1', 90);
    await until(() => thickness.view(visitId)?.gauge === 'ready');
    gauge.probe(140);
    await until(() => values().length === 2);
    expect(values()).toEqual([
      ['bonnet_1', 90],
      ['bonnet_2', 140],
    ]);
  });
  test.each(['finish', 'leave'] as const)('nobody listens to it after the end: %s', async (how) => {
    if (how === 'finish') thickness.finish(visitId);
    else visits.finish(visitId, 'expired');
    await until(() => gauge.listeners() === 0);
    thickness.view(visitId);
    // One who connects after whoever the view may have sent: the gauge lets them in in this order.
    await new Promise(setImmediate);
    const last = connect(gauge.port, '127.0.0.1');
    await once(last, 'data');
    expect(gauge.listeners()).toBe(1);
    last.destroy();
  });
});

it.each<[string, GaugeLine | undefined]>([
  ['T 118 FE', { kind: 'reading', value: 118 }],
  ['T 0 AL', { kind: 'reading', value: 0 }],
  ['T -- --', { kind: 'reading', value: 'unreadable' }],
  ['B 87', { kind: 'battery', percent: 87 }],
  ['\0T 118 FE ', { kind: 'reading', value: 118 }],
  ['T 5001 FE', undefined],
  ['T 118', undefined],
  ['T -5 FE', undefined],
  ['B 101', undefined],
  ['', undefined],
])('the line %j', (line, said) => {
  expect(readGaugeLine(line)).toEqual(said);
});
