/**
 * A replicated table holds each row as the document both sides agree on, with generated columns for what is searched.
 * So a field that a newer server added survives a round trip, and no code maps columns to fields and back.
 */
import { type SQL, sql } from 'drizzle-orm';
import { integer, text } from 'drizzle-orm/sqlite-core';

/** The columns every replicated table begins with. */
export const replicated = <T>() => ({
  id: text('id').primaryKey(),
  scope: text('scope').notNull(),
  /** The server's version of the row; 0 while only this device knows it. */
  ver: integer('ver').notNull(),
  /**
   * When the server last sent it, in counted time; 0 while only this device knows it. Ms. Before the document, so that a
   * walk over all rows does not read through it.
   */
  syncedAt: integer('synced_at').notNull().default(0),
  fields: text('fields', { mode: 'json' }).$type<T>().notNull(),
});

/** A searchable text member of `fields`. */
export const textField = (column: string, path: string) =>
  text(column).generatedAlwaysAs((): SQL => sql.raw(`json_extract(fields, '$.${path}')`), { mode: 'virtual' });
/** A searchable integer (or boolean) member of `fields`. */
export const intField = (column: string, path: string) =>
  integer(column).generatedAlwaysAs((): SQL => sql.raw(`json_extract(fields, '$.${path}')`), { mode: 'virtual' });
