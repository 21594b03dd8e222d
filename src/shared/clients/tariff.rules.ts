import type { Appliance } from './appliances.schema.ts';
import type { Tariff, TariffQuote } from './tariff.schema.ts';

/** an appliance's own extra fee where it has one, else what the tariff asks for each. */
export const extraFeeOf = (
  { extraFeeMinor }: Pick<Appliance, 'extraFeeMinor'>,
  { extraPerApplianceMinor }: Pick<Tariff, 'extraPerApplianceMinor'>,
): number => (extraFeeMinor > 0 ? extraFeeMinor : extraPerApplianceMinor);

/** The sum that is printed, billed and shown: counted from the appliances, never from what somebody says of their number. */
export const quoteOf = (
  tariff: Pick<Tariff, 'baseFeeMinor' | 'extraPerApplianceMinor'>,
  appliances: readonly Pick<Appliance, 'extraFeeMinor'>[],
): TariffQuote => ({
  applianceCount: appliances.length,
  baseFeeMinor: tariff.baseFeeMinor,
  extraPerApplianceMinor: tariff.extraPerApplianceMinor,
  totalExtraFeeMinor: appliances.reduce((sum, one) => sum + extraFeeOf(one, tariff), 0),
});

/**
 * Tariffs that may be given to a client at a moment: of each line the newest version that has begun, unless it was
 * withdrawn. By name.
 *
 * @param now Unix ms.
 */
export function currentTariffs(all: readonly Tariff[], now: number): Tariff[] {
  const newest = new Map<string, Tariff>();
  for (const tariff of all) {
    const known = newest.get(tariff.lineId);
    if (tariff.effectiveFrom <= now && (known === undefined || tariff.version > known.version))
      newest.set(tariff.lineId, tariff);
  }
  return Array.from(newest.values())
    .filter(({ active }) => active)
    .toSorted((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1));
}
