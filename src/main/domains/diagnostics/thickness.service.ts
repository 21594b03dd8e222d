/**
 * Measuring a body zone by zone: each value is on the disk when it is taken, so a power cut loses none. A gauge is listened
 * to only while a measurement is open; without one values are typed.
 */
import type { Core } from '#main/core.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import { nextZone } from '#shared/diagnostics/thickness.rules.ts';
import type {
  Body,
  Measurement,
  ThicknessNorms,
  ThicknessReading,
  ThicknessValue,
} from '#shared/diagnostics/thickness.schema.ts';
import { zonesOf } from '#shared/diagnostics/thickness-zones.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { MeasurementView } from '#shared/rpc/thickness.contract.ts';
import { findMeasurement, putMeasurement } from './diagnostics.repo.ts';
import type { GaugeTrouble } from './gauge.port.ts';
import { listenToGauge } from './gauge.ts';
import type { OpenTextLink } from './links/text.link.ts';
import { isOpenVisit, requireOpenVisit } from './open-visit.ts';

export interface ThicknessDeps {
  readonly visits: Pick<VisitService, 'get'>;
  readonly isPaid: (visitId: string) => boolean;
  readonly norms: ThicknessNorms;
  /** Absent: values are typed. */
  readonly openGauge: OpenTextLink | undefined;
  /** What the gauge suffers from, while somebody measures. */
  readonly onGaugeTrouble?: (trouble: GaugeTrouble) => void;
}

export interface Thickness {
  view(visitId: string): MeasurementView | undefined;
  /** Throws `diagnostics.not_paid` (this service is paid for before it begins) and what `visits.get` throws. */
  start(visitId: string, body: Body): MeasurementView;
  /** Throws `thickness.not_started`, `thickness.finished`, `thickness.unknown_zone`. */
  point(visitId: string, zone: string): MeasurementView;
  /** Throws as `point` does. */
  measure(visitId: string, zone: string, value: ThicknessValue): MeasurementView;
  /** Throws `thickness.not_started`; ending twice changes nothing. */
  finish(visitId: string): MeasurementView;
  /** For the report: a finished measurement of a paid visit. Throws `thickness.not_started`, `diagnostics.not_paid`. */
  requireFinished(visitId: string): Measurement;
  stop(): void;
}

/** The measurement that is open: which zone is next, and the gauge that is listened to for it. */
interface Open {
  readonly visitId: string;
  readonly gauge: AbortController;
  at: string | undefined;
  isReady: boolean;
}

export function createThickness(
  core: Core,
  { visits, isPaid, norms, openGauge, onGaugeTrouble = () => undefined }: ThicknessDeps,
): Thickness {
  const { db, now } = core;
  const log = core.log.child({ domain: 'thickness' });
  let current: Open | undefined;

  const changed = (visitId: string) => core.changes.emit({ collection: 'thickness', ids: [visitId] });
  const save = (measurement: Measurement) => {
    db.transaction((tx) => putMeasurement(tx, measurement), { behavior: 'immediate' });
  };
  const close = () => {
    current?.gauge.abort();
    current = undefined;
  };

  /** Also after a restart: where it stopped is what is on the disk. */
  const openFor = ({ visitId, body, readings }: Measurement): Open => {
    if (current?.visitId === visitId) return current;
    close();
    const opened: Open = { visitId, gauge: new AbortController(), at: nextZone(body, readings), isReady: false };
    current = opened;
    if (openGauge) {
      void listenToGauge(
        openGauge,
        {
          onReady: (isReady) => {
            opened.isReady = isReady;
            changed(visitId);
          },
          onReading: (value) => {
            const measurement = findMeasurement(db, visitId);
            if (measurement && measurement.finishedAt === undefined && opened.at !== undefined) {
              take(measurement, opened, { zone: opened.at, value, source: 'gauge', at: now() });
            }
          },
          onTrouble: onGaugeTrouble,
        },
        opened.gauge.signal,
        log,
      );
    }
    return opened;
  };

  const take = (measurement: Measurement, opened: Open, reading: ThicknessReading) => {
    const readings = [...measurement.readings.filter(({ zone }) => zone !== reading.zone), reading];
    save({ ...measurement, readings });
    opened.at = nextZone(measurement.body, readings, reading.zone);
    changed(measurement.visitId);
  };

  // A guest who went away leaves no gauge listened to.
  core.changes.subscribe(({ collection, ids }) => {
    if (collection !== 'visits' || current === undefined || !ids.includes(current.visitId)) return;
    if (!isOpenVisit(visits, current.visitId)) close();
  });

  const view = (visitId: string): MeasurementView | undefined => {
    const measurement = findMeasurement(db, visitId);
    if (!measurement) return undefined;
    if (measurement.finishedAt !== undefined || !isOpenVisit(visits, visitId)) return { measurement, gauge: 'none' };
    const { at, isReady } = openFor(measurement);
    return {
      measurement,
      ...(at === undefined ? {} : { at }),
      gauge: openGauge === undefined ? 'none' : isReady ? 'ready' : 'connecting',
    };
  };
  const requireView = (visitId: string): MeasurementView => {
    const found = view(visitId);
    if (found) return found;
    throw new AppError('thickness.not_started', `no measurement of ${visitId}`);
  };
  const requireOpen = (visitId: string, zone: string): readonly [Measurement, Open] => {
    const measurement = findMeasurement(db, visitId);
    if (!measurement) throw new AppError('thickness.not_started', `no measurement of ${visitId}`);
    if (measurement.finishedAt !== undefined) throw new AppError('thickness.finished', 'the measurement has ended');
    if (!zonesOf(measurement.body).some(({ id }) => id === zone)) {
      throw new AppError('thickness.unknown_zone', `a ${measurement.body} has no ${zone}`);
    }
    return [measurement, openFor(measurement)];
  };

  return {
    view,
    start: (visitId, body) => {
      requireOpenVisit(visits, visitId);
      if (!isPaid(visitId)) throw new AppError('diagnostics.not_paid', `${visitId} is not paid for`);
      const { factoryFrom, factoryTo, repaintTo } = norms;
      close();
      save({ visitId, body, norms: { factoryFrom, factoryTo, repaintTo }, startedAt: now(), readings: [] });
      changed(visitId);
      return requireView(visitId);
    },
    point: (visitId, zone) => {
      const [, opened] = requireOpen(visitId, zone);
      opened.at = zone;
      changed(visitId);
      return requireView(visitId);
    },
    measure: (visitId, zone, value) => {
      const [measurement, opened] = requireOpen(visitId, zone);
      take(measurement, opened, { zone, value, source: 'hand', at: now() });
      return requireView(visitId);
    },
    finish: (visitId) => {
      const { measurement } = requireView(visitId);
      if (measurement.finishedAt === undefined) save({ ...measurement, finishedAt: now() });
      close();
      changed(visitId);
      return requireView(visitId);
    },
    requireFinished: (visitId) => {
      const { measurement } = requireView(visitId);
      if (!isPaid(visitId)) throw new AppError('diagnostics.not_paid', `${visitId} is not paid for`);
      if (measurement.finishedAt !== undefined) return measurement;
      throw new AppError('thickness.not_started', `the measurement of ${visitId} is still open`);
    },
    stop: close,
  };
}
