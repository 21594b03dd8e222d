/** What a person types into a line. Undefined is "not that". */
import { parseDecimal } from '../../app/typed.ts';
import { MAX_QUANTITY_MILLI } from './cart.rules.ts';

/** Thousandths, more than nothing; whole pieces only unless `divisible`. */
export function parseQuantity(text: string, divisible: boolean): number | undefined {
  const milli = parseDecimal(text, 3);
  if (milli === undefined || milli < 1 || milli > MAX_QUANTITY_MILLI) return undefined;
  return divisible || milli % 1000 === 0 ? milli : undefined;
}

/** A whole percent from 1 to 100. */
export function parsePercent(text: string): number | undefined {
  const percent = parseDecimal(text, 0);
  return percent === undefined || percent < 1 || percent > 100 ? undefined : percent;
}

/** Minor units. */
export const parseSum = (text: string): number | undefined => parseDecimal(text, 2);
