/** What a sale is asked to be, as one thing that can be compared. Pure. */
import type { PriceSource } from '#shared/exchange/amounts.schema.ts';
import { compareDecimals, dollarsToMinor, quantityFor } from '#shared/exchange/decimal.rules.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { AppError } from '#shared/kernel/errors.ts';

/** One of quantity, amount and everything; the wire has seen to it. */
export interface Order {
  readonly asset_id: string;
  readonly quantity?: string | undefined;
  readonly amount_usd?: string | undefined;
  readonly sell_all?: true | undefined;
  readonly source?: PriceSource | undefined;
}

export const DEFAULT_SOURCE: PriceSource = 'coingecko';

/** The same text for the same order, however it was written. What price it is bound to is no part of it. */
export const orderText = ({ asset_id, quantity, amount_usd, sell_all, source }: Order): string =>
  canonicalJson({ asset_id, quantity, amount_usd, sell_all, source: source ?? DEFAULT_SOURCE });

/**
 * How much an order is at a price.
 *
 * @throws AppError `app.bad_input` parts of a cent; `exchange.quantity_exceeds_available` with `max_quantity`: never cut down
 */
export function quantityOf(order: Order, unitPrice: string, available: string): string {
  const quantity = wanted(order, unitPrice, available);
  if (compareDecimals(quantity, available) > 0) throw tooMuch(available);
  return quantity;
}

export const tooMuch = (available: string) =>
  new AppError('exchange.quantity_exceeds_available', 'there is less to sell than that', {
    details: { max_quantity: available },
  });

function wanted({ quantity, amount_usd: amount }: Order, unitPrice: string, available: string): string {
  if (quantity !== undefined) return quantity;
  if (amount === undefined) return available;
  const minor = dollarsToMinor(amount);
  if (minor === undefined) throw badAmount('must be dollars with at most two places');
  return quantityFor(minor, unitPrice);
}

const badAmount = (message: string) =>
  new AppError('app.bad_input', `amount_usd ${message}`, { details: { issues: [{ path: 'amount_usd', message }] } });
