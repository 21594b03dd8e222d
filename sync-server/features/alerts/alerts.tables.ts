/** What headquarters has to look at. One row for a trouble while it is open, however often it happens. */
import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
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
