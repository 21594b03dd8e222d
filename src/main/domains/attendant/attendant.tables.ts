import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Capability } from '../../../shared/rpc/attendant.contract.ts';

/** What a person took out of order here. It stays so over restarts, until a person takes it back. */
export const capabilitiesOff = sqliteTable('capabilities_off', {
  capability: text('capability').$type<Capability>().primaryKey(),
  /** Unix ms. */
  since: integer('since').notNull(),
  memberId: text('member_id').notNull(),
});
