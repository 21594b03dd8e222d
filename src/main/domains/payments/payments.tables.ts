import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Payment } from '../../../shared/payments/payments.schema.ts';
import type { Refund } from '../../../shared/payments/refunds.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

/** Money that moved: replicated facts. */
export const payments = sqliteTable(
  'payments',
  {
    ...replicated<Payment>(),
    orderId: textField('order_id', 'orderId'),
    confirmedAt: intField('confirmed_at', 'confirmedAt'),
  },
  (table) => [index('payments_by_order').on(table.orderId)],
);

/** Goods that came back: replicated facts. */
export const refunds = sqliteTable(
  'refunds',
  { ...replicated<Refund>(), orderId: textField('order_id', 'orderId') },
  (table) => [index('refunds_by_order').on(table.orderId)],
);

/** Attempts to be paid at this device; local until confirmed. */
export const paymentIntents = sqliteTable(
  'payment_intents',
  {
    id: text('id').primaryKey(),
    orderId: text('order_id').notNull(),
    visitId: text('visit_id'),
    status: text('status').notNull(),
    provider: text('provider').notNull(),
    amountMinor: integer('amount_minor').notNull(),
    currency: text('currency').notNull(),
    qrData: text('qr_data'),
    metadata: text('metadata', { mode: 'json' }).$type<Record<string, string>>(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    confirmedAt: integer('confirmed_at'),
    /** The money came after the intent had ended. */
    isLate: integer('is_late', { mode: 'boolean' }).notNull().default(false),
    /** It has ended here, but money may still come of it. */
    isFollowed: integer('is_followed', { mode: 'boolean' }).notNull().default(false),
    /** When the provider is asked next. */
    nextLookAt: integer('next_look_at').notNull(),
    /** What its money came to: `served`, or `refund` from the moment that is decided. */
    outcome: text('outcome').$type<'served' | 'refund'>(),
    refundReason: text('refund_reason').$type<'not_served' | 'late' | 'twice'>(),
    refundDueAt: integer('refund_due_at'),
    /** The timeline of the server that its money was claimed on; one that was put back since may not know of it. */
    claimedEpoch: text('claimed_epoch'),
  },
  (table) => [index('payment_intents_by_status').on(table.status), index('payment_intents_by_visit').on(table.visitId)],
);
