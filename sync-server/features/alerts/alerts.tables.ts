/** What headquarters has to look at. One row for a trouble while it is open, however often it happens. */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { HqAlert } from '../../../src/shared/hq/fiscal.api.ts';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

export const alerts = pgTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    kind: text('kind').$type<HqAlert['kind']>().notNull(),
    subjectType: text('subject_type').notNull(),
    subjectId: text('subject_id').notNull(),
    /** Never a secret or personal data. */
    details: jsonb('details').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** When it last happened, and how often since it was opened. */
    at: int8('at').notNull(),
    times: integer('times').notNull().default(1),
    acknowledgedAt: int8('acknowledged_at'),
    /** When a letter of it was begun whose end nobody has told yet. */
    letterBegunAt: int8('letter_begun_at'),
    /** When those who administer were written of it. */
    mailedAt: int8('mailed_at'),
    /** Nobody: it went by itself. */
    acknowledgedBy: text('acknowledged_by'),
  },
  (table) => [
    uniqueIndex('alerts_open_by_subject')
      .on(table.organizationId, table.kind, table.subjectType, table.subjectId)
      .where(sql`acknowledged_at IS NULL`),
    index('alerts_open').on(table.organizationId, table.at, table.id).where(sql`acknowledged_at IS NULL`),
    index('alerts_by_time').on(table.organizationId, table.at, table.id),
  ],
);

/** Troubles that come and go, between two looks at them. */
export const alertWatches = pgTable(
  'alert_watches',
  {
    organizationId: text('organization_id').notNull(),
    /** Of the alert; one row `turn` an organisation is what instances take turns by. */
    kind: text('kind').notNull(),
    subjectType: text('subject_type').notNull(),
    subjectId: text('subject_id').notNull(),
    badSince: int8('bad_since').notNull(),
    goodSince: int8('good_since'),
    isRaised: boolean('is_raised').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.kind, table.subjectType, table.subjectId] })],
);
