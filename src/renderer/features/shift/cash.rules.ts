/** Cash put into a drawer or taken out of it, as a form. Pure. */
import { parseDecimal } from '../../app/typed.ts';

export const DIRECTIONS = ['in', 'out'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Usual reasons. `other` is typed. */
export const REASONS = {
  in: ['change', 'other'],
  out: ['collection', 'household', 'other'],
} as const;
export type Reason = (typeof REASONS)[Direction][number];

/** What one press adds, kopecks. */
export const HINTS = [10_000, 50_000, 100_000, 500_000] as const;

export type AmountFault = 'not_a_sum' | 'zero' | 'more_than_drawer';

/** Kopecks of a typed sum, or what is wrong with it; undefined while nothing was typed. An unknown drawer refuses nothing: the register will. */
export function readAmount(
  text: string,
  direction: Direction,
  drawerMinor: number | undefined,
): { readonly amountMinor: number } | { readonly fault: AmountFault } | undefined {
  if (text.trim() === '') return undefined;
  const amountMinor = parseDecimal(text, 2);
  if (amountMinor === undefined) return { fault: 'not_a_sum' };
  if (amountMinor === 0) return { fault: 'zero' };
  const isTooMuch = direction === 'out' && drawerMinor !== undefined && amountMinor > drawerMinor;
  return isTooMuch ? { fault: 'more_than_drawer' } : { amountMinor };
}

/** A sum as a person would type it, for adding a note by one press. */
export const asTyped = (minor: number): string =>
  minor % 100 === 0 ? String(minor / 100) : (minor / 100).toFixed(2).replace('.', ',');
