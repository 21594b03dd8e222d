/** The channel between a client and support: whose application it is, tickets, and messages that go to it. */
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';
import type { SupportKind } from './support.port.ts';

/** People who use the client application, as its backend tells of them. */
export const clientUsers = pgTable(
  'client_users',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** The shop that serves them; null: the organisation's first. */
    shopId: text('shop_id'),
    /** Their file; null while they have none. */
    clientId: text('client_id'),
    name: text('name').notNull(),
    phone: text('phone'),
    email: text('email'),
    address: text('address'),
    createdAt: int8('created_at').notNull(),
    updatedAt: int8('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('client_users_by_client').on(table.organizationId, table.clientId),
    index('client_users_by_org').on(table.organizationId, table.createdAt),
  ],
);

export const supportTickets = pgTable(
  'support_tickets',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    clientId: text('client_id').notNull(),
    subject: text('subject').notNull(),
    state: text('state').$type<'open' | 'closed'>().notNull(),
    createdAt: int8('created_at').notNull(),
    updatedAt: int8('updated_at').notNull(),
  },
  (table) => [index('support_tickets_by_client').on(table.organizationId, table.clientId, table.createdAt)],
);

export const supportMessages = pgTable(
  'support_messages',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    ticketId: text('ticket_id')
      .notNull()
      .references(() => supportTickets.id),
    clientId: text('client_id').notNull(),
    kind: text('kind').$type<SupportKind | 'text'>().notNull(),
    author: text('author').$type<'user' | 'support' | 'system'>().notNull(),
    /** With a place for the secret instead of the secret. */
    body: text('body').notNull(),
    /** Sealed, at the place `support`, the message's id, `secret`; null once it is of no more use. */
    secret: text('secret'),
    /** One act, one message. */
    idempotencyKey: text('idempotency_key').notNull(),
    createdAt: int8('created_at').notNull(),
    /** When the client application had it. */
    deliveredAt: int8('delivered_at'),
    attempts: integer('attempts').notNull(),
    /** When it is due; null once it is delivered. */
    nextAt: int8('next_at'),
    /** Code of the last failure. */
    fault: text('fault'),
  },
  (table) => [
    uniqueIndex('support_messages_by_key').on(table.organizationId, table.idempotencyKey),
    index('support_messages_by_ticket').on(table.ticketId, table.createdAt),
    index('support_messages_due').on(table.nextAt),
  ],
);

/** What the backend of the client application proves itself with. */
export const supportTokens = pgTable(
  'support_tokens',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** SHA-256. */
    tokenHash: text('token_hash').notNull(),
    createdAt: int8('created_at').notNull(),
    revokedAt: int8('revoked_at'),
  },
  (table) => [uniqueIndex('support_tokens_by_hash').on(table.tokenHash)],
);
