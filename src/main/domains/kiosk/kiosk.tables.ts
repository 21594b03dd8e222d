import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { FreeCode, Kiosk, KioskError, KioskLedgerEntry } from '../../../shared/kiosk/kiosk.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

/** How this kiosk is to behave: one row, the server's. */
export const kiosks = sqliteTable('kiosks', { ...replicated<Kiosk>() });

/** What this kiosk complained of: facts until somebody clears them. */
export const kioskErrors = sqliteTable(
  'kiosk_errors',
  { ...replicated<KioskError>(), clearedAt: intField('cleared_at', 'clearedAt') },
  (table) => [index('kiosk_errors_by_cleared').on(table.clearedAt)],
);

/** Codes for this kiosk, as hashes. */
export const freeCodes = sqliteTable(
  'free_codes',
  { ...replicated<FreeCode>(), hash: textField('hash', 'hash') },
  (table) => [index('free_codes_by_hash').on(table.hash)],
);

/** What the partner owes for cash rounds: facts. */
export const kioskLedger = sqliteTable('kiosk_ledger', { ...replicated<KioskLedgerEntry>() });

/** Codes that were entered here and did not open; a restart forgives nobody. */
export const codeAttempts = sqliteTable(
  'code_attempts',
  {
    id: text('id').primaryKey(),
    at: integer('at').notNull(),
    /** Hash of what was entered. */
    hash: text('hash').notNull(),
    /** With nobody to ask it may have been a code that had not come yet: not wrong until a later pull says so. */
    isUndecided: integer('is_undecided', { mode: 'boolean' }).notNull(),
  },
  (table) => [index('code_attempts_by_time').on(table.at)],
);

/** Minutes in which this kiosk was alive and nobody heard it, counted from 1970. */
export const missedMinutes = sqliteTable('missed_minutes', { minute: integer('minute').primaryKey() });
