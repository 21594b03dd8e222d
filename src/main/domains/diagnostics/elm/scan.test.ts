import { createServer } from 'node:net';
import { describe, expect, test as plainTest, vi } from 'vitest';
import { ADAPTERS, type AdapterName } from '#emulators/elm327/adapters.ts';
import { CARS, type CarName } from '#emulators/elm327/cars.ts';
import { type Emulator, startElm } from '#emulators/elm327/emulator.ts';
import type { CarReading, ScanStep } from '#shared/diagnostics/diagnostics.schema.ts';
import { SCAN_STEPS } from '#shared/diagnostics/diagnostics.schema.ts';
import { tcpLink } from '../links/tcp.link.ts';
import { scanCar } from './scan.ts';

interface Desk {
  readonly emulator: Emulator;
  readonly steps: readonly ScanStep[];
  readonly scan: (options?: ScanOptions) => Promise<CarReading>;
  readonly at: (car: CarName, adapter?: AdapterName) => Promise<CarReading>;
}
interface ScanOptions {
  readonly port?: number;
  readonly signal?: AbortSignal;
  readonly totalMs?: number;
  readonly onStep?: (step: ScanStep) => void;
}

async function openDesk(): Promise<Desk> {
  const emulator = await startElm({ port: 0, controlPort: 0 });
  const steps: ScanStep[] = [];
  const scan = (options: ScanOptions = {}): Promise<CarReading> =>
    scanCar({
      open: tcpLink({ host: '127.0.0.1', port: options.port ?? emulator.port }),
      limits: { connectMs: 2000, totalMs: options.totalMs ?? 20_000 },
      onStep: (step) => {
        steps.push(step);
        options.onStep?.(step);
      },
      signal: options.signal ?? new AbortController().signal,
    });
  return {
    emulator,
    steps,
    scan,
    at: (car, adapter = 'honest') => {
      emulator.set({ car, adapter });
      return scan();
    },
  };
}

/** Each test has an adapter of its own, so those that wait for a limit wait side by side. */
const test = plainTest.extend('desk', async ({ task: _task }, { onCleanup }) => {
  const desk = await openDesk();
  onCleanup(() => desk.emulator.stop());
  return desk;
});

const codes = (reading: CarReading) =>
  Object.fromEntries(reading.findings.map(({ code, kinds }) => [code, kinds.join('+')]));

describe.concurrent('cars', () => {
  test('a clean one: named, its lamp off, its checks done, nothing found, nothing left out', async ({
    desk: { at, steps },
  }) => {
    expect(await at('clean')).toEqual({
      adapter: 'ELM327 v2.2',
      protocol: '6',
      voltageMilli: 12_300,
      vin: 'XTA21099043576182',
      lampOn: false,
      ready: [
        'misfire',
        'fuel_system',
        'components',
        'catalyst',
        'evaporation',
        'oxygen_sensor',
        'oxygen_heater',
        'egr',
      ],
      notReady: [],
      findings: [],
      unanswered: [],
    });
    expect(steps).toEqual(SCAN_STEPS);
  });

  test('stored, pending and permanent codes of one fault are one finding', async ({ desk: { at } }) => {
    const reading = await at('faulty');
    expect(codes(reading)).toEqual({ P0300: 'stored', P0420: 'stored+permanent', P0301: 'pending' });
    expect(reading).toMatchObject({ lampOn: true, notReady: ['catalyst', 'oxygen_sensor'] });
  });

  test('three units on 29 bits, their frames interleaved', async ({ desk: { at } }) => {
    const reading = await at('three_units');
    expect(reading.protocol).toBe('7');
    expect(codes(reading)).toEqual({
      P0171: 'stored',
      P0174: 'stored',
      P2187: 'stored',
      P0455: 'stored',
      P0741: 'stored',
      U0121: 'stored+pending',
      C0035: 'stored',
    });
    expect(reading.findings.find(({ code }) => code === 'P0741')?.units).toEqual(['11']);
  });

  test.for<[CarName, string, Record<string, string>]>([
    ['pending', '6', { P0171: 'pending' }],
    ['permanent', '6', { P0442: 'permanent' }],
    ['k_line', '3', { P0102: 'stored+pending', P0113: 'stored', P0335: 'stored', P0505: 'stored' }],
    ['kwp', '5', { P0443: 'stored' }],
    ['j1850', '2', { P0141: 'stored', P1345: 'stored' }],
    ['diesel', '8', { P2463: 'pending' }],
  ])('%s speaks protocol %s', async ([car, protocol, found], { desk: { at } }) => {
    const reading = await at(car);
    expect(reading.protocol).toBe(protocol);
    expect(codes(reading)).toEqual(found);
    expect(reading.vin).toBe('XTA21099043576182');
    expect(reading.unanswered).toEqual(Number(protocol) < 6 ? ['permanent'] : []);
  });

  test('more codes than a frame holds, of two units', async ({ desk: { at } }) => {
    expect((await at('many')).findings).toHaveLength(15);
  });

  test('without a VIN the rest is told', async ({ desk: { at } }) => {
    const reading = await at('no_vin');
    expect(reading.vin).toBeUndefined();
    expect(reading.unanswered).toEqual(['vin']);
    expect(codes(reading)).toEqual({ P0420: 'stored' });
  });

  test('a scan clears nothing', async ({ desk: { at, emulator } }) => {
    for (const car of Object.keys(CARS) as CarName[]) await at(car).catch(() => undefined);
    expect(emulator.heard()).toContain('03');
    expect(emulator.heard()).not.toContain('04');
  });
});

