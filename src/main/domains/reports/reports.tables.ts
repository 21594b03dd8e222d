import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { DeliveryFault, DeliveryState } from '../../../shared/reports/delivery.schema.ts';
import type { PrintState } from '../../../shared/reports/print.schema.ts';
import type { Report } from '../../../shared/reports/reports.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

export const reports = sqliteTable(
  'reports',
  {
    ...replicated<Report>(),
    visitId: textField('visit_id', 'visitId'),
    createdAt: intField('created_at', 'createdAt'),
  },
  (table) => [index('reports_by_visit').on(table.visitId, table.createdAt)],
);

/** What this device asked the server to send. Not replicated: an address is told once, and forgotten here. */
export const reportDeliveries = sqliteTable(
  'report_deliveries',
  {
    id: text('id').primaryKey(),
    reportId: text('report_id').notNull(),
    channel: text('channel').$type<'email' | 'sms'>().notNull(),
    /** Null once the server has it. */
    address: text('address'),
    maskedAddress: text('masked_address').notNull(),
    /** Keyed hash of the address: tells whether another is the same. */
    addressKey: text('address_key').notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    attempts: integer('attempts').notNull(),
    /** Unix ms. */
    nextAt: integer('next_at'),
    fault: text('fault').$type<DeliveryFault>(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    index('report_deliveries_by_report').on(table.reportId, table.createdAt),
    index('report_deliveries_by_state').on(table.state),
  ],
);

export const printJobs = sqliteTable(
  'print_jobs',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<'report' | 'photo'>().notNull(),
    /** A report, or the order of a photo. */
    subjectId: text('subject_id').notNull(),
    state: text('state').$type<PrintState>().notNull(),
    /** The print system's own name of it. */
    reference: text('reference'),
    /** Unix ms. */
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    index('print_jobs_by_subject').on(table.subjectId, table.createdAt),
    index('print_jobs_by_state').on(table.state),
  ],
);
