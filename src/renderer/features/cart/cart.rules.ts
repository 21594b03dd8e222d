/** The receipt being built, as pure functions. Money is minor units, quantity thousandths; nothing here rounds twice. */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { VAT_PERCENT } from '#shared/fiscal/fiscal.rules.ts';
import { lineTotal, ONE, shareOf, sumMinor } from '#shared/kernel/money.ts';
import type { CartLine } from '#shared/rpc/payments.contract.ts';

/** What a line remembers of its item. The price is the catalogue's at that moment; the core checks it again. */
export type CartItem = Pick<CatalogueItem, 'id' | 'name' | 'sku' | 'priceMinor' | 'vat' | 'unit' | 'paymentObject'>;

export type Discount =
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'amount'; readonly minor: number };

export interface Line {
  readonly item: CartItem;
  readonly quantityMilli: number;
  readonly discount?: Discount;
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

/** What comes off a line; never more than the line. */
export function discountMinor(line: Line): number {
  const full = fullMinor(line);
  if (!line.discount) return 0;
  return Math.min(
    full,
    line.discount.kind === 'percent' ? shareOf(full, line.discount.percent, 100) : line.discount.minor,
  );
}

export const totalMinor = (line: Line): number => fullMinor(line) - discountMinor(line);

export interface Totals {
  readonly fullMinor: number;
  readonly discountMinor: number;
  readonly totalMinor: number;
  /** VAT inside the total, by rate, highest first; rates that carry none are absent. */
  readonly vat: readonly { readonly percent: number; readonly minor: number }[];
}

export function totals(lines: readonly Line[]): Totals {
  const byRate = new Map<number, number>();
  for (const line of lines) {
    const percent = VAT_PERCENT[line.item.vat];
    if (percent) byRate.set(percent, (byRate.get(percent) ?? 0) + totalMinor(line));
  }
  return {
    fullMinor: sumMinor(lines.map(fullMinor)),
    discountMinor: sumMinor(lines.map(discountMinor)),
    totalMinor: sumMinor(lines.map(totalMinor)),
    vat: [...byRate]
      .toSorted(([a], [b]) => b - a)
      .map(([percent, gross]) => ({ percent, minor: shareOf(gross, percent, 100 + percent) })),
  };
}

const replace = (lines: readonly Line[], itemId: string, change: (line: Line) => Line): readonly Line[] =>
  lines.map((line) => (line.item.id === itemId ? change(line) : line));

/** What `payments.checkout` wants. */
export const toCheckoutLines = (lines: readonly Line[]): CartLine[] =>
  lines.map((line) => ({
    itemId: line.item.id,
    quantityMilli: line.quantityMilli,
    discountMinor: discountMinor(line),
  }));
