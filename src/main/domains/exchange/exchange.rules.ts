/** Decisions of the desk that need neither a server nor a disk. */
import type { z } from 'zod';
import { ExecuteSellPayload, RequestSellPayload } from '#shared/exchange/commands.schema.ts';
import { dollarsToMinor } from '#shared/exchange/decimal.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { CommandEffect, SaleWish, SellPreview } from '#shared/rpc/exchange.contract.ts';

export interface AutoConfirm {
  readonly isOn: boolean;
  /** In cents: sales that would bring more are always asked about. */
  readonly maxMinor: number;
}

export const isWithinLimit = (auto: AutoConfirm, { proceedsMinor }: SellPreview): boolean =>
  auto.isOn && proceedsMinor <= auto.maxMinor;

/** What `EXECUTE_DESKTOP_SELL` wants sold; undefined when that cannot be read from it. */
export function wishOf(payload: unknown): SaleWish | undefined {
  const asked = ExecuteSellPayload.safeParse(payload).data;
  if (asked === undefined) return undefined;
  const amount = amountOf(asked);
  return amount === undefined
    ? undefined
    : { assetId: asked.asset_id, amount, ...(asked.source === undefined ? {} : { source: asked.source }) };
}

function amountOf({ quantity, amount_usd }: ExecuteSellPayload): SaleWish['amount'] | undefined {
  if (quantity !== undefined) return { by: 'quantity', quantity };
  if (amount_usd === undefined) return { by: 'all' };
  const amountMinor = dollarsToMinor(amount_usd);
  return amountMinor === undefined ? undefined : { by: 'usd', amountMinor };
}

/** The form that `REQUEST_DESKTOP_SELL` opens; undefined when it cannot be read. */
export function formOf(payload: unknown): Extract<CommandEffect, { kind: 'form' }> | undefined {
  const asked: z.output<typeof RequestSellPayload> | undefined = RequestSellPayload.safeParse(payload).data;
  if (asked === undefined) return undefined;
  const amountMinor = asked.suggested_amount_usd === undefined ? undefined : dollarsToMinor(asked.suggested_amount_usd);
  return {
    kind: 'form',
    ...(asked.preferred_asset_id === undefined ? {} : { assetId: asked.preferred_asset_id }),
    ...(asked.suggested_quantity === undefined ? {} : { quantity: asked.suggested_quantity }),
    ...(amountMinor === undefined ? {} : { amountMinor }),
    ...(asked.source === undefined ? {} : { source: asked.source }),
  };
}

/** The server said no, and nothing was sold; the price alone stands against it. */
const PRICE_FAULTS = ['exchange.preview_expired', 'exchange.price_changed'];
/** Nobody can say whether it was done, or it may be asked again as it is. */
const UNCLEAR_FAULTS = [
  'device.server_unreachable',
  'device.not_enrolled',
  'exchange.sign_in_needed',
  'app.internal',
  'app.unavailable',
  'app.rate_limited',
];

export type SaleFault = 'price' | 'unclear' | 'refused';
export function saleFaultOf(error: unknown): SaleFault {
  if (!(error instanceof AppError) || UNCLEAR_FAULTS.includes(error.code)) return 'unclear';
  return PRICE_FAULTS.includes(error.code) ? 'price' : 'refused';
}
