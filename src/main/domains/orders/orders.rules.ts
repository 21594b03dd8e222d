/** Pure decisions of an order: what its lines cost, and the number people say aloud. */

import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { wallTimeIn } from '#shared/kernel/wall-time.ts';
import { checkDiscounts, priceReceipt } from '#shared/orders/discount.rules.ts';
import type { Discount, Order, OrderLine } from '#shared/orders/orders.schema.ts';

export interface WantedLine {
  readonly itemId: string;
  readonly quantityMilli: number;
  readonly discount?: Discount | undefined;
}

/**
 * Lines of an order at the catalogue's prices, less their discounts and their shares of the receipt's. Throws
 * `app.bad_input` with the path of a discount that is more than what it comes off. `items` holds every item of the lines.
 */
export function priceLines(
  wanted: readonly WantedLine[],
  items: ReadonlyMap<string, CatalogueItem>,
  receipt?: Discount,
): readonly OrderLine[] {
  const found = wanted.map(({ itemId, quantityMilli, discount }, index) => {
    const item = items.get(itemId);
    if (!item) throw new Error(`no item ${itemId} for line ${index}`);
    return { ...lineOf(item), quantityMilli, discount };
  });
  const issues = checkDiscounts(found, receipt);
  if (issues.length > 0) {
    throw new AppError('app.bad_input', 'a discount is more than it comes off', { details: { issues } });
  }
  const priced = priceReceipt(found, receipt).lines;
  return found.map(({ discount: _asked, ...line }, index) => {
    const { totalMinor = 0, lineMinor = 0, receiptMinor = 0 } = priced[index] ?? {};
    const isReduced = lineMinor + receiptMinor > 0;
    return { ...line, totalMinor, ...(isReduced ? { discount: { lineMinor, receiptMinor } } : {}) };
  });
}

/** What a line takes over from its item. */
export const lineOf = ({ id, name, priceMinor, vat, paymentObject, unit }: CatalogueItem) => ({
  itemId: id,
  name,
  priceMinor,
  vat,
  paymentObject,
  unit,
});

const PREFIX: Readonly<Record<Order['origin'], string>> = { cashier: 'C', kiosk: 'K' };

/** `C-0412`: the number after the day's last one. It goes on past 9999 with five digits. */
export const nextNumber = (origin: Order['origin'], last: number): string =>
  `${PREFIX[origin]}-${String(last + 1).padStart(4, '0')}`;

/**
 * When the day of `now` began on the shop's wall clock, Unix ms. On a day when the clocks change it may be an hour off,
 * which moves the hour at which spoken numbers start anew and nothing else.
 */
export function dayStart(now: number, timeZone: string): number {
  const { hour, minute, second } = wallTimeIn(timeZone, now);
  return now - (now % 1000) - ((hour * 60 + minute) * 60 + second) * 1000;
}

/** A search for a sale, in every way it may be meant. */
export interface SaleWords {
  /** Beginnings of an order's number, e.g. `C-04`. */
  readonly numbers: readonly string[];
  readonly amountMinor?: number;
  readonly documentNumber?: number;
  /** Part of a name, in small letters. */
  readonly name: string;
}

/** A Russian layout gives the letters that look the same. */
const LETTERS: Readonly<Record<string, string>> = { C: 'C', С: 'C', K: 'K', К: 'K' };

/** Reads what a person typed to find a sale: `с-412`, `412`, `1 250,50`, `1043`, `фильтр`. */
export function readSaleWords(text: string): SaleWords {
  const compact = text.replace(/[\s\u00A0\u202F]/g, '').toLocaleUpperCase('ru');
  const number = /^([CKСК]?)-?(\d{0,6})$/.exec(compact);
  const [letter = '', digits = ''] = number?.slice(1) ?? [];
  const prefixes = letter === '' ? Object.values(PREFIX) : [LETTERS[letter] ?? letter];
  const tails = new Set(letter === '' ? [digits.padStart(4, '0')] : [digits, digits.padStart(4, '0')]);
  const sum = /^(\d{1,10})(?:[.,](\d{1,2}))?$/.exec(compact);
  const isNumber = number !== null && letter + digits !== '';
  return {
    name: text.trim().toLocaleLowerCase('ru'),
    numbers: isNumber ? prefixes.flatMap((prefix) => [...tails].map((tail) => `${prefix}-${tail}`)) : [],
    ...(sum?.[1] === undefined ? {} : { amountMinor: Number(sum[1]) * 100 + Number((sum[2] ?? '').padEnd(2, '0')) }),
    ...(sum?.[1] === undefined || sum[2] !== undefined ? {} : { documentNumber: Number(sum[1]) }),
  };
}
