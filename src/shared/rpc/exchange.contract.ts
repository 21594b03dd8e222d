/**
 * The currency desk of a cashier: what its owner has, what it would bring, a sale by hand or by a command from his phone.
 * Sums of money are US cents; prices and quantities are decimals in text, which nothing on a screen calculates with.
 */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { command, faults, query } from './procedure.ts';

const Code = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
/** As `0.25`: digits, at most one point, no sign. */
const Quantity = z
  .string()
  .max(40)
  .regex(/^\d{1,18}(\.\d{1,18})?$/, 'must be a number as 0.25');
/** As `60000.00`. */
const Price = z.string();
/** May be below zero: a loss. */
const SignedMinor = z.int();
/** Percent with its sign, as `-1.67`. */
const Percent = z.string();

export const PRICE_SOURCES = ['coincap', 'coingecko'] as const;
const Source = z.enum(PRICE_SOURCES);
export type PriceSource = z.infer<typeof Source>;

/** How much: one of the three. */
export const SaleAmount = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('quantity'), quantity: Quantity }),
  z.strictObject({ by: z.literal('usd'), amountMinor: z.int().min(1) }),
  z.strictObject({ by: z.literal('all') }),
]);
export type SaleAmount = z.infer<typeof SaleAmount>;

export const SaleWish = z.strictObject({
  assetId: z.string().min(1).max(100),
  amount: SaleAmount,
  source: Source.optional(),
});
export type SaleWish = z.infer<typeof SaleWish>;

export const Holding = z.object({
  assetId: z.string(),
  name: z.string(),
  symbol: z.string(),
  quantity: z.string(),
  avgBuyPrice: Price,
  currentPrice: Price,
  valueMinor: z.int(),
  pnlMinor: SignedMinor,
  pnlPct: Percent,
});
export type Holding = z.infer<typeof Holding>;

export const SellOverview = z.object({
  cashMinor: z.int(),
  /** What may be sold now, most of it first. */
  holdings: z.array(Holding.extend({ maxQuantity: z.string() })),
  totalMinor: z.int(),
});
export type SellOverview = z.infer<typeof SellOverview>;

export const ExchangeDashboard = z.object({
  balanceMinor: z.int(),
  holdingsMinor: z.int(),
  cashMinor: z.int(),
  /** Of what is held, against what it cost. */
  pnlMinor: SignedMinor,
  pnlPct: Percent,
  /** Over the last day. */
  changePct: Percent,
  /** Oldest first: what the whole was worth. */
  chart: z.array(z.object({ at: Millis, valueMinor: z.int() })),
  movers: z.array(
    z.object({ assetId: z.string(), name: z.string(), symbol: z.string(), price: Price, changePct: Percent }),
  ),
  portfolio: z.array(Holding.extend({ sharePct: Percent })),
});
export type ExchangeDashboard = z.infer<typeof ExchangeDashboard>;

export const ExchangeTransaction = z.object({
  id: z.string(),
  /** `BUY`, `SELL`, `DEPOSIT`, …: the server may know others. */
  kind: z.string(),
  symbol: z.string().optional(),
  name: z.string().optional(),
  quantity: z.string().optional(),
  unitPrice: Price.optional(),
  totalMinor: z.int(),
  /** Of a sale. */
  pnlMinor: SignedMinor.optional(),
  at: Millis,
});
export type ExchangeTransaction = z.infer<typeof ExchangeTransaction>;

/** Something the server said at `asOf`, this device's clock. `isFresh` is false when it could not be asked just now: `fault` says why. */
const asOf = <T extends z.ZodType>(value: T) =>
  z.object({ asOf: Millis, isFresh: z.boolean(), fault: Code.optional(), value });

/** What a sale would bring at a price that the server keeps until `expiresAt` (the server's clock). */
export const SellPreview = z.object({
  previewId: z.string(),
  assetId: z.string(),
  symbol: z.string(),
  name: z.string(),
  source: z.string(),
  unitPrice: Price,
  quantity: z.string(),
  proceedsMinor: z.int(),
  availableQuantity: z.string(),
  isFullPosition: z.boolean(),
  expiresAt: Millis,
});
export type SellPreview = z.infer<typeof SellPreview>;

export const Sold = z.object({
  assetId: z.string(),
  symbol: z.string(),
  name: z.string(),
  source: z.string(),
  unitPrice: Price,
  quantity: z.string(),
  receivedMinor: z.int(),
  cashMinor: z.int(),
  totalMinor: z.int(),
  pnlMinor: SignedMinor,
  remainingQuantity: z.string(),
  at: Millis,
});
export type Sold = z.infer<typeof Sold>;

/** What the command from the phone would do if it were accepted. */
export const CommandEffect = z.discriminatedUnion('kind', [
  /** `isAboveLimit`: it would have been confirmed by itself, were it for less. The preview is made anew when its price runs out. */
  z.object({ kind: z.literal('sell'), preview: SellPreview, isAboveLimit: z.boolean() }),
  /** The phone only suggests: the person at the desk chooses, then executes with `commandId`. */
  z.object({
    kind: z.literal('form'),
    assetId: z.string().optional(),
    quantity: z.string().optional(),
    amountMinor: z.int().optional(),
    source: Source.optional(),
  }),
  /** Another user would be signed in instead of the one who is. */
  z.object({ kind: z.literal('switch_user'), from: z.string() }),
]);
export type CommandEffect = z.infer<typeof CommandEffect>;

