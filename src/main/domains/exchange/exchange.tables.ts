import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { SaleWish, Sold } from '../../../shared/rpc/exchange.contract.ts';

/**
 * What a phone asked this desk to do, and what came of it. A row stays for ever: it is how a command that comes again is
 * known, and there are few.
 */
export const commandExecutions = sqliteTable(
  'command_executions',
  {
    id: text('id').primaryKey(),
    /** With whose token it was fetched: its ack goes with the same. */
    via: text('via').$type<'user' | 'device'>().notNull(),
    /** Who was signed in when it came. Nobody else may be sold for by it. */
    userId: text('user_id'),
    action: text('action').notNull(),
    payload: text('payload', { mode: 'json' }).$type<Readonly<Record<string, unknown>>>().notNull(),
    /** `started` is on the disk before the act that cannot be taken back, `finished` with its outcome before the ack. */
    state: text('state').$type<'received' | 'started' | 'finished'>().notNull(),
    receivedAt: integer('received_at').notNull(),
    /** By the server's clock. */
    expiresAt: integer('expires_at').notNull(),
    /** What was sent to be sold: asked again with the same. */
    order: text('order', { mode: 'json' }).$type<{ readonly wish: SaleWish; readonly previewId: string }>(),
    outcome: text('outcome').$type<'ACKNOWLEDGED' | 'FAILED'>(),
    reason: text('reason'),
    sold: text('sold', { mode: 'json' }).$type<Sold>(),
    finishedAt: integer('finished_at'),
    /** When the server last heard of the outcome; null while it has not, or asks again. */
    toldAt: integer('told_at'),
  },
  (table) => [index('command_executions_by_state').on(table.state, table.toldAt)],
);
