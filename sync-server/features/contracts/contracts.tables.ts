/** What of a contract is on the server alone: its place in the day, what it was made of, its code, what is on its way. */
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ContractSnapshot } from '../../../src/shared/contracts/snapshot.rules.ts';
import type { WireFiscalTask } from '../../../src/shared/fiscal/fiscal.wire.ts';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

/** the last place that was given out, by organisation and day of its zone. */
export const contractDays = pgTable(
  'contract_days',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** `251015`. */
    day: text('day').notNull(),
    last: integer('last').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.day] })],
);

/** Made before the PDF is drawn: who draws it again draws the same. */
export const contractPapers = pgTable(
  'contract_papers',
  {
    /** The contract's. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    clientId: text('client_id').notNull(),
    day: text('day').notNull(),
    number: text('number').notNull(),
    createdAt: int8('created_at').notNull(),
    snapshotHash: text('snapshot_hash').notNull(),
    /** The passport in it is sealed. */
    snapshot: jsonb('snapshot').$type<ContractSnapshot>().notNull(),
  },
  (table) => [
    uniqueIndex('contract_papers_by_number').on(table.organizationId, table.number),
    index('contract_papers_by_client').on(table.organizationId, table.clientId, table.snapshotHash),
  ],
);

/** The one code that a contract has; replaced when another is asked for, gone with the signature. */
export const contractCodes = pgTable('contract_codes', {
  contractId: text('contract_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  /** Which one, from 1. */
  nth: integer('nth').notNull(),
  /** HMAC of the code; null: none is good any more. */
  hmac: text('hmac'),
});

/** What was guessed wrong of a client's codes, whichever contract they were of; gone with the signature. */
export const contractGuesses = pgTable(
  'contract_guesses',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    clientId: text('client_id').notNull(),
    /** Since the last lock. */
    wrong: integer('wrong').notNull(),
    locks: integer('locks').notNull(),
    /** No code for this client before. */
    pausedUntil: int8('paused_until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.clientId] })],
);

/** The SMS that brings a contract's code: here until it is sent, or never will be. */
export const contractCodeTexts = pgTable(
  'contract_code_texts',
  {
    contractId: text('contract_id').primaryKey(),
    /** Its own, for the provider: the next code is another message. */
    id: text('id').notNull(),
    organizationId: text('organization_id').notNull(),
    nth: integer('nth').notNull(),
    /** The code, sealed at the place `contract`, the contract's id, `code`. */
    secret: text('secret').notNull(),
    /** `sending` is on the disk before the provider hears of it. */
    state: text('state').$type<'queued' | 'sending'>().notNull(),
    attempts: integer('attempts').notNull(),
    /** When it is tried; of one that is being sent: when nobody can be at it any more. */
    dueAt: int8('due_at').notNull(),
  },
  (table) => [index('contract_code_texts_due').on(table.dueAt)],
);

/** A payment at the provider that is meant for an invoice. */
export const invoicePayments = pgTable(
  'invoice_payments',
  {
    /** The payment's. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    shopId: text('shop_id').notNull(),
    clientId: text('client_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    state: text('state').$type<'open' | 'settled' | 'over'>().notNull(),
    createdAt: int8('created_at').notNull(),
  },
  (table) => [
    index('invoice_payments_by_state').on(table.state),
    index('invoice_payments_by_invoice').on(table.invoiceId),
  ],
);

/** A receipt that was promised in the transaction of a payment, and goes into the queue of a register after it. */
export const invoiceReceipts = pgTable(
  'invoice_receipts',
  {
    /** The fiscal task's. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    task: jsonb('task').$type<WireFiscalTask>().notNull(),
    /** Who took the money. */
    managerId: text('manager_id').notNull(),
    /** When it was put into the queue. */
    queuedAt: int8('queued_at'),
  },
  (table) => [index('invoice_receipts_waiting').on(table.queuedAt)],
);
