import type { ClientStatus } from './clients.schema.ts';

/** SM-5. An edit of the file sends a client back to a new contract. */
const NEXT: Readonly<Record<ClientStatus, readonly ClientStatus[]>> = {
  new: ['in_verification'],
  in_verification: ['awaiting_contract'],
  awaiting_contract: ['awaiting_payment', 'processed', 'in_verification'],
  awaiting_payment: ['processed', 'awaiting_contract'],
  processed: ['awaiting_contract'],
};

export const mayClientBecome = (from: ClientStatus, to: ClientStatus): boolean => NEXT[from].includes(to);

/** A contract is signed: from here on whoever changes the file must know that it is (AM-27). */
const SIGNED: ReadonlySet<ClientStatus> = new Set(['awaiting_payment', 'processed']);

/** The file was signed while its editor saw an unsigned one. `seen` undefined: nobody says what they saw. */
export const hasMovedOn = (seen: ClientStatus | undefined, now: ClientStatus): boolean =>
  seen !== undefined && !SIGNED.has(seen) && SIGNED.has(now);

/** SM-5: a contract that was not signed yet is void as soon as what it says changes. */
export const statusAfterEdit = (status: ClientStatus): ClientStatus =>
  status === 'awaiting_contract' ? 'in_verification' : status;
