/** What currencies are worth. Prices are exact decimals in dollars; nobody here makes a floating number of them. */
import type { PriceSource } from '#shared/exchange/amounts.schema.ts';

export interface PricePoint {
  /** Unix ms. */
  readonly at: number;
  readonly price: string;
}

export interface Prices {
  /**
   * Of those that the source knows; the others are left out.
   *
   * @throws AppError `exchange.price_unavailable` the source does not answer
   */
  now(source: PriceSource, assetIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The last day, oldest first, once an hour or so. @throws AppError `exchange.price_unavailable` */
  lastDay(source: PriceSource, assetId: string): Promise<readonly PricePoint[]>;
}
