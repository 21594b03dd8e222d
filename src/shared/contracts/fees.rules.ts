/** What a contract costs and what of it is billed with it. */
import { extraFeeOf } from '../clients/tariff.rules.ts';
import { sumMinor } from '../kernel/money.ts';
import { isSigned } from './contracts.rules.ts';
import type { Contract, ContractAppliance, ContractTariff } from './contracts.schema.ts';
import type { ContractSnapshot } from './snapshot.rules.ts';

export interface ContractFees {
  readonly appliances: ContractAppliance[];
  readonly tariff: ContractTariff;
  readonly totalMinor: number;
  readonly dueMinor: number;
}

/**
 * X-36, and after a signature only what was added since: the base fee and every appliance of a contract that was ever signed
 * are billed already, whether they are in the client's file still or again.
 *
 * @param contracts all of the client.
 */
export function feesOf(
  { appliances, tariff }: Pick<ContractSnapshot, 'appliances' | 'tariff'>,
  contracts: readonly Contract[],
): ContractFees {
  const signed = contracts.filter((one) => isSigned(one) || one.status === 'superseded');
  const billed = new Set(signed.flatMap((one) => one.appliances.map(({ id }) => id)));
  const lines = appliances.map(
    (one): ContractAppliance => ({
      id: one.id,
      kind: one.kind,
      title: one.title,
      feeMinor: extraFeeOf(one, tariff),
      isBilled: !billed.has(one.id),
    }),
  );
  const baseMinor = signed.length === 0 ? tariff.baseFeeMinor : 0;
  return {
    appliances: lines,
    tariff,
    totalMinor: sumMinor([tariff.baseFeeMinor, ...lines.map(({ feeMinor }) => feeMinor)]),
    dueMinor: sumMinor([baseMinor, ...lines.filter(({ isBilled }) => isBilled).map(({ feeMinor }) => feeMinor)]),
  };
}
