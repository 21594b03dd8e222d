/** The 24 hours of a fiscal shift, for a person. */
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';

type Shift = RegisterView['shift'];

/** How a call names this register; the device's main one before it has an id. */
export const refOf = ({ id }: Pick<RegisterView, 'id'>): { readonly registerId?: string } =>
  id === undefined ? {} : { registerId: id };

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

export const paperOf = ({
  paperPresent,
  paperNearEnd,
}: Pick<RegisterView, 'paperPresent' | 'paperNearEnd'>): 'out' | 'ending' | 'there' =>
  paperPresent ? (paperNearEnd ? 'ending' : 'there') : 'out';

/** Below this a clock is right: nobody reads seconds off a receipt. */
const SKEW_RIGHT_MS = 30_000;
/** From here documents may fall into a wrong day or a wrong shift. */
const SKEW_FAR_MS = 5 * 60_000;

export type Skew =
  | { readonly kind: 'unknown'; readonly isFar: false }
  | { readonly kind: 'right'; readonly isFar: false }
  | {
      readonly kind: 'ahead' | 'behind';
      readonly unit: 'second' | 'minute' | 'hour';
      readonly count: number;
      readonly isFar: boolean;
    };

/** How far the register's clock is from the device's, in the largest unit that fits. */
export function skewOf(skewMs: number | undefined): Skew {
  if (skewMs === undefined) return { kind: 'unknown', isFar: false };
  const by = Math.abs(skewMs);
  if (by < SKEW_RIGHT_MS) return { kind: 'right', isFar: false };
  const seconds = Math.round(by / 1000);
  const [count, unit] =
    seconds < 120
      ? [seconds, 'second' as const]
      : seconds < 7200
        ? [Math.round(seconds / 60), 'minute' as const]
        : [Math.round(seconds / 3600), 'hour' as const];
  return { kind: skewMs > 0 ? 'ahead' : 'behind', unit, count, isFar: by >= SKEW_FAR_MS };
}
