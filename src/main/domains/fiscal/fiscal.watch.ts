/** What the register last said of itself, since when it does as asked or does not, and when to ask again. */
import type { Core } from '#main/core.ts';
import { wallAsUtc } from '#shared/kernel/wall-time.ts';
import { RegisterError, type RegisterFault, type RegisterStatus } from './fiscal.register.ts';

export interface Observed {
  readonly status?: RegisterStatus;
  /** When it said so. Unix ms. */
  readonly seenAt?: number;
  /** Why it does not do as asked now; absent while it does. */
  readonly fault?: RegisterFault;
  /** Since when it does, or does not. Unix ms. */
  readonly since: number;
}

export interface Watch {
  readonly observed: Observed;
  /** It answered: keeps and gives back what it said. */
  readonly see: (status: RegisterStatus) => RegisterStatus;
  /** It did not do as asked: pauses, longer each time in a row. */
  readonly lose: (fault: RegisterFault) => void;
  readonly pauseFor: (ms: number) => void;
  readonly isPaused: () => boolean;
  /** True when it has not been asked for so many ms. */
  readonly isStale: (ms: number) => boolean;
  /** What it said is no longer so: a document has changed it. */
  readonly distrust: () => void;
  /** Forgets the pause: a person pressed a button. */
  readonly hurry: () => void;
}

const PAUSES_MS = [1_000, 3_000, 10_000, 30_000] as const;

/** The law gives a shift 24 hours; a person is told while there is time to close it calmly. */
const WARN_BEFORE_MS = 2 * 3_600_000;

export function createWatch({ now, log, changes }: Pick<Core, 'now' | 'log' | 'changes'>): Watch {
  let observed: Observed = { since: now() };
  let pausedUntil = 0;
  let faults = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let warnedOfShift: number | undefined;
  const warnOfShift = ({ shiftState, shiftNumber, shiftExpiresAt, clock }: RegisterStatus): void => {
    if (shiftState !== 'open' || shiftExpiresAt === undefined || warnedOfShift === shiftNumber) return;
    const leftMs = wallAsUtc(shiftExpiresAt) - wallAsUtc(clock);
    if (leftMs > WARN_BEFORE_MS) return;
    warnedOfShift = shiftNumber;
    log.warn('the shift soon runs out of its 24 hours', { event: 'SHIFT_ENDS_SOON', shift: shiftNumber, leftMs });
  };
  const tellScreens = (): void => changes.emit({ collection: 'fiscal', ids: [] });

  return {
    get observed() {
      return observed;
    },
    see(status) {
      const isNews = observed.fault !== undefined || withoutClock(observed.status) !== withoutClock(status);
      const wasWell = observed.status !== undefined && observed.fault === undefined;
      observed = { status, seenAt: now(), since: wasWell ? observed.since : now() };
      askedAt = now();
      faults = 0;
      if (isNews) tellScreens();
      warnOfShift(status);
      return status;
    },
    lose(fault) {
      const isSame = observed.fault?.text === fault.text;
      // What it last said of itself stays: it is the best that anybody knows.
      observed = { ...observed, fault, since: isSame ? observed.since : now() };
      pausedUntil = now() + (PAUSES_MS[Math.min(faults, PAUSES_MS.length - 1)] ?? 0);
      faults += 1;
      if (isSame) return;
      log.warn('the register does not do as asked', { driverCode: fault.driverCode, text: fault.text });
      tellScreens();
    },
    pauseFor(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
    isPaused: () => now() < pausedUntil,
    isStale: (ms) => now() - askedAt >= ms,
    distrust() {
      askedAt = Number.NEGATIVE_INFINITY;
    },
    hurry() {
      pausedUntil = 0;
      faults = 0;
      askedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Its clock goes on by itself: that is no news. */
const withoutClock = (status: RegisterStatus | undefined): string => JSON.stringify({ ...status, clock: undefined });

/** A fault of the driver as it is; anything else is a fault of ours, worth another try. */
export function asFault(error: unknown): RegisterFault {
  if (error instanceof RegisterError) return error.fault;
  return { driverCode: 0, text: error instanceof Error ? error.message : String(error), retryable: true };
}
