/** Amounts of the currency desk as they travel: decimal text, so that no reader makes a floating number of them by himself. */
import { z } from 'zod';
import { isPositive, numberToDecimal, parseDecimal } from './decimal.rules.ts';

const DECIMAL = 'must be a decimal with at most 15 digits before the point and 18 after it';

/** A quantity or a price in an answer, canonical: `"0.25"`, `"60000"`. */
export const Decimal = z.string().regex(/^\d+(\.\d+)?$/, DECIMAL);

/** Dollars in an answer, always with two places: `"15000.00"`; a loss has its minus. */
export const Dollars = z.string().regex(/^-?\d+\.\d\d$/, 'must be dollars with two places');

/** Percent in an answer, two places: `"50.00"`, `"-1.67"`. */
export const Percent = z.string().regex(/^-?\d+\.\d\d$/, 'must be percent with two places');

/** More than zero; text or a number in a request, canonical text once it is parsed. */
export const DecimalInput = z.union([z.string(), z.number()], DECIMAL).transform((given, ctx) => {
  const decimal = typeof given === 'number' ? numberToDecimal(given) : parseDecimal(given);
  if (decimal === undefined || !isPositive(decimal)) {
    ctx.issues.push({ code: 'custom', input: given, message: `${DECIMAL}, more than zero` });
    return z.NEVER;
  }
  return decimal;
});

export const PriceSource = z.enum(['coincap', 'coingecko'], 'must be coincap or coingecko');
export type PriceSource = z.infer<typeof PriceSource>;
