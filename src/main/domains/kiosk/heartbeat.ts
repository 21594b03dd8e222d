/**
 * Is heard twice a minute; a minute in which nobody heard it is kept on the disk and told of once somebody does, so that a
 * kiosk that worked through an outage is told from one that was off.
 */
import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { MISSED_MINUTES_MOST, minuteOf, packMinutes, unpackMinutes } from '#shared/kiosk/kiosk.rules.ts';
import type { KioskWire } from './kiosk.http.ts';
import { addMissedMinute, listMissedMinutes, removeMissedMinutes } from './kiosk.repo.ts';

export const HEARTBEAT_MS = 30_000;
/** Older minutes are nobody's concern: a month. */
const KEEP_MINUTES = 30 * 24 * 60;

export interface HeartbeatDeps {
  readonly wire: Pick<KioskWire, 'beat'>;
  readonly isEnrolled: () => boolean;
  readonly version: string;
  /** Changes that wait to be sent. */
  readonly queue: () => number;
  /** After the first beat of this run that was heard. */
  readonly onHeard: () => Promise<void>;
  readonly random: () => number;
}

export function createHeartbeat(core: Pick<Core, 'db' | 'now' | 'log'>, deps: HeartbeatDeps): Loop {
  const { db, now } = core;
  let wasHeard = false;
  return createLoop({
    name: 'heartbeat',
    // Around the half minute, for the loop only ever waits longer than it is told.
    intervalMs: HEARTBEAT_MS * 0.85,
    jitter: 0.35,
    random: deps.random,
    log: core.log,
    run: async () => {
      if (!deps.isEnrolled()) return;
      const missed = packMinutes(listMissedMinutes(db));
      const at = now();
      const heard = await deps.wire.beat({
        appVersion: deps.version,
        queue: deps.queue(),
        ...(missed === undefined ? {} : { missed }),
      });
      db.transaction(
        (tx) => {
          if (heard === undefined) {
            const minute = minuteOf(at);
            addMissedMinute(tx, minute, minute - KEEP_MINUTES);
          } else if (missed !== undefined) {
            removeMissedMinutes(tx, unpackMinutes(missed).at(-1) ?? missed.from + MISSED_MINUTES_MOST);
          }
        },
        { behavior: 'immediate' },
      );
      if (heard === undefined || wasHeard) return;
      wasHeard = true;
      await deps.onHeard();
    },
  });
}
