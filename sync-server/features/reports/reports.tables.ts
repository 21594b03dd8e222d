/** Reports that go to guests: what was asked, how each stands, and the key that signs short links. */
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { DeliveryChannel, DeliveryFault, DeliveryState } from '../../../src/shared/reports/delivery.schema.ts';
import type { ReportKind } from '../../../src/shared/reports/reports.schema.ts';
import type { Language } from '../../../src/shared/visits/visits.schema.ts';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

export const reportDeliveries = pgTable(
  'report_deliveries',
  {
    /** The device's own id of it, or headquarters': the same id is the same delivery. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    deviceId: text('device_id').notNull(),
    reportId: text('report_id').notNull(),
    kind: text('kind').$type<ReportKind>().notNull(),
    fileId: text('file_id').notNull(),
    copyCode: text('copy_code').notNull(),
    reportAt: int8('report_at').notNull(),
    language: text('language').$type<Language>().notNull(),
    channel: text('channel').$type<DeliveryChannel>().notNull(),
    /** Null once it is over and nobody needs it any more. */
    address: text('address'),
    maskedAddress: text('masked_address').notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    /** Begun ones: counted before the act. */
    attempts: integer('attempts').notNull(),
    nextAt: int8('next_at'),
    /** While `sending`: until when an answer may come. */
    leaseUntil: int8('lease_until'),
    fault: text('fault').$type<DeliveryFault>(),
    /** In the provider's words, for support. */
    reason: text('reason'),
    providerId: text('provider_id'),
    createdAt: int8('created_at').notNull(),
    updatedAt: int8('updated_at').notNull(),
  },
  (table) => [
    index('report_deliveries_due').on(table.state, table.nextAt),
    index('report_deliveries_by_report').on(table.organizationId, table.reportId, table.createdAt),
    index('report_deliveries_by_copy').on(table.copyCode),
  ],
);

/** One row. In the database and not in the settings, so that every instance signs alike and a restart breaks no link. */
export const reportLinkKeys = pgTable('report_link_keys', {
  id: integer('id').primaryKey(),
  /** 32 random bytes, base64url. */
  secret: text('secret').notNull(),
});
