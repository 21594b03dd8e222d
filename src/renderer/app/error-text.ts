/** The one place where a code becomes a sentence, and where its `retry` becomes a gesture. */
import { ORPCError } from '@orpc/client';
import { AppError, ERROR_CODES, type ErrorCode, isErrorCode } from '#shared/kernel/errors.ts';
import type { FaultData } from '#shared/rpc/procedure.ts';
import type { Text } from './i18n/i18n.ts';

/** Anything thrown by a call, as the registry knows it. */
export interface Fault {
  readonly code: ErrorCode;
  /** Request id: said over the phone, it finds the line of the log. */
  readonly ref?: string;
  readonly issues?: FaultData['issues'];
  readonly params: Readonly<Record<string, unknown>>;
}

/** `retry` - show a button; `wait` - say that it will be tried again; `none` - only the sentence. */
export type Gesture = 'retry' | 'wait' | 'none';

export interface ErrorText {
  readonly code: ErrorCode;
  readonly text: string;
  readonly gesture: Gesture;
  readonly ref?: string;
}

/** The line between page and core dropped while a call was under way: nobody knows whether it was done. */
const isDroppedLine = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

export function toFault(error: unknown): Fault {
  if (error instanceof AppError) {
    const { ref, issues } = error.details;
    return {
      code: error.code,
      params: error.details,
      ...(typeof ref === 'string' ? { ref } : {}),
      ...(issues === undefined ? {} : { issues: [...issues] }),
    };
  }
  if (error instanceof ORPCError && isErrorCode(error.code)) {
    const data = (error.data ?? {}) as FaultData;
    return {
      code: error.code,
      params: data.params ?? {},
      ...(data.ref === undefined ? {} : { ref: data.ref }),
      ...(data.issues === undefined ? {} : { issues: data.issues }),
    };
  }
  return { code: isDroppedLine(error) ? 'app.unavailable' : 'app.internal', params: {} };
}

const GESTURES = { now: 'retry', later: 'wait', never: 'none' } as const;

export const gestureOf = (code: ErrorCode): Gesture => GESTURES[ERROR_CODES[code].retry];

export function errorText(t: Text, error: unknown): ErrorText {
  const fault = toFault(error);
  return {
    code: fault.code,
    text: t(`errors:${fault.code}`, fault.params),
    gesture: gestureOf(fault.code),
    ...(fault.ref === undefined ? {} : { ref: fault.ref }),
  };
}
