import { sql } from 'drizzle-orm';
import { index, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { Visit } from '../../../shared/visits/visits.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

export const visits = sqliteTable(
  'visits',
  {
    ...replicated<Visit>(),
    status: textField('status', 'status'),
    kind: textField('kind', 'kind'),
    createdAt: intField('created_at', 'createdAt'),
    expiresAt: intField('expires_at', 'expiresAt'),
    finishedAt: intField('finished_at', 'finishedAt'),
    erasedAt: intField('erased_at', 'erasedAt'),
  },
  (table) => [
    index('visits_by_status').on(table.status, table.expiresAt),
    index('visits_by_created').on(table.createdAt),
    index('visits_to_forget').on(table.finishedAt).where(sql`erased_at IS NULL`),
  ],
);