export const IncomingCommand = z.object({
  id: z.string(),
  action: z.string(),
  effect: CommandEffect,
  receivedAt: Millis,
  /** Nothing happens after it, by the server's clock. */
  expiresAt: Millis,
});
export type IncomingCommand = z.infer<typeof IncomingCommand>;

/** What became of a command: for the list under the banner. */
export const HandledCommand = z.object({
  id: z.string(),
  action: z.string(),
  outcome: z.enum(['ACKNOWLEDGED', 'FAILED']),
  /** Upper case, as `USER_REJECTED`, `EXPIRED`, `UNSUPPORTED_ACTION`; absent when it was done. */
  reason: z.string().optional(),
  /** Of a sale. */
  sold: Sold.optional(),
  at: Millis,
  /** Has the server heard of it? */
  isTold: z.boolean(),
});
export type HandledCommand = z.infer<typeof HandledCommand>;

export const DeskState = z.object({
  /** Who is signed in at the server. */
  user: z.object({ email: z.string(), name: z.string() }).optional(),
  /** Was signed in, and the server no longer knows it: a person has to sign in again. */
  isSessionOver: z.boolean(),
  /** `no_server`: this device is not enrolled and no address is set. */
  link: z.enum(['ok', 'unreachable', 'no_server']),
  fault: Code.optional(),
  isListening: z.boolean(),
  lastPolledAt: Millis.optional(),
  /** Sales by command up to `maxMinor` are not asked about while it is on. */
  autoConfirm: z.object({ isOn: z.boolean(), maxMinor: z.int() }),
  /** The server's clock minus this device's: countdowns add it to their own. */
  clockOffsetMs: z.int(),
  /** Shown until a phone has typed it or it is over (the server's clock). */
  pairing: z.object({ code: z.string(), expiresAt: Millis }).optional(),
  /** Whose phone this desk listens to. */
  pairedWith: z.object({ name: z.string() }).optional(),
  incoming: IncomingCommand.optional(),
  /** A phone asked for the dashboard: a change of `commandId` opens it. */
  opened: z.object({ commandId: z.string(), at: Millis }).optional(),
  /** Newest first, ten at most. */
  handled: z.array(HandledCommand),
});
export type DeskState = z.infer<typeof DeskState>;

const desk = () => query(['cashier'], { signedIn: true });
const act = () => command(['cashier'], { signedIn: true });

const SALE_FAULTS = [
  'device.server_unreachable',
  'exchange.sign_in_needed',
  'exchange.asset_not_owned',
  'exchange.quantity_exceeds_available',
  'exchange.price_unavailable',
] as const;

const OfCommand = z.strictObject({ id: z.string().max(100) });

/** Emits the collection `exchange` when any of it may be another. */
export const exchangeContract = {
  state: desk().output(DeskState).errors(faults()),
  signIn: act()
    .input(z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) }))
    .output(DeskState)
    .errors(faults('auth.bad_credentials', 'auth.locked', 'app.rate_limited', 'device.server_unreachable')),
  /** Always forgets the session here. `isServerTold` is false when the server could not be reached to end it there. */
  signOut: act()
    .output(z.object({ isServerTold: z.boolean() }))
    .errors(faults()),
  /** A code of six digits for the phone to be typed in; good for five minutes. Needs an enrolled device. */
  pair: act()
    .output(z.object({ code: z.string(), expiresAt: Millis }))
    .errors(faults('device.server_unreachable', 'device.not_enrolled')),
  /** As the server says now, else as it said last; refused before the first time. */
  dashboard: desk()
    .output(asOf(ExchangeDashboard))
    .errors(faults('exchange.sign_in_needed', 'device.server_unreachable', 'exchange.price_unavailable')),
  overview: desk()
    .output(asOf(SellOverview))
    .errors(faults('exchange.sign_in_needed', 'device.server_unreachable', 'exchange.price_unavailable')),
  /** Newest first, fifty at most. */
  transactions: desk()
    .output(asOf(z.array(ExchangeTransaction)))
    .errors(faults('exchange.sign_in_needed', 'device.server_unreachable')),
  /** Changes nothing but the price that the server keeps for half a minute. */
  preview: act()
    .input(SaleWish)
    .output(SellPreview)
    .errors(faults(...SALE_FAULTS)),
  /**
   * Sells what was previewed, at the price that was shown, never anything else. `key` is made by the screen once a sale: the same
   * key with the same wish is the same sale, so after `device.server_unreachable` the same call again tells what came of it, and
   * after `exchange.preview_expired` or `exchange.price_changed` it may be called again with a new preview.
   * `commandId` of a form that a phone asked for: the phone is told.
   */
  execute: act()
    .input(
      z.strictObject({
        key: Id,
        wish: SaleWish,
        previewId: z.string().max(100),
        commandId: z.string().max(100).optional(),
      }),
    )
    .output(Sold)
    .errors(
      faults(
        ...SALE_FAULTS,
        'exchange.preview_expired',
        'exchange.price_changed',
        'exchange.idempotency_conflict',
        'exchange.command_over',
      ),
    ),
  startListening: act().output(DeskState).errors(faults()),
  stopListening: act().output(DeskState).errors(faults()),
  setAutoConfirm: act()
    .input(z.strictObject({ isOn: z.boolean() }))
    .output(DeskState)
    .errors(faults()),
  /** `previewId`: the one the person saw. When another is shown meanwhile nothing is sold: `exchange.preview_expired`. */
  accept: act()
    .input(OfCommand.extend({ previewId: z.string().optional() }))
    .output(DeskState)
    .errors(faults('exchange.command_over', 'exchange.preview_expired')),
  reject: act().input(OfCommand).output(DeskState).errors(faults('exchange.command_over')),
};
