/** What a person types into a line. Undefined is "not that". */
import type { Discount } from '#shared/orders/orders.schema.ts';
import { parseDecimal } from '../../app/typed.ts';
import { MAX_QUANTITY_MILLI } from './cart.rules.ts';

/** Thousandths, more than nothing; whole pieces only unless `divisible`. */
export function parseQuantity(text: string, divisible: boolean): number | undefined {
  const milli = parseDecimal(text, 3);
  if (milli === undefined || milli < 1 || milli > MAX_QUANTITY_MILLI) return undefined;
  return divisible || milli % 1000 === 0 ? milli : undefined;
}

/** A discount as typed; undefined when it is nothing, or more than what it comes off. */
export function parseDiscount(kind: Discount['kind'], text: string, limitMinor: number): Discount | undefined {
  const hundredths = parseDecimal(text, 2);
  if (hundredths === undefined || hundredths === 0) return undefined;
  if (kind === 'percent') return hundredths <= 10_000 ? { kind, basisPoints: hundredths } : undefined;
  return hundredths <= limitMinor ? { kind, amountMinor: hundredths } : undefined;
}
