/** Pure decisions of an order: what its lines cost, and the number people say aloud. */

import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { lineTotal } from '#shared/kernel/money.ts';
import { wallTimeIn } from '#shared/kernel/wall-time.ts';
import type { Order, OrderLine } from '#shared/orders/orders.schema.ts';

export interface WantedLine {
  readonly itemId: string;
  readonly quantityMilli: number;
  /** Off the line, minor units. */
  readonly discountMinor: number;
}

/**
 * Lines of an order at the catalogue's prices. Throws `app.bad_input` with the path of a discount that is more than its
 * line costs. `items` holds every item of the lines.
 */
export const priceLines = (
  wanted: readonly WantedLine[],
  items: ReadonlyMap<string, CatalogueItem>,
): readonly OrderLine[] =>
  wanted.map(({ itemId, quantityMilli, discountMinor }, index) => {
    const item = items.get(itemId);
    if (!item) throw new Error(`no item ${itemId} for line ${index}`);
    const full = lineTotal(item.priceMinor, quantityMilli);
    if (discountMinor > full) {
      const message = `must be at most ${full}, the price of the line`;
      throw new AppError('app.bad_input', 'a discount is more than its line costs', {
        details: { issues: [{ path: `lines.${index}.discountMinor`, message }] },
      });
    }
    return { ...lineOf(item), quantityMilli, totalMinor: full - discountMinor };
  });

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
