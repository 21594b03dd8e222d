/**
 * The one door. Every transport ends here, so every call is checked, timed and named in the log the same way, and every
 * fault leaves as a code with a reference to its log line: no message of a library, no stack, no SQL.
 */
import { ORPCError, ValidationError } from '@orpc/server';
import { AppError, ERROR_CODES, type ErrorCode, type Issue, isErrorCode } from '#shared/kernel/errors.ts';
import type { CallMeta, FaultData } from '#shared/rpc/procedure.ts';
import type { Logger } from '../core.ts';
import type { CallContext } from './rpc.ts';

const SLOW_CALL_MS = 200;

export interface DoorDeps {
  readonly log: Logger;
  /** A short name for a fault that a person can read over the phone. */
  readonly newRef: () => string;
  /** Told of every call that ended: for metrics. */
  readonly onCall?: (procedure: string, outcome: 'ok' | ErrorCode) => void;
  /** Told of every call that was refused because no screen of the caller's mode makes it. */
  readonly onForeignCall?: (procedure: string, context: CallContext) => void;
  readonly monotonicMs?: () => number;
}

/** What oRPC hands to a middleware, as far as the door looks at it. */
interface Call {
  readonly context: CallContext;
  readonly path: readonly string[];
  readonly procedure: { readonly '~orpc': { readonly meta: CallMeta } };
  readonly signal?: AbortSignal | undefined;
}

export const createDoor = ({ log, newRef, onCall, onForeignCall, monotonicMs = () => performance.now() }: DoorDeps) => {
  const speakOf = (error: unknown, call: Call): ORPCError<string, FaultData> => {
    const procedure = call.path.join('.');
    const ref = newRef();
    const fault = toFault(error);
    const facts = { procedure, ref, mode: call.context.mode, connectionId: call.context.connectionId };
    if (call.signal?.aborted) log.debug('call was given up by its screen', facts);
    else if (fault.code === 'app.internal') log.error('call failed', { ...facts, error });
    else log.info('call refused', { ...facts, code: fault.code, issues: fault.issues });
    onCall?.(procedure, fault.code);
    return new ORPCError(fault.code, {
      status: ERROR_CODES[fault.code].http,
      message: fault.code,
      data: {
        ref,
        ...(fault.issues === undefined ? {} : { issues: [...fault.issues] }),
        ...(fault.params === undefined ? {} : { params: fault.params }),
      },
    });
  };

  return async <T>(call: Call & { readonly next: () => T | PromiseLike<T> }): Promise<T> => {
    const meta = call.procedure['~orpc'].meta;
    const from = monotonicMs();
    try {
      if (!meta.modes.includes(call.context.mode)) {
        onForeignCall?.(call.path.join('.'), call.context);
        throw new AppError('auth.forbidden', `not for a ${call.context.mode}`);
      }
      if (meta.signedIn === true && !call.context.signedIn()) {
        throw new AppError('staff.not_signed_in', 'nobody is signed in');
      }
      const result = await call.next();
      onCall?.(call.path.join('.'), 'ok');
      return result;
    } catch (error) {
      throw speakOf(error, call);
    } finally {
      const ms = Math.round(monotonicMs() - from);
      if (ms > SLOW_CALL_MS) log.warn('slow call', { procedure: call.path.join('.'), ms });
    }
  };
};

interface Fault {
  readonly code: ErrorCode;
  readonly issues?: readonly Issue[];
  readonly params?: Record<string, unknown>;
}

/** Only what is known to be fit for a screen gets a name; the rest is ours to look up by its reference. */
function toFault(error: unknown): Fault {
  if (error instanceof AppError) {
    const { issues, ...params } = error.details;
    return {
      code: error.code,
      ...(issues === undefined ? {} : { issues }),
      ...(Object.keys(params).length === 0 ? {} : { params }),
    };
  }
  // oRPC says BAD_REQUEST of an input that its schema refuses, and INTERNAL_SERVER_ERROR of such an output.
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) {
    return { code: 'app.bad_input', issues: error.cause.issues.map(toIssue) };
  }
  return { code: error instanceof ORPCError && isErrorCode(error.code) ? error.code : 'app.internal' };
}

const toIssue = (issue: ValidationError['issues'][number]): Issue => ({
  path: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
  message: issue.message,
});
