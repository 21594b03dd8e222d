import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { FiscalDocument, FiscalRecord, FiscalState, FiscalTask } from '../../../shared/fiscal/fiscal.schema.ts';
import { replicated, textField } from '../../db/replicated.ts';
import type { Baseline } from './recovery.rules.ts';

/** How fiscal tasks of the whole shop stand: replicated. */
export const fiscalRecords = sqliteTable(
  'fiscal_records',
  { ...replicated<FiscalRecord>(), orderId: textField('order_id', 'orderId'), status: textField('status', 'status') },
  (table) => [index('fiscal_records_by_order').on(table.orderId)],
);

/** Tasks this device executes. Its steps are committed before the call they announce. */
export const fiscalTasks = sqliteTable(
  'fiscal_tasks',
  {
    id: text('id').primaryKey(),
    /** Order within the register's queue. */
    seq: integer('seq').notNull(),
    origin: text('origin').notNull().$type<'device' | 'server'>(),
    task: text('task', { mode: 'json' }).$type<FiscalTask>().notNull(),
    state: text('state').notNull().$type<FiscalState>(),
    attempts: integer('attempts').notNull().default(0),
    baseline: text('baseline', { mode: 'json' }).$type<Baseline>(),
    document: text('document', { mode: 'json' }).$type<FiscalDocument>(),
    error: text('error', { mode: 'json' }).$type<{
      readonly driverCode: number;
      readonly text: string;
      readonly retryable: boolean;
    }>(),
    shiftAutoOpened: integer('shift_auto_opened', { mode: 'boolean' }).notNull().default(false),
    /** For a task from the server: the last status it has confirmed to have heard. */
    serverStatus: text('server_status').$type<'in_progress' | 'done' | 'error' | 'uncertain'>(),
    /** A person said of an unknown outcome that nothing was printed: counts only where the register itself cannot tell. */
    saidNotPrintedBy: text('said_not_printed_by'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('fiscal_tasks_by_state').on(table.state, table.seq)],
);
