/** SM-6, SM-11, and when the same data are the same contract (§3.5). */
import type { Contract, ContractStatus, InvoiceStatus } from './contracts.schema.ts';
import type { ContractPrint } from './snapshot.rules.ts';

const NEXT: Readonly<Record<ContractStatus, readonly ContractStatus[]>> = {
  generated: ['otp_sent', 'void'],
  // A locked code is answered by a new one; signed with the first that is right.
  otp_sent: ['signed', 'otp_locked', 'void'],
  otp_locked: ['otp_sent', 'void'],
  signed: ['paid', 'superseded'],
  paid: ['superseded'],
  superseded: [],
  void: [],
};
export const mayContractBecome = (from: ContractStatus, to: ContractStatus): boolean => NEXT[from].includes(to);

/** Both ends are ends. */
export const mayInvoiceBecome = (from: InvoiceStatus, to: InvoiceStatus): boolean =>
  from === 'pending' && to !== 'pending';

export const isSigned = ({ status }: Pick<Contract, 'status'>): boolean => status === 'signed' || status === 'paid';
export const isOpen = ({ status }: Pick<Contract, 'status'>): boolean =>
  status === 'generated' || status === 'otp_sent' || status === 'otp_locked';

/**
 * The contract at hand: the one that waits for its signature, else the one in force.
 *
 * @param contracts of one client, newest first.
 */
export const currentContract = (contracts: readonly Contract[]): Contract | undefined =>
  contracts.find((one) => isOpen(one) || isSigned(one));

/** The contract in force, whether or not another one waits. */
export const contractInForce = (contracts: readonly Contract[]): Contract | undefined => contracts.find(isSigned);

export type Generation =
  /** Nothing changed: the same contract, its code as it is. */
  | { readonly kind: 'same'; readonly contract: Contract }
  | {
      readonly kind: 'new';
      readonly version: number;
      /** Unsigned, of data that are not true any more. */
      readonly voids: Contract | undefined;
      /** Signed: it stays in force until the new one is signed too. */
      readonly supersedes: Contract | undefined;
    };

/** Whether a contract is of these data. Who has signed has seen its photos: those that come later are of no other agreement. */
export const isOf = (contract: Contract, print: ContractPrint): boolean =>
  contract.snapshotHash === print.snapshotHash && (!isOpen(contract) || contract.photosHash === print.photosHash);

/** @param contracts of one client, newest first. */
export function decideGeneration(contracts: readonly Contract[], print: ContractPrint): Generation {
  const current = currentContract(contracts);
  if (current !== undefined && isOf(current, print)) return { kind: 'same', contract: current };
  return {
    kind: 'new',
    version: Math.max(0, ...contracts.map(({ version }) => version)) + 1,
    voids: current !== undefined && isOpen(current) ? current : undefined,
    supersedes: contractInForce(contracts),
  };
}
