import { eq } from 'drizzle-orm';
import type { RandomBytes } from '#shared/kernel/ids.ts';
import type { Db } from '../db/db.ts';
import { serverKeys } from './auth.tables.ts';
import { newSecret } from './secrets.ts';

/** The key of this name: `made`, unless there was one before. Instances that start at once agree on one. */
export async function keepServerKey(
  db: Db,
  name: 'commands' | ServerSecret,
  made: string,
  at: number,
): Promise<string> {
  await db.insert(serverKeys).values({ name, privateKey: made, createdAt: at }).onConflictDoNothing();
  const [row] = await db.select().from(serverKeys).where(eq(serverKeys.name, name));
  if (row === undefined) throw new Error('a server key vanished');
  return row.privateKey;
}

/** What signs tokens of managers, tokens of the currency desk, links to files, and the server's answers to itself. */
export type ServerSecret = 'manager' | 'exchange' | 'blob-links' | 'webhook-probe';

/**
 * A secret for HMAC, made once: what it signed outlives a restart, and is believed by every instance.
 *
 * @param at Unix ms.
 */
export const keepServerSecret = (db: Db, name: ServerSecret, random: RandomBytes, at: number): Promise<string> =>
  keepServerKey(db, name, newSecret(random), at);
