/** `/api/manager`: what a client pays, and the lines it is counted by. */
import { z } from 'zod';
import { Id } from '../kernel/schemas.ts';
import { Roubles } from './manager-values.api.ts';
import { DEFAULT_EXTRA_PER_APPLIANCE_MINOR } from './tariff.schema.ts';

export const ManagerTariff = z.strictObject({
  tariff_id: Id.nullable(),
  name: z.string(),
  base_fee: Roubles,
  extra_per_device: Roubles,
  device_count: z.int().min(0),
  total_extra_fee: Roubles,
  calculated_at: z.string(),
});
export type ManagerTariff = z.infer<typeof ManagerTariff>;

/** `…/tariff/calculate`, `…/tariff/apply`. What a page says of the number of devices is not believed. */
export const TariffRequest = z.strictObject({
  device_count: z.int().min(0).max(10_000).optional(),
  tariff_id: Id.optional(),
});
export type TariffRequest = z.infer<typeof TariffRequest>;

export const TariffLine = z.strictObject({
  id: Id,
  line_id: Id,
  version: z.int(),
  name: z.string(),
  base_fee: Roubles,
  extra_per_device: Roubles,
  effective_from: z.string(),
});

export const TariffLines = z.array(TariffLine);

/** `PUT /api/manager/tariffs/:id`: another version of a line, or the first one. */
export const TariffVersionRequest = z.strictObject({
  name: z.string().trim().min(1).max(128),
  base_fee: Roubles.default(0),
  extra_per_device: Roubles.default(DEFAULT_EXTRA_PER_APPLIANCE_MINOR / 100),
  /** ISO; at once when not said. */
  effective_from: z.iso.datetime({ offset: true }).optional(),
  active: z.boolean().default(true),
});
