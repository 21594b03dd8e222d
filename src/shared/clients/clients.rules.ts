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
