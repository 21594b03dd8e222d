/** The receipt being built, as pure functions. Money is minor units, quantity thousandths; nothing here rounds twice. */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { VAT_PERCENT } from '#shared/fiscal/fiscal.rules.ts';
import { lineTotal, ONE, shareOf } from '#shared/kernel/money.ts';
import { isDiscountOverLimit, priceReceipt } from '#shared/orders/discount.rules.ts';
import type { Discount } from '#shared/orders/orders.schema.ts';
import type { CartLine } from '#shared/rpc/payments.contract.ts';

/** What a line remembers of its item. The price is the catalogue's at that moment; the core checks it again. */
export type CartItem = Pick<CatalogueItem, 'id' | 'name' | 'sku' | 'priceMinor' | 'vat' | 'unit' | 'paymentObject'>;

export interface Line {
  readonly item: CartItem;
  readonly quantityMilli: number;
  readonly discount?: Discount;
}

/** The receipt as it stands: its lines, and what was asked off the whole of it. */
export interface Draft {
  readonly lines: readonly Line[];
  readonly discount?: Discount | undefined;
}

/** `QuantityMilli` of the contract. */
export const MAX_QUANTITY_MILLI = 99_999_999;

const clampQuantity = (milli: number): number => Math.min(Math.max(milli, 1), MAX_QUANTITY_MILLI);

/** Pieces are whole; what is weighed or measured is not. */
export const isDivisible = (unit: CartItem['unit']): boolean => unit !== 'piece';

export const toCartItem = ({ id, name, sku, priceMinor, vat, unit, paymentObject }: CatalogueItem): CartItem => ({
  id,
  name,
  sku,
  priceMinor,
  vat,
  unit,
  paymentObject,
});

/** How a line is counted aloud: a service is not a piece. */
export const unitOf = ({ unit, paymentObject }: CartItem): CartItem['unit'] | 'service' =>
  unit === 'piece' && (paymentObject === 'service' || paymentObject === 'job') ? 'service' : unit;

/** One more of an item: a line that has it grows, else a line is added at the end. */
export function addItem(lines: readonly Line[], item: CartItem, quantityMilli = ONE): readonly Line[] {
  if (!lines.some((line) => line.item.id === item.id)) return [...lines, { item, quantityMilli }];
  return replace(lines, item.id, (line) => ({
    ...line,
    quantityMilli: clampQuantity(line.quantityMilli + quantityMilli),
  }));
}

export const setQuantity = (lines: readonly Line[], itemId: string, quantityMilli: number): readonly Line[] =>
  replace(lines, itemId, (line) => ({ ...line, quantityMilli: clampQuantity(quantityMilli) }));

/** A whole unit more or less. A line never falls below one unit this way: taking it off is a gesture of its own. */
export const changeQuantity = (lines: readonly Line[], itemId: string, by: 1 | -1): readonly Line[] =>
  replace(lines, itemId, (line) => {
    const next = line.quantityMilli + by * ONE;
    return next <= 0 ? line : { ...line, quantityMilli: clampQuantity(next) };
  });

export const setDiscount = (lines: readonly Line[], itemId: string, discount: Discount | undefined): readonly Line[] =>
  replace(lines, itemId, ({ item, quantityMilli }) => ({ item, quantityMilli, ...(discount ? { discount } : {}) }));

export const removeLine = (lines: readonly Line[], itemId: string): readonly Line[] =>
  lines.filter((line) => line.item.id !== itemId);

/** Puts a removed line back where it was; when its item came back meanwhile, the quantities add up. */
export function restoreLine(lines: readonly Line[], line: Line, index: number): readonly Line[] {
  if (lines.some((one) => one.item.id === line.item.id)) return addItem(lines, line.item, line.quantityMilli);
  return lines.toSpliced(Math.min(index, lines.length), 0, line);
}

/** Which line is selected once the one at `index` is gone: the next, else the last. */
export const selectionAfterRemoval = (lines: readonly Line[], index: number): string | undefined =>
  (lines[index] ?? lines.at(-1))?.item.id;

