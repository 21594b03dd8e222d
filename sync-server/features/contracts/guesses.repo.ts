/** SQL of what was guessed wrong of a client's codes. The client's row is locked by whoever reads it to write. */
import { and, eq } from 'drizzle-orm';
import { type Guesses, NO_GUESSES } from '#shared/contracts/otp.rules.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Tx } from '../../db/db.ts';
import { contractGuesses } from './contracts.tables.ts';

const ofClient = ({ organizationId }: Tenant, clientId: string) =>
  and(eq(contractGuesses.organizationId, organizationId), eq(contractGuesses.clientId, clientId));

export async function findGuesses(tx: Tx, tenant: Tenant, clientId: string): Promise<Guesses> {
  const [found] = await tx
    .select({
      wrong: contractGuesses.wrong,
      locks: contractGuesses.locks,
      pausedUntil: contractGuesses.pausedUntil,
    })
    .from(contractGuesses)
    .where(ofClient(tenant, clientId));
  return found ?? NO_GUESSES;
}

export async function saveGuesses(tx: Tx, { organizationId }: Tenant, clientId: string, guesses: Guesses) {
  await tx
    .insert(contractGuesses)
    .values({ organizationId, clientId, ...guesses })
    .onConflictDoUpdate({ target: [contractGuesses.organizationId, contractGuesses.clientId], set: { ...guesses } });
}

export async function dropGuesses(tx: Tx, tenant: Tenant, clientId: string): Promise<void> {
  await tx.delete(contractGuesses).where(ofClient(tenant, clientId));
}
