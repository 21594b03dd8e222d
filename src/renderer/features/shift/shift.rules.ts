/** The 24 hours of a fiscal shift, for a person. */
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';

type Shift = RegisterView['shift'];

/** After 22 of the 24 hours it is time to close. */
export const WARN_MS = 2 * 3_600_000;

export type ShiftLook =
  | { readonly kind: 'closed' | 'expired' | 'unknown' }
  | { readonly kind: 'open'; readonly hours: number; readonly minutes: number; readonly isEnding: boolean };

export function lookOf(shift: Shift): ShiftLook {
  if (shift.state !== 'open') return { kind: shift.state };
  const left = Math.max(0, shift.leftMs ?? 0);
  const minutes = Math.floor(left / 60_000);
  return {
    kind: 'open',
    hours: Math.floor(minutes / 60),
    minutes: minutes % 60,
    isEnding: shift.leftMs !== undefined && left <= WARN_MS,
  };
}
