import { afterEach, describe, expect, it, vi } from 'vitest';
import { startElm } from '#emulators/elm327/emulator.ts';
import { startGauge } from '#emulators/thickness-gauge/emulator.ts';
import type { ThicknessValue } from '#shared/diagnostics/thickness.schema.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { type SerialWire, startSerialWire } from '#test/doubles/serial-wire.ts';
import { scanCar } from '../elm/scan.ts';
import type { GaugeTrouble } from '../gauge.port.ts';
import { listenToGauge } from '../gauge.ts';
import { instrumentLink } from './instrument.link.ts';
import { serialLink } from './serial.link.ts';

const { signal } = new AbortController();
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

it('a port that is not there, or is no port, is refused with the reason', async () => {
  await expect(serialLink({ path: '/dev/ttyNONE', baud: 9600 })(signal)).rejects.toThrow(/No such file/);
  await expect(serialLink({ path: '/dev/null', baud: 9600 })(signal)).rejects.toThrow();
});

it('a machine without the native part says which one it lacks', async () => {
  const load = () => Promise.reject(new Error('No native build was found'));
  await expect(serialLink({ path: '/dev/ttyUSB0', baud: 9600 }, load)(signal)).rejects.toThrow(
    /serial ports need @serialport\/bindings-cpp, which cannot be loaded here: .*No native build/,
  );
});

it('a port that opens after everybody has gone is closed again', async () => {
  const opened = Promise.withResolvers<{ close: () => Promise<void> }>();
  const close = vi.fn(() => Promise.resolve());
  const open = vi.fn(() => opened.promise);
  const load = () => Promise.resolve({ autoDetect: () => ({ open }) } as never);
  const leaving = new AbortController();
  const link = serialLink({ path: '/dev/ttyUSB0', baud: 9600 }, load)(leaving.signal);
  await vi.waitFor(() => expect(open).toHaveBeenCalledOnce());
  leaving.abort(new Error('the guest left'));
  await expect(link).rejects.toThrow('the guest left');
  opened.resolve({ close });
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
});

describe.skipIf(process.platform !== 'linux')('over a pseudo-terminal', () => {
  const wire = async (instrument: { readonly port: number; readonly stop: () => Promise<void> }) => {
    stops.push(instrument.stop);
    const made: SerialWire = await startSerialWire(instrument.port);
    stops.push(made.stop);
    return made;
  };

  it('a car is read whole by an adapter on a serial port, and the port is free again', async () => {
    const { path } = await wire(await startElm({ port: 0, controlPort: 0, car: 'faulty' }));
    for (let time = 1; time <= 2; time += 1) {
      const reading = await scanCar({
        open: instrumentLink(`${path}@38400`),
        limits: { connectMs: 3000, totalMs: 20_000 },
        onStep: () => {},
        signal,
      });
      expect(reading.findings.map(({ code }) => code)).toEqual(['P0300', 'P0420', 'P0301']);
      expect(reading.unanswered).toEqual([]);
    }
  });

  it('a gauge on a serial port is listened to, and one whose plug is pulled is missed', async () => {
    const gauge = await startGauge({ port: 0, controlPort: 0 });
    const { path, stop } = await wire(gauge);
    const values: ThicknessValue[] = [];
    const ready: boolean[] = [];
    const troubles: GaugeTrouble[] = [];
    const leaving = new AbortController();
    const listening = listenToGauge(
      instrumentLink(`${path}@9600`),
      {
        onReady: (is) => ready.push(is),
        onReading: (value) => values.push(value),
        onTrouble: (trouble) => troubles.push(trouble),
      },
      leaving.signal,
      quietLog,
    );
    await vi.waitFor(() => expect(ready).toEqual([true]));
    gauge.probe(118);
    await vi.waitFor(() => expect(values).toHaveLength(1));
    await stop();
    await vi.waitFor(() => expect(ready).toEqual([true, false]));
    expect(troubles).toContain('lost');
    leaving.abort();
    await listening;
  });
});