/** The neighbour of the selected line; without a selection, the first one in that direction. */
export function neighbour(lines: readonly Line[], selectedId: string | undefined, by: 1 | -1): string | undefined {
  const at = lines.findIndex((line) => line.item.id === selectedId);
  if (at < 0) return (by === 1 ? lines[0] : lines.at(-1))?.item.id;
  return lines[Math.min(Math.max(at + by, 0), lines.length - 1)]?.item.id;
}

/** Names and prices as the catalogue says now. Items it no longer has stay as they were: the core will name them. */
export const reprice = (lines: readonly Line[], items: ReadonlyMap<string, CartItem>): readonly Line[] =>
  lines.map((line) => ({ ...line, item: items.get(line.item.id) ?? line.item }));

export const fullMinor = ({ item, quantityMilli }: Line): number => lineTotal(item.priceMinor, quantityMilli);

const toPrice = (line: Line) => ({
  priceMinor: line.item.priceMinor,
  quantityMilli: line.quantityMilli,
  discount: line.discount,
});

/** What a line costs after its own discount; its share of the receipt's comes off at the end. */
export const totalMinor = (line: Line): number => priceReceipt([toPrice(line)]).totalMinor;

/** A part of a line as a line of its own: with its percent, and without a sum that was meant for the whole. */
export function partOf({ item, discount }: Line, quantityMilli: number): Line {
  return { item, quantityMilli, ...(discount?.kind === 'percent' ? { discount } : {}) };
}

export interface Totals {
  readonly fullMinor: number;
  /** Off by discounts of lines, and off the whole receipt. */
  readonly lineDiscountMinor: number;
  readonly receiptDiscountMinor: number;
  readonly totalMinor: number;
  /** VAT inside the total, by rate, highest first; rates that carry none are absent. */
  readonly vat: readonly { readonly percent: number; readonly minor: number }[];
}

export function totals({ lines, discount }: Draft): Totals {
  const { lines: priced, ...sums } = priceReceipt(lines.map(toPrice), discount);
  const byRate = new Map<number, number>();
  for (const [index, line] of lines.entries()) {
    const percent = VAT_PERCENT[line.item.vat];
    if (percent) byRate.set(percent, (byRate.get(percent) ?? 0) + (priced[index]?.totalMinor ?? 0));
  }
  return {
    ...sums,
    vat: [...byRate]
      .toSorted(([a], [b]) => b - a)
      .map(([percent, gross]) => ({ percent, minor: shareOf(gross, percent, 100 + percent) })),
  };
}

/** Discounts that a cashier does not give alone. */
export const isOverLimit = (draft: Draft, limitPercent: number): boolean =>
  isDiscountOverLimit(totals(draft), limitPercent);

const replace = (lines: readonly Line[], itemId: string, change: (line: Line) => Line): readonly Line[] =>
  lines.map((line) => (line.item.id === itemId ? change(line) : line));

/** A sum above what it comes off is what it comes off: the line may have become smaller since. */
const fitted = (discount: Discount | undefined, limitMinor: number): Discount | undefined => {
  if (discount?.kind !== 'amount') return discount;
  const amountMinor = Math.min(discount.amountMinor, limitMinor);
  return amountMinor > 0 ? { kind: 'amount', amountMinor } : undefined;
};

/** What `payments.checkout` wants of a receipt. */
export function toCheckout(draft: Draft): { readonly lines: CartLine[]; readonly discount?: Discount } {
  const lines = draft.lines.map((line): CartLine => {
    const discount = fitted(line.discount, fullMinor(line));
    return { itemId: line.item.id, quantityMilli: line.quantityMilli, ...(discount ? { discount } : {}) };
  });
  const sums = totals(draft);
  const discount = fitted(draft.discount, sums.fullMinor - sums.lineDiscountMinor);
  return { lines, ...(discount ? { discount } : {}) };
}
