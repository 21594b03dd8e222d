/**
 * `/auth/*` and `/crypto/*`, in the words of the mobile application's contract: snake_case, times as ISO text of the server's
 * clock, quantities, prices and dollars as decimal text. Faults are problem details; their codes begin with `exchange.`.
 *
 * Who asks: a person with the token of `/auth/login` (`Authorization: Bearer`), or a desktop with its device token where a route
 * says so. A desktop signs in by a ticket that a phone sent; until then it polls with its device token and hears of
 * `LOGIN_ON_DESKTOP` alone: other commands to it end as `NOT_AUTHENTICATED`.
 */
import { z } from 'zod';
import { Id } from '../kernel/schemas.ts';
import { Decimal, DecimalInput, Dollars, Percent, PriceSource } from './amounts.schema.ts';
import { CommandStatus } from './commands.schema.ts';

const Timestamp = z.iso.datetime();
const AssetId = z.string().min(1).max(64);

/** `POST /auth/login` */
export const ExchangeLogin = z.strictObject({ email: z.email().max(254), password: z.string().min(1).max(256) });

/** `POST /auth/login` and `POST /auth/ticket` */
export const ExchangeToken = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  /** Seconds. */
  expires_in: z.int(),
  user: z.strictObject({ id: Id, name: z.string(), email: z.string() }),
});
export type ExchangeToken = z.infer<typeof ExchangeToken>;

/** `POST /auth/ticket`, by the device that the ticket is for or by its user: once, within a minute. */
export const TicketLogin = z.strictObject({ login_ticket: z.string().min(1).max(128) });

/** `POST /auth/logout` */
export const LogoutReply = z.strictObject({ message: z.string() });

/** `POST /crypto/login-tickets`, by the phone; the ticket is what `LOGIN_ON_DESKTOP` carries. */
export const LoginTicketRequest = z.strictObject({ target_device_id: Id });
export const LoginTicketReply = z.strictObject({ login_ticket: z.string(), expires_at: Timestamp });

/** `POST /crypto/pairing-codes`, by the desktop with its device token: it shows the code, the phone's user types it. */
export const PairingCodeReply = z.strictObject({ code: z.string().regex(/^\d{6}$/), expires_at: Timestamp });
export type PairingCodeReply = z.infer<typeof PairingCodeReply>;

/** `GET /crypto/pairing`, by the desktop with its device token. */
export const PairingReply = z.strictObject({
  device_id: Id,
  /** Null until a phone's user has typed its code. */
  user: z.strictObject({ id: Id, name: z.string() }).nullable(),
  /** Of the code that it shows; null once the code was typed or is over. */
  code_expires_at: Timestamp.nullable(),
});
export type PairingReply = z.infer<typeof PairingReply>;

/** `POST /crypto/pairings`, by the phone: binds the desktop that shows this code. */
export const PairingRequest = z.strictObject({ code: z.string().regex(/^\d{6}$/, 'must be six digits') });
export const Pairing = z.strictObject({ device_id: Id, device_name: z.string(), paired_at: Timestamp });
export type Pairing = z.infer<typeof Pairing>;
/** `GET /crypto/pairings`, by the phone. */
export const PairingList = z.strictObject({ pairings: z.array(Pairing) });

export const Holding = z.strictObject({
  id: AssetId,
  name: z.string(),
  symbol: z.string(),
  quantity: Decimal,
  avg_buy_price: Decimal,
  current_price: Decimal,
  current_value: Dollars,
  unrealized_pnl: Dollars,
  unrealized_pnl_pct: Percent,
});
export type Holding = z.infer<typeof Holding>;

