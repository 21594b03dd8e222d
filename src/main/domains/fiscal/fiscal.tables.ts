import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type {
  FiscalDocument,
  FiscalRecord,
  FiscalState,
  FiscalTask,
  KktAddress,
} from '../../../shared/fiscal/fiscal.schema.ts';
import type { CashCount, ShiftReport } from '../../../shared/fiscal/shift.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';
import type { Baseline } from './recovery.rules.ts';

/** How fiscal tasks of the whole shop stand: replicated. */
export const fiscalRecords = sqliteTable(
  'fiscal_records',
  {
    ...replicated<FiscalRecord>(),
    orderId: textField('order_id', 'orderId'),
    status: textField('status', 'status'),
    fnNumber: textField('fn_number', 'document.fnNumber'),
    documentNumber: intField('document_number', 'document.fiscalDocumentNumber'),
  },
  (table) => [
    index('fiscal_records_by_order').on(table.orderId),
    index('fiscal_records_by_document').on(table.documentNumber, table.fnNumber),
  ],
);

/** X and Z reports of the shop's registers: replicated. */
export const shiftReports = sqliteTable(
  'shift_reports',
  { ...replicated<ShiftReport>(), at: intField('at', 'at') },
  (table) => [index('shift_reports_by_time').on(table.at)],
);

/** Counts of the drawer. They leave this device inside the Z report of their shift. */
export const cashCounts = sqliteTable(
  'cash_counts',
  {
    id: text('id').primaryKey(),
    registerId: text('register_id').notNull(),
    shiftNumber: integer('shift_number').notNull(),
    count: text('count', { mode: 'json' }).$type<CashCount>().notNull(),
    at: integer('at').notNull(),
  },
  (table) => [index('cash_counts_by_shift').on(table.registerId, table.shiftNumber)],
);

/** Registers this device drives, by their id in the organisation. */
export const registers = sqliteTable('registers', {
  id: text('id').primaryKey(),
  name: text('name'),
  isMain: integer('is_main', { mode: 'boolean' }).notNull().default(false),
  /** Set on a screen of this device: wins over what the server says. */
  address: text('address', { mode: 'json' }).$type<KktAddress>(),
  /** What the server said last: its registry, or a task. */
  serverAddress: text('server_address', { mode: 'json' }).$type<KktAddress>(),
  /** Where its tasks come from, when it has an agent token of its own. */
  serverUrl: text('server_url'),
  /** The register that answered first: another one at its address is not trusted by itself. */
  kktSerial: text('kkt_serial'),
  fnNumber: text('fn_number'),
  createdAt: integer('created_at').notNull(),
});

/** Tasks this device executes. Its steps are committed before the call they announce. */
export const fiscalTasks = sqliteTable(
  'fiscal_tasks',
  {
    id: text('id').primaryKey(),
    /** Whose queue it is in. */
    registerId: text('register_id').notNull(),
    /** Order within the queues. */
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
    /** The shift it ended in, for the ledger. */
    shiftNumber: integer('shift_number'),
    shiftAutoOpened: integer('shift_auto_opened', { mode: 'boolean' }).notNull().default(false),
    /** For a task from the server: the last status it has confirmed to have heard. */
    serverStatus: text('server_status').$type<'in_progress' | 'done' | 'error' | 'uncertain'>(),
    /** A person said of an unknown outcome that nothing was printed: counts only where the register itself cannot tell. */
    saidNotPrintedBy: text('said_not_printed_by'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('fiscal_tasks_by_state').on(table.registerId, table.state, table.seq),
    index('fiscal_tasks_by_shift').on(table.registerId, table.shiftNumber),
    index('fiscal_tasks_with_contact')
      .on(table.seq)
      .where(sql`json_extract(task, '$.receipt.customerContact') IS NOT NULL`),
  ],
);
