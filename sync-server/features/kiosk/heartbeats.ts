/**
 * Heartbeats of kiosks. Ten thousand of them beat every half minute: those that come within a breath are one statement. A
 * beat that is lost with the process is made good by the next; minutes that a kiosk tells of later are written at once.
 */
import { MISSED_MINUTES_MOST, minuteOf, unpackMinutes } from '#shared/kiosk/kiosk.rules.ts';
import type { HeartbeatRequest, MissedMinutes } from '#shared/kiosk/kiosk.schema.ts';
import type { Db } from '../../db/db.ts';
import { isOutage } from '../../sync/db-faults.ts';
import { type Beat, mergeMissed, writeBeats } from './heartbeats.repo.ts';
import type { KioskKey } from './kiosk.repo.ts';

const FLUSH_MS = 500;
/** Well within the parameters of one statement. */
const BATCH = 2000;
const DAY_MINUTES = 24 * 60;

export interface Heartbeats {
  /** Resolves when it is taken; minutes that were missed are on the disk by then. */
  beat(key: KioskKey, request: HeartbeatRequest): Promise<void>;
  /** Writes what was taken. Does not fail: a beat that could not be written is made good by the next. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export function createHeartbeats({
  db,
  now,
  onFault,
}: {
  readonly db: Db;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}): Heartbeats {
  let taken = new Map<string, Beat>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const beats = [...taken.values()];
    taken = new Map();
    for (let start = 0; start < beats.length; start += BATCH) await writeAll(beats.slice(start, start + BATCH));
  };
  /** All tenants' together; one that the database will not take is let go, and the others are not to be lost with it. */
  const writeAll = async (beats: readonly Beat[]): Promise<void> => {
    try {
      await writeBeats(db, beats);
    } catch (error) {
      onFault(error);
      if (isOutage(error) || beats.length === 1) return;
      const half = Math.ceil(beats.length / 2);
      await writeAll(beats.slice(0, half));
      await writeAll(beats.slice(half));
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  };

  return {
    beat: async (key, { appVersion, queue, missed }) => {
      taken.set(key.deviceId, { ...key, at: now(), appVersion: appVersion ?? null, queue: queue ?? null });
      timer ??= setTimeout(() => void flush(), FLUSH_MS);
      if (missed !== undefined) await noteMissed(key, missed);
    },
    flush,
    stop: () => flush(),
  };

  async function noteMissed(key: KioskKey, missed: MissedMinutes): Promise<void> {
    const present = minuteOf(now());
    // A clock that was wrong is not to fill years with minutes.
    const minutes = unpackMinutes(missed).filter(
      (minute) => minute <= present && minute > present - 5 * MISSED_MINUTES_MOST,
    );
    const days = Map.groupBy(minutes, (minute) => Math.floor(minute / DAY_MINUTES));
    await db.transaction(async (tx) => {
      for (const [day, of] of [...days].toSorted(([a], [b]) => a - b)) {
        await mergeMissed(
          tx,
          key,
          day,
          of.map((minute) => minute % DAY_MINUTES),
        );
      }
    });
  }
}
