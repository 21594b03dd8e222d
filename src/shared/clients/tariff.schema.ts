/** What service costs. Headquarters writes it; each version is a row of its own and is never changed. */
import { z } from 'zod';
import { Id, Millis, Minor } from '../kernel/schemas.ts';

/** M-39: 1000 ₽ for an appliance, where nobody said otherwise. */
export const DEFAULT_EXTRA_PER_APPLIANCE_MINOR = 100_000;

export const Tariff = z.object({
  /** Of this version: what a client's file and a contract name. */
  id: Id,
  /** What all versions of a tariff share. */
  lineId: Id,
  version: z.int().min(1),
  name: z.string().min(1).max(128),
  baseFeeMinor: Minor,
  extraPerApplianceMinor: Minor,
  notes: z.string().max(1000).optional(),
  /** From when this version stands in for the one before it. */
  effectiveFrom: Millis,
  /** Given to new clients; another version of the line may be withdrawn. */
  active: z.boolean(),
});
export type Tariff = z.infer<typeof Tariff>;

/** What a client is to pay by a tariff. */
export const TariffQuote = z.object({
  applianceCount: z.int().min(0),
  baseFeeMinor: Minor,
  extraPerApplianceMinor: Minor,
  totalExtraFeeMinor: Minor,
});
export type TariffQuote = z.infer<typeof TariffQuote>;
