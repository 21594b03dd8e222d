/** How every call between a screen and its device core is described. */
import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { MODES, type Mode } from '../kernel/mode.ts';

/** What the one door checks before a handler runs. The mode is a fact of the connection, never an argument. */
export interface CallMeta {
  readonly [name: string]: unknown;
  readonly kind: 'query' | 'command' | 'stream';
  readonly modes: readonly Mode[];
  /** Only while a member of staff is signed in at this device. */
  readonly signedIn?: boolean;
}

/** What a defined error carries to the screen beside its code. */
export const FaultData = z.object({
  /** Request id: the line to look for in the log. */
  ref: z.string().optional(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Facts for the sentence, e.g. `{ retryAt: 1763700000000 }`. */
  params: z.record(z.string(), z.unknown()).optional(),
});
export type FaultData = z.infer<typeof FaultData>;

type Faults<C extends ErrorCode> = {
  readonly [K in C]: { readonly status: number; readonly message: string; readonly data: typeof FaultData };
};

/** The error map of the given registry codes, plus the four that any call may raise. */
export function faults<const C extends ErrorCode>(...codes: readonly C[]): Faults<C | CommonFault> {
  const all = [...COMMON_FAULTS, ...codes];
  return Object.fromEntries(
    all.map((code) => [code, { status: ERROR_CODES[code].http, message: code, data: FaultData }]),
  ) as Faults<C | CommonFault>;
}

const COMMON_FAULTS = [
  'app.internal',
  'app.bad_input',
  'app.unavailable',
  'auth.forbidden',
  'staff.not_signed_in',
] as const;
type CommonFault = (typeof COMMON_FAULTS)[number];

const builder = oc.$meta<CallMeta>({ kind: 'query', modes: MODES });

export const query = (modes: readonly Mode[] = MODES, options: { readonly signedIn?: boolean } = {}) =>
  builder.meta({ kind: 'query', modes, ...options });
export const command = (modes: readonly Mode[], options: { readonly signedIn?: boolean } = {}) =>
  builder.meta({ kind: 'command', modes, ...options });
export const stream = (modes: readonly Mode[] = MODES) => builder.meta({ kind: 'stream', modes });
