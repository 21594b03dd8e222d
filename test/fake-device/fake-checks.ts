/** Scans and measurements of the fake device: a car that answers as its state says, step by step. */
import { implement } from '@orpc/server';
import type { CarReading, Scan } from '#shared/diagnostics/diagnostics.schema.ts';
import { SCAN_STEPS } from '#shared/diagnostics/diagnostics.schema.ts';
import { describeCode } from '#shared/diagnostics/dtc.rules.ts';
import { DEFAULT_NORMS, nextZone } from '#shared/diagnostics/thickness.rules.ts';
import type { Measurement, ThicknessReading } from '#shared/diagnostics/thickness.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { ScanView } from '#shared/rpc/diagnostics.contract.ts';
import type { MeasurementView } from '#shared/rpc/thickness.contract.ts';
import type { Ports } from './fake-tasks.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
type Doors = ReturnType<typeof withNothing>;

const CLEAN: CarReading = {
  adapter: 'ELM327 v2.2',
  protocol: '6',
  voltageMilli: 12_300,
  vin: 'XTA21099043576182',
  lampOn: false,
  ready: ['misfire', 'fuel_system', 'components', 'catalyst', 'evaporation', 'oxygen_sensor', 'oxygen_heater', 'egr'],
  notReady: [],
  findings: [],
  unanswered: [],
};
const FAULTY: CarReading = {
  ...CLEAN,
  lampOn: true,
  ready: CLEAN.ready.filter((one) => one !== 'catalyst'),
  notReady: ['catalyst'],
  findings: [
    { code: 'P0303', kinds: ['stored'], units: ['7E8'] },
    { code: 'P0420', kinds: ['stored', 'permanent'], units: ['7E8'] },
    { code: 'P0171', kinds: ['pending'], units: ['7E8'] },
    { code: 'P1345', kinds: ['stored'], units: ['7E8'] },
    { code: 'P0455', kinds: ['stored'], units: ['7E8'] },
  ],
};
const READINGS = { clean: CLEAN, faulty: FAULTY, partly: { ...CLEAN, unanswered: ['stored', 'permanent'] } } as const;

export function createFakeChecks({ now, newId, state, changed }: Ports) {
  const scans = new Map<string, Scan>();
  const measurements = new Map<string, Measurement>();
  const pointed = new Map<string, string>();

  const put = (scan: Scan) => {
    scans.set(scan.visitId, scan);
    changed('diagnostics', scan.id);
  };
  const advance = (id: string, visitId: string, index: number): void => {
    const scan = scans.get(visitId);
    if (scan?.id !== id || scan.state !== 'running') return;
    const { ends, stepMs } = state().scan;
    const step = SCAN_STEPS[index];
    const base = { id, visitId, startedAt: scan.startedAt };
    const isFault = ends !== 'clean' && ends !== 'faulty' && ends !== 'partly';
    if (isFault && index > 1) return put({ ...base, state: 'failed', finishedAt: now(), fault: ends });
    if (step === undefined && !isFault)
      return put({ ...base, state: 'done', finishedAt: now(), reading: READINGS[ends] as CarReading });
    if (step !== undefined) put({ ...base, state: 'running', step });
    setTimeout(() => advance(id, visitId, index + 1), stepMs);
  };
  const view = (visitId: string): ScanView => {
    const scan = scans.get(visitId);
    if (!scan) throw new AppError('diagnostics.not_started', visitId);
    const found = { now: 0, soon: 0, watch: 0 };
    if (scan.state === 'done') {
      for (const { code } of scan.reading.findings) {
        found[(['now', 'soon', 'watch'] as const)[describeCode(code, 'en').urgency - 1] ?? 'soon'] += 1;
      }
    }
    return { scan, locked: state().scan.locked, found };
  };

  const measured = (visitId: string): Measurement => {
    const measurement = measurements.get(visitId);
    if (!measurement) throw new AppError('thickness.not_started', visitId);
    return measurement;
  };
  const viewOf = (visitId: string): MeasurementView => {
    const measurement = measured(visitId);
    const at = pointed.get(visitId);
    return { measurement, ...(at === undefined ? {} : { at }), gauge: state().gauge };
  };
  const take = (visitId: string, reading: ThicknessReading) => {
    const before = measured(visitId);
    const readings = [...before.readings.filter(({ zone }) => zone !== reading.zone), reading];
    measurements.set(visitId, { ...before, readings });
    const next = nextZone(before.body, readings, reading.zone);
    if (next === undefined) pointed.delete(visitId);
    else pointed.set(visitId, next);
    changed('thickness', visitId);
  };

  return {
    clear() {
      scans.clear();
      measurements.clear();
      pointed.clear();
    },
    diagnostics: (door: Doors['diagnostics']) => ({
      available: door.available.handler(() => state().scan.adapter),
      scan: door.scan.handler(({ input }) => (scans.has(input.visitId) ? view(input.visitId) : null)),
      start: door.start.handler(({ input: { visitId } }) => {
        const id = newId();
        put({ id, visitId, startedAt: now(), state: 'running', step: 'adapter' });
        setTimeout(() => advance(id, visitId, 1), state().scan.stepMs);
        return view(visitId);
      }),
      cancel: door.cancel.handler(({ input: { visitId } }) => {
        const { scan } = view(visitId);
        if (scan.state === 'running') {
          put({ id: scan.id, visitId, startedAt: scan.startedAt, state: 'cancelled', finishedAt: now() });
        }
        return view(visitId);
      }),
    }),
    thickness: (door: Doors['thickness']) => ({
      get: door.get.handler(({ input }) => (measurements.has(input.visitId) ? viewOf(input.visitId) : null)),
      start: door.start.handler(({ input: { visitId, body } }) => {
        measurements.set(visitId, { visitId, body, norms: DEFAULT_NORMS, startedAt: now(), readings: [] });
        pointed.set(visitId, nextZone(body, []) ?? '');
        changed('thickness', visitId);
        return viewOf(visitId);
      }),
      point: door.point.handler(({ input: { visitId, zone } }) => {
        pointed.set(visitId, zone);
        return viewOf(visitId);
      }),
      measure: door.measure.handler(({ input: { visitId, zone, value } }) => {
        take(visitId, { zone, value, source: 'hand', at: now() });
        return viewOf(visitId);
      }),
      finish: door.finish.handler(({ input: { visitId } }) => {
        measurements.set(visitId, { ...measured(visitId), finishedAt: now() });
        changed('thickness', visitId);
        return viewOf(visitId);
      }),
    }),
  };
}
