/** What discounts do to a receipt: the same arithmetic in the cart of the screen and in the core. Minor units. */
import type { Issue } from '../kernel/errors.ts';
import { allocate, lineTotal, shareOf, sumMinor } from '../kernel/money.ts';
import type { Discount } from './orders.schema.ts';

/** Hundredths of a percent in the whole. */
const WHOLE = 10_000;

export interface DiscountedLine {
  readonly priceMinor: number;
  readonly quantityMilli: number;
  readonly discount?: Discount | undefined;
}

export interface PricedLine {
  readonly fullMinor: number;
  /** Off by the line's own discount. */
  readonly lineMinor: number;
  /** Its share of what comes off the receipt. */
  readonly receiptMinor: number;
  readonly totalMinor: number;
}

export interface PricedReceipt {
  /** In the order of the lines given. */
  readonly lines: readonly PricedLine[];
  readonly fullMinor: number;
  readonly lineDiscountMinor: number;
  readonly receiptDiscountMinor: number;
  readonly totalMinor: number;
}

/** What a discount takes off an amount; never more than the amount. */
export const discountOf = (amountMinor: number, discount: Discount | undefined): number => {
  if (discount === undefined) return 0;
  const wanted = discount.kind === 'percent' ? shareOf(amountMinor, discount.basisPoints, WHOLE) : discount.amountMinor;
  return Math.min(amountMinor, wanted);
};

/**
 * Each line less its own discount, and the receipt's discount over what is left of them by largest remainder: no kopeck
 * is lost, no line falls below nothing, and the same lines in another order get the same shares.
 */
export function priceReceipt(lines: readonly DiscountedLine[], receipt?: Discount): PricedReceipt {
  const own = lines.map(({ priceMinor, quantityMilli, discount }) => {
    const fullMinor = lineTotal(priceMinor, quantityMilli);
    const lineMinor = discountOf(fullMinor, discount);
    return { fullMinor, lineMinor, leftMinor: fullMinor - lineMinor };
  });
  const leftMinor = sumMinor(own.map((line) => line.leftMinor));
  const receiptDiscountMinor = discountOf(leftMinor, receipt);
  // Equal remainders go by size and not by place: so the place of a line never costs it a kopeck.
  const bySize = own.map((_, index) => index).toSorted((a, b) => (own[b]?.leftMinor ?? 0) - (own[a]?.leftMinor ?? 0));
  const shares = allocate(
    receiptDiscountMinor,
    bySize.map((index) => own[index]?.leftMinor ?? 0),
  );
  const shareAt = new Map(bySize.map((index, place) => [index, shares[place] ?? 0]));
  const priced = own.map(({ fullMinor, lineMinor, leftMinor: left }, index) => {
    const receiptMinor = shareAt.get(index) ?? 0;
    return { fullMinor, lineMinor, receiptMinor, totalMinor: left - receiptMinor };
  });
  return {
    lines: priced,
    fullMinor: sumMinor(priced.map((line) => line.fullMinor)),
    lineDiscountMinor: sumMinor(priced.map((line) => line.lineMinor)),
    receiptDiscountMinor,
    totalMinor: leftMinor - receiptDiscountMinor,
  };
}

/** Sums that are more than what they are to come off, by path. A percent always fits. */
export function checkDiscounts(lines: readonly DiscountedLine[], receipt?: Discount): Issue[] {
  const { lines: priced, fullMinor, lineDiscountMinor } = priceReceipt(lines);
  const check = (path: string, discount: Discount | undefined, limit: number): Issue[] =>
    discount?.kind === 'amount' && discount.amountMinor > limit
      ? [{ path: `${path}.amountMinor`, message: `must be at most ${limit}, what it is taken off` }]
      : [];
  return [
    ...lines.flatMap(({ discount }, index) =>
      check(`lines.${index}.discount`, discount, priced[index]?.fullMinor ?? 0),
    ),
    ...check('discount', receipt, fullMinor - lineDiscountMinor),
  ];
}

/** Whether discounts of a receipt are more than a cashier gives alone. The limit is a whole percent of the full price. */
export const isDiscountOverLimit = (
  { fullMinor, totalMinor }: Pick<PricedReceipt, 'fullMinor' | 'totalMinor'>,
  limitPercent: number,
): boolean => BigInt(fullMinor - totalMinor) * 100n > BigInt(fullMinor) * BigInt(limitPercent);
