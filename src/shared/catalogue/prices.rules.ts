/**
 * Prices that come into force at a moment. A row carries its price and those that are to come, so whoever holds the row
 * knows what to ask at any moment, with or without a line. Pure; the same for a till, a kiosk and headquarters.
 */
import type { CatalogueItem, ComingPrice } from './catalogue.schema.ts';

interface Priced {
  readonly priceMinor: number;
  readonly coming?: readonly ComingPrice[] | undefined;
}

/** So many ahead: a price list for each month of a year. */
export const COMING_PRICES_MOST = 12;
/** A date further ahead than this is a slip of the hand. */
export const COMING_PRICE_AHEAD_MS = 2 * 366 * 86_400_000;

/** What is asked at a moment (Unix ms, by the server's clock), in minor units. */
export const priceAt = ({ priceMinor, coming = [] }: Priced, at: number): number =>
  coming.findLast(({ effectiveFrom }) => effectiveFrom <= at)?.priceMinor ?? priceMinor;

/** The item as it is sold at a moment: its price, and of the coming ones those that are still to come. */
export function itemAt(item: CatalogueItem, at: number): CatalogueItem {
  const { coming = [], ...rest } = item;
  if (coming.every(({ effectiveFrom }) => effectiveFrom > at)) return item;
  return withComing(
    { ...rest, priceMinor: priceAt(item, at) },
    coming.filter(({ effectiveFrom }) => effectiveFrom > at),
  );
}

/** The item with this price from that moment on; another price of the very moment gives way to it. */
export const planPrice = (item: CatalogueItem, price: ComingPrice): CatalogueItem =>
  withComing(
    item,
    [...(item.coming ?? []).filter(({ effectiveFrom }) => effectiveFrom !== price.effectiveFrom), price].toSorted(
      (a, b) => a.effectiveFrom - b.effectiveFrom,
    ),
  );

/** The item without the price of that moment. */
export const dropPrice = (item: CatalogueItem, effectiveFrom: number): CatalogueItem =>
  withComing(
    item,
    (item.coming ?? []).filter((price) => price.effectiveFrom !== effectiveFrom),
  );

function withComing({ coming: _before, ...item }: CatalogueItem, coming: readonly ComingPrice[]): CatalogueItem {
  return coming.length === 0 ? item : { ...item, coming: [...coming] };
}
