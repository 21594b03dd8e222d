/** Was a guest given what was paid for? */
import type { Scan } from '#shared/diagnostics/diagnostics.schema.ts';
import type { Measurement } from '#shared/diagnostics/thickness.schema.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';

interface Work {
  readonly scan: Scan | undefined;
  readonly measurement: Pick<Measurement, 'startedAt' | 'readings'> | undefined;
}

/** When something was last done for a guest here, Unix ms; `undefined`: nothing was begun. */
export function lastWorkedAt({ scan, measurement }: Work): number | undefined {
  const times = [
    ...(scan === undefined ? [] : [scan.startedAt, ...('finishedAt' in scan ? [scan.finishedAt] : [])]),
    ...(measurement === undefined ? [] : [measurement.startedAt, ...measurement.readings.map(({ at }) => at)]),
  ];
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * What was begun at this device has to have come to something, however the visit ended. What was not begun here is done
 * elsewhere - a photo, a scan by an integration - and whoever completes the visit says that it was.
 */
export function wasServed(
  { kind, status }: Pick<Visit, 'kind' | 'status'>,
  work: {
    readonly scan: Pick<Scan, 'state'> | undefined;
    readonly measurement: Pick<Measurement, 'readings'> | undefined;
    /** A paid order with its photo is here: it is printed, by this kiosk or by the staff. */
    readonly isPhotoOrdered?: boolean;
  },
): boolean {
  switch (kind) {
    case 'diagnostics':
      return work.scan === undefined ? status === 'completed' : work.scan.state === 'done';
    case 'thickness':
      return work.measurement === undefined ? status === 'completed' : work.measurement.readings.length > 0;
    case 'photo':
      return work.isPhotoOrdered === true || status === 'completed';
  }
}
