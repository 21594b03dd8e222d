/** What a phone may ask of a desktop, and how such a command goes through its life (SM-8). */
import { z } from 'zod';
import { DecimalInput, PriceSource } from './amounts.schema.ts';

export const CommandStatus = z.enum(['PENDING', 'DELIVERED', 'ACKNOWLEDGED', 'FAILED', 'EXPIRED']);
export type CommandStatus = z.infer<typeof CommandStatus>;

export const DESKTOP_ACTIONS = [
  'LOGIN_ON_DESKTOP',
  'OPEN_DESKTOP_DASHBOARD',
  'EXECUTE_DESKTOP_SELL',
  'REQUEST_DESKTOP_SELL',
] as const;
export type DesktopAction = (typeof DESKTOP_ACTIONS)[number];

/** A ticket that opens a session once; a queue holds no token that opens more. */
export const LoginPayload = z.looseObject({ login_ticket: z.string().min(1).max(128) });

/** `EXECUTE_DESKTOP_SELL`: exactly one of quantity, amount and everything. */
export const ExecuteSellPayload = z
  .looseObject({
    asset_id: z.string().min(1).max(64),
    quantity: DecimalInput.optional(),
    amount_usd: DecimalInput.optional(),
    sell_all: z.literal(true).optional(),
    source: PriceSource.optional(),
  })
  .refine(
    ({ quantity, amount_usd, sell_all }) =>
      [quantity, amount_usd, sell_all].filter((one) => one !== undefined).length === 1,
    'must have exactly one of quantity, amount_usd and sell_all',
  );
export type ExecuteSellPayload = z.output<typeof ExecuteSellPayload>;

/** `REQUEST_DESKTOP_SELL`: a form that the desktop opens, filled in as the phone suggests. */
export const RequestSellPayload = z.looseObject({
  preferred_asset_id: z.string().min(1).max(64).optional(),
  suggested_quantity: DecimalInput.optional(),
  suggested_amount_usd: DecimalInput.optional(),
  source: PriceSource.optional(),
});
export type RequestSellPayload = z.output<typeof RequestSellPayload>;

/** Why a desktop did not do it. A fault of the server comes as its code, e.g. `exchange.price_changed`. */
export const FAIL_REASONS = [
  'UNSUPPORTED_ACTION',
  'INVALID_PAYLOAD',
  'NOT_AUTHENTICATED',
  'USER_REJECTED',
  'TICKET_INVALID',
] as const;
export type FailReason = (typeof FAIL_REASONS)[number];