/** `GET /crypto/dashboard` */
export const ExchangeDashboard = z.strictObject({
  currency: z.literal('USD'),
  /** Cash and holdings together. */
  portfolio_balance: Dollars,
  holdings_balance: Dollars,
  cash_balance: Dollars,
  unrealized_pnl: Dollars,
  unrealized_pnl_pct: Percent,
  /** What the holdings of now were worth a day ago, against now. */
  balance_change_pct: Percent,
  /** The worth of what is held now over the last day, oldest first. */
  chart: z.array(z.strictObject({ timestamp: Timestamp, price: Dollars })),
  /** The currencies we know whose price moved most in a day, up or down. */
  market_movers: z.array(
    z.strictObject({ id: AssetId, name: z.string(), symbol: z.string(), current_price: Decimal, change_pct: Percent }),
  ),
  portfolio: z.array(Holding.extend({ share_pct: Percent })),
  last_updated: Timestamp,
});
export type ExchangeDashboard = z.infer<typeof ExchangeDashboard>;

/** `GET /crypto/sell/overview`: what there is to sell; a holding of nothing is not listed. */
export const SellOverview = z.strictObject({
  currency: z.literal('USD'),
  cash_balance: Dollars,
  holdings: z.array(Holding.extend({ max_quantity: Decimal })),
  total_sellable_value: Dollars,
  updated_at: Timestamp,
});
export type SellOverview = z.infer<typeof SellOverview>;

const SellOrder = z.strictObject({
  asset_id: AssetId,
  quantity: DecimalInput.optional(),
  amount_usd: DecimalInput.optional(),
  /** Everything there is; more than there is is refused, not cut down. */
  sell_all: z.literal(true).optional(),
  source: PriceSource.optional(),
});

const hasOneAmount = (order: Pick<z.output<typeof SellOrder>, 'quantity' | 'amount_usd' | 'sell_all'>): boolean =>
  [order.quantity, order.amount_usd, order.sell_all].filter((one) => one !== undefined).length === 1;
const ONE_AMOUNT = 'must have exactly one of quantity, amount_usd and sell_all';

/** `POST /crypto/sell/preview` */
export const SellPreviewRequest = SellOrder.refine(hasOneAmount, ONE_AMOUNT);
/** As a client writes it. */
export type SellPreviewRequest = z.input<typeof SellPreviewRequest>;

export const SellPreview = z.strictObject({
  preview_id: Id,
  asset_id: AssetId,
  symbol: z.string(),
  name: z.string(),
  price_source: PriceSource,
  unit_price: Decimal,
  quantity: Decimal,
  proceeds: Dollars,
  available_quantity: Decimal,
  is_full_position: z.boolean(),
  /** Until then this price holds, while the market stays near it. */
  expires_at: Timestamp,
  /** The server's clock now: a countdown needs the difference, not the desk's own clock. */
  server_time: Timestamp,
});
export type SellPreview = z.infer<typeof SellPreview>;

/**
 * `POST /crypto/sell`, with the header `Idempotency-Key`: the same key and the same order answer as the first time and sell
 * nothing more; another order under that key is refused. The preview is how the price is bound, and no part of the order: who asks
 * again after a preview ran out names a new one under the same key. Without a preview it is sold at the price of the moment.
 *
 * The key of a command's sale is `cmd:<id>`; it is refused once the command is over.
 */
export const SellRequest = SellOrder.extend({ preview_id: Id.optional() }).refine(hasOneAmount, ONE_AMOUNT);
/** As a client writes it. */
export type SellRequest = z.input<typeof SellRequest>;

export const IdempotencyKey = z.string().regex(/^[\w:.-]{1,128}$/, 'must be 1 to 128 letters, digits, or : . _ -');

/** The key of the sale that a command asks for. */
export const saleKeyOf = (commandId: string): string => `cmd:${commandId}`;

export const SellReply = z.strictObject({
  transaction_id: Id,
  asset_id: AssetId,
  symbol: z.string(),
  name: z.string(),
  quantity: Decimal,
  price: Decimal,
  received: Dollars,
  cash_balance: Dollars,
  /** Cash and holdings right after the sale. */
  total_balance: Dollars,
  remaining_quantity: Decimal,
  executed_at: Timestamp,
  price_source: PriceSource,
  realized_pnl: Dollars,
});
export type SellReply = z.infer<typeof SellReply>;

