/** Did the document reach the fiscal memory? Asked of the same handle that made it; another one does not know. */
import { setTimeout as delay } from 'node:timers/promises';
import { Param } from './constants.ts';
import type { FptrError } from './fptr-error.ts';
import type { FptrCalls } from './session.ts';

export type Closing =
  | { readonly known: true; readonly closed: boolean; readonly printed: boolean }
  /** The register could not be asked. */
  | { readonly known: false; readonly error: FptrError };

/** How often a register that cannot be reached is asked again, and after what pause. */
export interface CheckPolicy {
  readonly tries: number;
  readonly pauseMs: number;
}

export async function checkClosed({ attempt }: FptrCalls, { tries, pauseMs }: CheckPolicy): Promise<Closing> {
  for (let tried = 1; ; tried++) {
    const { error, out } = await attempt('check_document_closed');
    if (error === undefined) {
      return { known: true, closed: out.bool(Param.DOCUMENT_CLOSED), printed: out.bool(Param.DOCUMENT_PRINTED) };
    }
    if (tried >= tries) return { known: false, error };
    await delay(pauseMs);
  }
}
