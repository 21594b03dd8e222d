/** Payments at the provider: where each stands, and everything that was said of it. */
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Currency } from '../../../src/shared/kernel/money.ts';
import type { PspStatus } from '../../../src/shared/payments/psp.schema.ts';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

export const pspPayments = pgTable(
  'psp_payments',
  {
    /** The device's own id of its intent; also the key that makes its creation happen once. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    shopId: text('shop_id').notNull(),
    deviceId: text('device_id').notNull(),
    orderId: text('order_id').notNull(),
    status: text('status').$type<PspStatus>().notNull(),
    amountMinor: int8('amount_minor').notNull(),
    currency: text('currency').$type<Currency>().notNull(),
    description: text('description').notNull(),
    createdAt: int8('created_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    /** The provider's id; null until it answered. */
    providerId: text('provider_id'),
    confirmationUrl: text('confirmation_url'),
    succeededAt: int8('succeeded_at'),
    /** What the provider says it took, minor units. */
    takenMinor: int8('taken_minor'),
    claimedAt: int8('claimed_at'),
    isLate: boolean('is_late').notNull().default(false),
    /** The provider has said its last word. */
    isFinal: boolean('is_final').notNull().default(false),
    failReason: text('fail_reason'),
    refundId: text('refund_id'),
    refundReason: text('refund_reason'),
    /** A refund that the provider refused is tried anew under another key. */
    refundAttempt: integer('refund_attempt').notNull().default(1),
    providerRefundId: text('provider_refund_id'),
    refundedAt: int8('refunded_at'),
    /** When the provider was last read, and when somebody has to look next; null = there is nothing to wait for. */
    checkedAt: int8('checked_at'),
    nextCheckAt: int8('next_check_at'),
  },
  (table) => [
    uniqueIndex('psp_payments_by_provider_id').on(table.providerId),
    index('psp_payments_due').on(table.nextCheckAt),
    index('psp_payments_by_device').on(table.organizationId, table.deviceId, table.createdAt),
  ],
);

/** Only added to: what the provider said, what devices asked, and what became of it. */
export const pspEvents = pgTable(
  'psp_events',
  {
    id: text('id').primaryKey(),
    paymentId: text('payment_id')
      .notNull()
      .references(() => pspPayments.id),
    at: int8('at').notNull(),
    source: text('source').$type<'device' | 'provider' | 'webhook' | 'clock'>().notNull(),
    event: text('event').notNull(),
    /** Never a secret or personal data. */
    details: jsonb('details').$type<Readonly<Record<string, unknown>>>().notNull(),
  },
  (table) => [index('psp_events_by_payment').on(table.paymentId, table.at, table.id)],
);
