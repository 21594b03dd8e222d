/** What was read of cars here. It stays on this device; what a client takes along is the report. */
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ScanState } from '../../../shared/diagnostics/diagnostics.schema.ts';
import type { Body, ThicknessNorms, ThicknessReading } from '../../../shared/diagnostics/thickness.schema.ts';

export const carScans = sqliteTable(
  'car_scans',
  {
    id: text('id').primaryKey(),
    visitId: text('visit_id').notNull(),
    /** Unix ms. */
    startedAt: integer('started_at').notNull(),
    state: text('state', { mode: 'json' }).$type<ScanState>().notNull(),
  },
  (table) => [index('car_scans_by_visit').on(table.visitId, table.startedAt)],
);

export const thicknessMeasurements = sqliteTable('thickness_measurements', {
  visitId: text('visit_id').primaryKey(),
  body: text('body').$type<Body>().notNull(),
  /** The norms that held then: a result does not change because a setting did. */
  norms: text('norms', { mode: 'json' }).$type<ThicknessNorms>().notNull(),
  /** Unix ms. */
  startedAt: integer('started_at').notNull(),
  finishedAt: integer('finished_at'),
  readings: text('readings', { mode: 'json' }).$type<ThicknessReading[]>().notNull(),
});
