/** The currency desk: paper money of people, what they sold, and what their phones asked of their desktops. */
import { sql } from 'drizzle-orm';
import { check, index, jsonb, numeric, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { PriceSource } from '../../../src/shared/exchange/amounts.schema.ts';
import type { CommandStatus } from '../../../src/shared/exchange/commands.schema.ts';
import type { SellReply } from '../../../src/shared/exchange/exchange.api.ts';
import { organizations, users } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

const organizationId = () =>
  text('organization_id')
    .notNull()
    .references(() => organizations.id);
const userId = () =>
  text('user_id')
    .notNull()
    .references(() => users.id);

/** Its row lock puts everything that one person sells in order. */
export const exchangeWallets = pgTable(
  'exchange_wallets',
  {
    userId: userId().primaryKey(),
    organizationId: organizationId(),
    /** Cents. */
    cashMinor: int8('cash_minor').notNull(),
    createdAt: int8('created_at').notNull(),
  },
  (table) => [check('exchange_wallets_cash', sql`${table.cashMinor} >= 0`)],
);

export const exchangeHoldings = pgTable(
  'exchange_holdings',
  {
    userId: userId(),
    organizationId: organizationId(),
    assetId: text('asset_id').notNull(),
    symbol: text('symbol').notNull(),
    name: text('name').notNull(),
    quantity: numeric('quantity').notNull(),
    /** What the quantity of now was bought for, cents. */
    totalCostMinor: int8('total_cost_minor').notNull(),
    avgBuyPrice: numeric('avg_buy_price').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.assetId] }),
    check('exchange_holdings_quantity', sql`${table.quantity} >= 0`),
    check('exchange_holdings_cost', sql`${table.totalCostMinor} >= 0`),
  ],
);

export const exchangeTransactions = pgTable(
  'exchange_transactions',
  {
    id: text('id').primaryKey(),
    organizationId: organizationId(),
    userId: userId(),
    txType: text('tx_type').$type<'BUY' | 'SELL' | 'DEPOSIT'>().notNull(),
    assetId: text('asset_id'),
    assetSymbol: text('asset_symbol'),
    assetName: text('asset_name'),
    quantity: numeric('quantity'),
    unitPrice: numeric('unit_price'),
    totalMinor: int8('total_minor').notNull(),
    realizedPnlMinor: int8('realized_pnl_minor'),
    /** Of a sale: with the person, what makes it happen once. */
    idempotencyKey: text('idempotency_key'),
    /** SHA-256 of what the key was first used for. */
    orderHash: text('order_hash'),
    /** What was answered, and is answered again. */
    reply: jsonb('reply').$type<SellReply>(),
    previewId: text('preview_id'),
    commandId: text('command_id'),
    at: int8('at').notNull(),
  },
  (table) => [
    uniqueIndex('exchange_transactions_by_key').on(table.userId, table.idempotencyKey),
    uniqueIndex('exchange_transactions_by_command').on(table.commandId),
    index('exchange_transactions_by_user').on(table.userId, table.at, table.id),
  ],
);

export const exchangePreviews = pgTable(
  'exchange_previews',
  {
    id: text('id').primaryKey(),
    organizationId: organizationId(),
    userId: userId(),
    assetId: text('asset_id').notNull(),
    quantity: numeric('quantity').notNull(),
    unitPrice: numeric('unit_price').notNull(),
    source: text('source').$type<PriceSource>().notNull(),
    /** SHA-256 of the order, as a sale under it must be. */
    orderHash: text('order_hash').notNull(),
    createdAt: int8('created_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    usedAt: int8('used_at'),
  },
  (table) => [index('exchange_previews_by_age').on(table.expiresAt)],
);

export const exchangeCommands = pgTable(
  'exchange_commands',
  {
    id: text('id').primaryKey(),
    organizationId: organizationId(),
    userId: userId(),
    action: text('action').notNull(),
    /** Never a token: what lets somebody in is a ticket. */
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    sourceDevice: text('source_device').notNull(),
    sourceDeviceId: text('source_device_id'),
    targetDevice: text('target_device').notNull(),
    targetDeviceId: text('target_device_id'),
    status: text('status').$type<CommandStatus>().notNull(),
    failReason: text('fail_reason'),
    /** Who has it now or had it last. */
    deliveredTo: text('delivered_to'),
    leaseUntil: int8('lease_until'),
    /** Its sale, written with the sale itself. */
    transactionId: text('transaction_id'),
    createdAt: int8('created_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    executedAt: int8('executed_at'),
  },
  (table) => [
    index('exchange_commands_by_user').on(table.userId, table.targetDevice, table.status, table.createdAt),
    index('exchange_commands_open').on(table.expiresAt).where(sql`${table.status} IN ('PENDING', 'DELIVERED')`),
  ],
);

/** Which person's phone a desktop listens to. */
export const exchangePairings = pgTable(
  'exchange_pairings',
  {
    deviceId: text('device_id').primaryKey(),
    organizationId: organizationId(),
    userId: userId(),
    pairedAt: int8('paired_at').notNull(),
  },
  (table) => [index('exchange_pairings_by_user').on(table.userId)],
);

/** One code a desktop; six digits say nothing when hashed, so they are not. */
export const exchangePairingCodes = pgTable(
  'exchange_pairing_codes',
  {
    deviceId: text('device_id').primaryKey(),
    organizationId: organizationId(),
    code: text('code').notNull(),
    expiresAt: int8('expires_at').notNull(),
  },
  (table) => [uniqueIndex('exchange_pairing_codes_by_code').on(table.code)],
);

/** What lets a desktop sign in as its person, once. */
export const exchangeTickets = pgTable('exchange_tickets', {
  /** SHA-256 of the ticket. */
  ticketHash: text('ticket_hash').primaryKey(),
  organizationId: organizationId(),
  userId: userId(),
  /** The only desktop that may use it. */
  deviceId: text('device_id').notNull(),
  expiresAt: int8('expires_at').notNull(),
  usedAt: int8('used_at'),
});

export const exchangeSessions = pgTable(
  'exchange_sessions',
  {
    /** The token's `sid`. */
    id: text('id').primaryKey(),
    organizationId: organizationId(),
    userId: userId(),
    /** The desktop that was let in by a ticket; null for who came with a password. */
    deviceId: text('device_id'),
    createdAt: int8('created_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    revokedAt: int8('revoked_at'),
    ip: text('ip').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [
    index('exchange_sessions_by_device').on(table.deviceId),
    index('exchange_sessions_by_expiry').on(table.expiresAt),
  ],
);
