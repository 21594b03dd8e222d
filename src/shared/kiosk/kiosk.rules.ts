/** Decisions about a kiosk that both sides make alike. */
import type { KioskStatus } from '../partner/partner.api.ts';
import type { FreeCode, FreeCodeType, Kiosk, MissedMinutes } from './kiosk.schema.ts';

/** this long after its last heartbeat a kiosk counts as out of reach. */
export const KIOSK_SILENT_MS = 180_000;
export const CODE_LIFE_MS = 60 * 24 * 3_600_000;

/** The kiosk of a row that may not have been written yet: one that nobody ever steered. */
export const kioskOf = (row: Kiosk | undefined, id: string): Kiosk => row ?? { id, status: 'active' };

/** SM-7. An open error ends by being cleared, so that somebody has looked at it. */
export function decideStatus(kiosk: Kiosk, to: KioskStatus): 'same' | 'change' | 'use_errors_clear' {
  if (kiosk.status === to) return 'same';
  return to === 'active' && kiosk.lastErrorCode !== undefined ? 'use_errors_clear' : 'change';
}

/**
 * P-24: a kiosk that failed its guests makes amends, a healthy one was paid for by hand. Trouble that guests are served
 * beside, and a status that a person chose, are no reason for amends: whoever is paid by hand would owe nothing for it.
 */
export const codeTypeFor = (kiosk: Kiosk): FreeCodeType => (kiosk.stoppedBy === undefined ? 'cash' : 'error');

export type CodeVerdict = 'good' | 'used' | 'unknown';

/** A code that is over is as good as one that never was. */
export function judgeCode(code: FreeCode | undefined, now: number): CodeVerdict {
  if (code === undefined || now >= code.expiresAt) return 'unknown';
  return code.consumedAt === undefined ? 'good' : 'used';
}

export const CODE_ATTEMPTS = { most: 5, windowMs: 5 * 60_000 } as const;

/** @param wrongAt when wrong codes were entered, Unix ms, oldest first. */
export function decideAttempts(
  wrongAt: readonly number[],
  now: number,
): { readonly left: number; readonly retryAfterMs: number } {
  // A clock that was put back must not forgive what its own future holds.
  const recent = wrongAt.map((at) => Math.min(at, now)).filter((at) => now - at < CODE_ATTEMPTS.windowMs);
  const left = Math.max(0, CODE_ATTEMPTS.most - recent.length);
  const oldest = recent[recent.length - CODE_ATTEMPTS.most];
  return { left, retryAfterMs: oldest === undefined ? 0 : oldest + CODE_ATTEMPTS.windowMs - now };
}

const MINUTE = 60_000;
export const minuteOf = (ms: number): number => Math.floor(ms / MINUTE);
/** The longest bitmap: a week. */
export const MISSED_MINUTES_MOST = 7 * 24 * 60;

/** Minutes, ascending, as a bitmap that begins at the first; those past the longest bitmap are left for the next. */
export function packMinutes(minutes: readonly number[]): MissedMinutes | undefined {
  const [from] = minutes;
  if (from === undefined) return undefined;
  const offsets = minutes.map((minute) => minute - from).filter((offset) => offset < MISSED_MINUTES_MOST);
  const bytes = new Uint8Array(Math.floor((offsets.at(-1) ?? 0) / 8) + 1);
  for (const offset of offsets) bytes[offset >> 3] = (bytes[offset >> 3] ?? 0) | (1 << (offset & 7));
  return { from, bits: btoa(String.fromCharCode(...bytes)) };
}

export function unpackMinutes({ from, bits }: MissedMinutes): number[] {
  return Array.from(atob(bits), (char) => char.charCodeAt(0)).flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (1 << bit)) !== 0).map((bit) => from + index * 8 + bit),
  );
}
