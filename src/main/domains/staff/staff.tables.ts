import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { StaffMember } from '../../../shared/staff/staff.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

export const staff = sqliteTable('staff', {
  ...replicated<StaffMember>(),
  name: textField('name', 'name'),
  active: intField('active', 'active'),
});

/** Wrong PINs by member: a lock-out must outlive a restart. */
export const staffAttempts = sqliteTable('staff_attempts', {
  memberId: text('member_id').primaryKey(),
  failures: integer('failures').notNull(),
  /** Unix ms; null while not locked. */
  lockedUntil: integer('locked_until'),
});
