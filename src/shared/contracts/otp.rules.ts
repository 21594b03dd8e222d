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

/** A code that is on its way from now. @param now Unix ms. */
export const codeAsked = (now: number, { tries, pauseMs }: OtpLimits): CodeStanding => ({
  askedAt: now,
  nextAt: now + pauseMs,
  attemptsLeft: tries,
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