describe.concurrent('adapters that misbehave', () => {
  const WHOLE: readonly AdapterName[] = [
    'liar',
    'echo_stuck',
    'garbage',
    'blind',
    'stumbling',
    'no_headers',
    'slow',
    'sleepy',
  ];
  test.for(WHOLE)('%s gives the same codes as an honest one', async (adapter, { desk: { at } }) => {
    for (const car of ['faulty', 'k_line'] as const) {
      expect(codes(await at(car, adapter))).toEqual(codes(await at(car)));
    }
  });

  test('a copy without service 0A: said to be one, and the gap is named', async ({ desk: { at } }) => {
    const reading = await at('faulty', 'clone');
    expect(reading.adapter).toBe('ELM327 v1.5 (clone)');
    expect(codes(reading)).toEqual({ P0300: 'stored', P0420: 'stored', P0301: 'pending' });
    expect(reading.unanswered).toEqual(['permanent']);
  });

  test('a version that is a lie is called one', async ({ desk: { at } }) => {
    expect((await at('clean', 'liar')).adapter).toBe('ELM327 v2.1 (clone)');
  });

  test('a small buffer: units are asked one by one', async ({ desk: { at, emulator } }) => {
    const reading = await at('many', 'small_buffer');
    expect(reading.findings).toHaveLength(15);
    expect(emulator.heard()).toContain('ATCRA7E9');
    expect(emulator.heard()).toContain('ATAR');
  });

  test('an answer that always loses a part is never shown by halves', async ({ desk: { at } }) => {
    const reading = await at('many', 'lossy');
    expect(reading.findings).toEqual([]);
    expect(reading.unanswered).toEqual(['vin', 'stored']);
  });

  test.for<[CarName, AdapterName, string]>([
    ['ignition_off', 'honest', 'no_car'],
    ['clean', 'drops', 'adapter_lost'],
    ['clean', 'mute', 'adapter_silent'],
    ['clean', 'mute_midway', 'adapter_silent'],
    ['clean', 'foreign', 'adapter_foreign'],
    ['clean', 'unplugged', 'not_plugged'],
  ])('%s with %s fails as %s', async ([car, adapter, fault], { desk: { at } }) => {
    await expect(at(car, adapter)).rejects.toMatchObject({ fault });
  });

  test('nobody at the address', async ({ desk: { scan, emulator } }) => {
    const { port } = emulator;
    await emulator.stop();
    await expect(scan({ port })).rejects.toMatchObject({ fault: 'adapter_unreachable' });
  });

  test('bytes without end and without a prompt end with the time of the whole scan', async ({ desk: { scan } }) => {
    const babbler = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      const timer = setInterval(() => socket.write('ELM ELM ELM\r'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => babbler.listen(0, '127.0.0.1', resolve));
    const { port } = babbler.address() as { port: number };
    await expect(scan({ port, totalMs: 400 })).rejects.toMatchObject({ fault: 'too_long' });
    await new Promise((resolve) => babbler.close(resolve));
  });
});

describe('a cancelled scan ends at once and lets the adapter go', () => {
  const reason = new Error('the guest left');
  const isLetGo = (emulator: Emulator) => vi.waitFor(() => expect(emulator.listeners()).toBe(0));

  test.for(SCAN_STEPS.slice(1))('at the step %s: nothing more is asked', async (step, { desk: { scan, emulator } }) => {
    emulator.set({ car: 'clean', adapter: 'honest' });
    const controller = new AbortController();
    let asked = -1;
    const running = scan({
      signal: controller.signal,
      onStep: (at) => {
        if (at !== step) return;
        asked = emulator.heard().length;
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    await isLetGo(emulator);
    expect(emulator.heard()).toHaveLength(asked);
  });

  test('while it waits for an answer', async ({ desk: { scan, emulator } }) => {
    emulator.set({ car: 'clean', adapter: 'mute' });
    const controller = new AbortController();
    const running = expect(scan({ signal: controller.signal })).rejects.toBe(reason);
    await vi.waitFor(() => expect(emulator.heard()).toHaveLength(1));
    controller.abort(reason);
    await running;
    await isLetGo(emulator);
    expect(emulator.heard()).toHaveLength(1);
  });
});

plainTest('every kind of adapter in the emulator is tried here', () => {
  const tried = [
    'honest',
    'liar',
    'echo_stuck',
    'garbage',
    'blind',
    'stumbling',
    'no_headers',
    'slow',
    'sleepy',
    'clone',
  ];
  const failing = ['small_buffer', 'lossy', 'drops', 'mute', 'mute_midway', 'foreign', 'unplugged'];
  expect(Object.keys(ADAPTERS).toSorted()).toEqual([...tried, ...failing].toSorted());
});
