/** Registers of an organisation and the queue of what each has to print. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { FiscalTaskType, ShiftState, TaxationSystem } from '../../../src/shared/fiscal/fiscal.schema.ts';
import type { WireFiscalStatus, WireFiscalTask } from '../../../src/shared/fiscal/fiscal.wire.ts';
import type { HqTaskStatus, TaskVerdict } from '../../../src/shared/hq/fiscal.api.ts';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

export const fiscalDevices = pgTable(
  'fiscal_devices',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** Chosen by the owner, unique within the organisation. */
    id: text('id').notNull(),
    shopId: text('shop_id'),
    name: text('name').notNull(),
    kktIp: text('kkt_ip').notNull(),
    kktPort: integer('kkt_port').notNull(),
    taxationSystem: text('taxation_system').$type<TaxationSystem>().notNull(),
    operatorName: text('operator_name').notNull(),
    operatorVatin: text('operator_vatin'),
    createdAt: int8('created_at').notNull(),
    /** Out of service: it keeps its tasks and its name, takes no new task, and its address is free for another. */
    archivedAt: int8('archived_at'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex('fiscal_devices_by_address')
      .on(table.organizationId, table.kktIp, table.kktPort)
      .where(sql`archived_at IS NULL`),
  ],
);

/** What each register said of itself last, by whoever drives it. */
export const fiscalStates = pgTable(
  'fiscal_states',
  {
    organizationId: text('organization_id').notNull(),
    fiscalDeviceId: text('fiscal_device_id').notNull(),
    /** When it said so. Unix ms, by our clock. */
    at: int8('at').notNull(),
    kktSerial: text('kkt_serial').notNull(),
    fnNumber: text('fn_number').notNull(),
    fnValidUntil: int8('fn_valid_until'),
    unsentDocuments: integer('unsent_documents').notNull(),
    unsentSince: int8('unsent_since'),
    shiftState: text('shift_state').$type<ShiftState>().notNull(),
    shiftNumber: integer('shift_number').notNull(),
    /** When the 24 hours of the open shift are over. */
    shiftEndsAt: int8('shift_ends_at'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.fiscalDeviceId] }),
    foreignKey({
      columns: [table.organizationId, table.fiscalDeviceId],
      foreignColumns: [fiscalDevices.organizationId, fiscalDevices.id],
      name: 'fiscal_states_of_device',
    }),
  ],
);

/** What a person decided, and about which claim: reports of a later claim are about another printing. */
export type StoredVerdict = TaskVerdict & { readonly claim: number; readonly userId: string };

export const fiscalTasks = pgTable(
  'fiscal_tasks',
  {
    organizationId: text('organization_id').notNull(),
    id: text('id').notNull(),
    fiscalDeviceId: text('fiscal_device_id').notNull(),
    type: text('type').$type<FiscalTaskType>().notNull(),
    status: text('status').$type<HqTaskStatus>().notNull(),
    /** The task as it was posted, in the contract's own form. */
    body: jsonb('body').$type<WireFiscalTask>().notNull(),
    /** SHA-256 of its canonical JSON: the same task posted again is answered, another under its id is refused. */
    bodyHash: text('body_hash').notNull(),
    totalMinor: int8('total_minor').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Fencing: grows with each claim and is never reset. */
    leaseToken: int8('lease_token').notNull().default(0),
    leaseUntil: int8('lease_until'),
    /** Who claimed it: the device's id, or the token's id of an agent that is no device of ours. */
    holder: text('holder'),
    /** When the claimer first spoke of it. Until then its answer may have been lost on the way. */
    heardAt: int8('heard_at'),
    errorText: text('error_text'),
    retryable: boolean('retryable').notNull().default(false),
    /** Nobody knows whether the register closed the document: never issued again by a machine. */
    uncertain: boolean('uncertain').notNull().default(false),
    nextRetryAt: int8('next_retry_at'),
    /** The document as the agent proved it; what a person entered stands in the verdict. */
    fiscal: jsonb('fiscal').$type<NonNullable<WireFiscalStatus['fiscal']>>(),
    verdict: jsonb('verdict').$type<StoredVerdict>(),
    createdAt: int8('created_at').notNull(),
    startedAt: int8('started_at'),
    updatedAt: int8('updated_at').notNull(),
    completedAt: int8('completed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      columns: [table.organizationId, table.fiscalDeviceId],
      foreignColumns: [fiscalDevices.organizationId, fiscalDevices.id],
      name: 'fiscal_tasks_of_device',
    }),
    index('fiscal_tasks_by_time').on(table.organizationId, table.createdAt, table.id),
    index('fiscal_tasks_by_status').on(table.organizationId, table.status, table.createdAt, table.id),
    index('fiscal_tasks_by_device').on(table.organizationId, table.fiscalDeviceId, table.createdAt, table.id),
    index('fiscal_tasks_by_type').on(table.organizationId, table.type, table.createdAt, table.id),
    // Found by the beginning of an id, whatever the collation of the database.
    index('fiscal_tasks_by_id').on(table.organizationId, table.id.op('text_pattern_ops')),
    index('fiscal_tasks_uncertain').on(table.organizationId, table.createdAt, table.id).where(sql`uncertain`),
    // The queue itself: finished tasks, however many, are not in it.
    index('fiscal_tasks_waiting')
      .on(table.organizationId, table.fiscalDeviceId, table.createdAt, table.id)
      .where(sql`status = 'queued' OR (status = 'error' AND next_retry_at IS NOT NULL)`),
    index('fiscal_tasks_in_progress')
      .on(table.organizationId, table.fiscalDeviceId, table.createdAt, table.id)
      .where(sql`status = 'in_progress'`),
  ],
);