/** `GET /crypto/transactions`, newest first. */
export const TransactionsQuery = z.strictObject({ limit: z.coerce.number().pipe(z.int().min(1).max(50)).default(50) });
export const ExchangeTransaction = z.strictObject({
  id: Id,
  tx_type: z.enum(['BUY', 'SELL', 'DEPOSIT']),
  /** Null of money that was put in. */
  asset_id: AssetId.nullable(),
  asset_symbol: z.string().nullable(),
  asset_name: z.string().nullable(),
  quantity: Decimal.nullable(),
  unit_price: Decimal.nullable(),
  total_value: Dollars,
  realized_pnl: Dollars.nullable(),
  /** The command that asked for it. */
  command_id: Id.nullable(),
  created_at: Timestamp,
});
export type ExchangeTransaction = z.infer<typeof ExchangeTransaction>;
export const TransactionList = z.array(ExchangeTransaction);

/** Bytes of a command's payload, as JSON. */
export const MAX_PAYLOAD_BYTES = 4096;

/** `POST /crypto/device-commands`, by the phone. */
export const DeviceCommandRequest = z.strictObject({
  action: z.string().min(1).max(100),
  payload: z.record(z.string(), z.unknown()).default({}),
  source_device: z.string().min(1).max(32).default('mobile'),
  source_device_id: z.string().min(1).max(128).optional(),
  target_device: z.string().min(1).max(32).default('desktop'),
  /** One desktop; without it any desktop of this person, whoever asks first. */
  target_device_id: z.string().min(1).max(128).optional(),
  /** How long it may be carried out. */
  ttl_seconds: z.int().min(5).max(3600).default(60),
});
export type DeviceCommandRequest = z.input<typeof DeviceCommandRequest>;

/** Also `GET /crypto/device-commands/:id`, where the phone watches what became of it. */
export const DeviceCommand = z.strictObject({
  id: Id,
  action: z.string(),
  payload: z.record(z.string(), z.unknown()),
  source_device: z.string(),
  source_device_id: z.string().nullable(),
  target_device: z.string(),
  target_device_id: z.string().nullable(),
  status: CommandStatus,
  /** Of a failed one: a word of `FAIL_REASONS`, or the code of a fault. */
  fail_reason: z.string().nullable(),
  /** What it sold; set with the sale itself, before any ack. */
  transaction_id: Id.nullable(),
  expires_at: Timestamp,
  created_at: Timestamp,
  /** When it was acknowledged or failed. */
  executed_at: Timestamp.nullable(),
});
export type DeviceCommand = z.infer<typeof DeviceCommand>;

/** `GET /crypto/device-commands/poll`, by a person's token or a paired desktop's device token. */
export const PollQuery = z.strictObject({
  target_device: z.string().min(1).max(32).default('desktop'),
  /** With a device token it is the device itself, whatever stands here. */
  target_device_id: z.string().min(1).max(128).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(20)).default(10),
});
export const PollReply = z.strictObject({ commands: z.array(DeviceCommand), polled_at: Timestamp });
export type PollReply = z.infer<typeof PollReply>;

/**
 * `POST /crypto/device-commands/:id/ack`, by whom it was leased to. On a command that is over it changes nothing and answers how it
 * stands; a command whose sale was made is acknowledged, whatever is said of it.
 */
export const AckRequest = z.strictObject({
  status: z.enum(['ACKNOWLEDGED', 'FAILED']),
  reason: z.string().min(1).max(200).optional(),
  /** As in the poll that the command came with. */
  target_device_id: z.string().min(1).max(128).optional(),
});
export type AckRequest = z.infer<typeof AckRequest>;

/** The hint on the live connection of a device that a command waits; what it is, a poll tells. */
export const EXCHANGE_HINT = 'exchange:command';
