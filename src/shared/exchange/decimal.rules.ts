/**
 * Exact decimals of currencies: quantities and prices are decimal text, never a floating number; dollars are integer cents.
 * Text is canonical: no exponent, no zeros at either end that say nothing.
 */
import Big from 'big.js';
import { minorToDecimal } from '../kernel/money.ts';

/** What a quantity is counted in: the finest unit that currencies are divided into. */
const PLACES = 18;

/** Digits before the point that we take from outside. */
const WHOLE_DIGITS = 15;

const PLAIN = new RegExp(`^\\d{1,${WHOLE_DIGITS}}(\\.\\d{1,${PLACES}})?$`);

/** Of a plain decimal (`"0.250"`, no sign, no exponent, at most 18 places) the canonical text; undefined for anything else. */
export const parseDecimal = (text: string): string | undefined =>
  PLAIN.test(text) ? new Big(text).toFixed() : undefined;

/** A number of JSON as the decimal that was written there: `0.1` → `"0.1"`, `1e-7` → `"0.0000001"`. */
export const numberToDecimal = (value: number): string | undefined =>
  Number.isFinite(value) && value >= 0 ? parseDecimal(new Big(value).toFixed()) : undefined;

export const isPositive = (decimal: string): boolean => new Big(decimal).gt(0);

/** Below zero, zero or above it, as `a` is less than `b`, equal or more. */
export const compareDecimals = (a: string, b: string): number => new Big(a).cmp(b);

export const plus = (a: string, b: string): string => new Big(a).plus(b).toFixed();

export const minus = (a: string, b: string): string => new Big(a).minus(b).toFixed();

export const times = (a: string, b: string): string => new Big(a).times(b).toFixed();

/** `a / b`, to 18 places, half up. `b` is not zero. */
export const dividedBy = (a: string, b: string): string => {
  const precise = Big();
  precise.DP = PLACES;
  precise.RM = Big.roundHalfUp;
  return new precise(a).div(b).toFixed();
};

const cents = (decimal: Big, rounding: 0 | 1): number => {
  const value = Number(decimal.times(100).round(0, rounding).toFixed());
  if (!Number.isSafeInteger(value)) throw new RangeError('more money than we count');
  return value;
};

/**
 * What a quantity brings at a price, in cents. Rounded down: a position that is sold in pieces never brings more than the
 * whole of it.
 */
export const proceedsMinor = (unitPrice: string, quantity: string): number =>
  cents(new Big(unitPrice).times(quantity), Big.roundDown);

/** What a quantity cost at a price, in cents, half up. */
export const costMinor = (unitPrice: string, quantity: string): number =>
  cents(new Big(unitPrice).times(quantity), Big.roundHalfUp);

/**
 * The least quantity that brings this amount at this price: rounded up in the last of 18 places, so that rounding the proceeds
 * down gives the amount itself. Never more than a holding whose worth covers the amount.
 */
export const quantityFor = (amountMinor: number, unitPrice: string): string => {
  const precise = Big();
  precise.DP = PLACES;
  precise.RM = Big.roundUp;
  return new precise(amountMinor).div(new precise(unitPrice).times(100)).toFixed();
};

/** Dollars of the wire → cents; undefined where they have more than two places. */
export const dollarsToMinor = (decimal: string): number | undefined => {
  const value = new Big(decimal).times(100);
  return value.round(0, Big.roundDown).eq(value) ? cents(new Big(decimal), Big.roundDown) : undefined;
};

/** Cents → dollars of the wire: `"15000.00"`, `"-0.05"`. */
export const dollars: (minor: number) => string = minorToDecimal;

/** `part` of `whole` in percent with two places, half up: `"50.00"`. Of nothing it is `"0.00"`. */
export const percent = (part: string, whole: string): string =>
  new Big(whole).eq(0) ? '0.00' : new Big(part).times(100).div(whole).toFixed(2, Big.roundHalfUp);

/** Whether two prices are further apart than this many percent of the first, in either direction. */
export const isFurtherApart = (from: string, to: string, tolerancePercent: string): boolean =>
  new Big(to).minus(from).abs().times(100).gt(new Big(from).times(tolerancePercent));
