/** how a client's code lives. The numbers are settings of the server. */
import type { CodeStanding } from './contracts.schema.ts';

export interface OtpLimits {
  /** How long a code lives from its delivery. */
  readonly lifeMs: number;
  readonly tries: number;
  /** Between one code and the next. */
  readonly pauseMs: number;
}

const CODE = /^\d{6}$/;
/** Six digits, or `undefined`: a blank is never a code. */
export const readCode = (text: unknown): string | undefined => {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  return CODE.test(trimmed) ? trimmed : undefined;
};

/** How one client's codes have been guessed at since the last signature, over all codes and contracts. */
export interface Guesses {
  /** Wrong codes since the last lock: another code gives no more tries than are left of the one before. */
  readonly wrong: number;
  /** How often the tries were used up. */
  readonly locks: number;
  /** No code before this. */
  readonly pausedUntil: number;
}
export const NO_GUESSES: Guesses = { wrong: 0, locks: 0, pausedUntil: 0 };

const MINUTE = 60_000;
/** After the first lock, the second, …; the last one holds for all that follow. */
const PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 24 * 60 * MINUTE] as const;

/** One more wrong code. Using up the tries locks, and each lock keeps the client waiting longer for another code. */
export function guessWrong({ wrong, locks, pausedUntil }: Guesses, now: number, { tries }: OtpLimits): Guesses {
  if (wrong + 1 < tries) return { wrong: wrong + 1, locks, pausedUntil };
  const pause = PAUSES_MS[locks] ?? PAUSES_MS[3];
  return { wrong: 0, locks: locks + 1, pausedUntil: now + pause };
}

/** A code that is on its way from now. @param now Unix ms. */
export const codeAsked = (now: number, { tries, pauseMs }: OtpLimits, { wrong }: Guesses): CodeStanding => ({
  askedAt: now,
  nextAt: now + pauseMs,
  // A setting may have become smaller meanwhile.
  attemptsLeft: Math.max(1, tries - wrong),
});

/** Its ten minutes begin. */
export const codeDelivered = (standing: CodeStanding, deliveredAt: number, { lifeMs }: OtpLimits): CodeStanding => ({
  ...standing,
  deliveredAt,
  expiresAt: deliveredAt + lifeMs,
});

/** Seconds until another code may be asked for; 0: now. */
export const secondsToNext = ({ nextAt }: Pick<CodeStanding, 'nextAt'>, now: number): number =>
  Math.max(0, Math.ceil((nextAt - now) / 1000));

/** Whoever has a code has it delivered; one that is still on its way has no end yet. */
export const isCodeOver = ({ expiresAt }: Pick<CodeStanding, 'expiresAt'>, now: number): boolean =>
  expiresAt !== undefined && now > expiresAt;
