/** What can be sold. Headquarters owns it; devices receive it in their shop's scope. */
import { z } from 'zod';
import { MeasurementUnit, PaymentObject, VatType } from '../fiscal/fiscal.schema.ts';
import { Id, Millis, Minor } from '../kernel/schemas.ts';
import { VisitKind } from '../visits/visits.schema.ts';

/** A price that is entered now and asked from a moment on: Unix ms, by the server's clock. */
export const ComingPrice = z.object({ priceMinor: Minor, effectiveFrom: Millis });
export type ComingPrice = z.infer<typeof ComingPrice>;

export const CatalogueItem = z.object({
  id: Id,
  sku: z.string().min(1).max(64),
  barcode: z.string().max(32).optional(),
  name: z.string().trim().min(1).max(128),
  /** A short name for a tile. */
  shortName: z.string().trim().max(32).optional(),
  category: z.string().trim().max(64),
  /** What is asked before the first of the coming prices. */
  priceMinor: Minor,
  /** By their moments, the nearest first. Those of the past are asked too: the row need not be written for it. */
  coming: z.array(ComingPrice).optional(),
  vat: VatType,
  paymentObject: PaymentObject,
  unit: MeasurementUnit,
  /** Name of a bundled icon (`car`, `droplet`, …); an unknown name shows the category's default. */
  icon: z.string().max(32).optional(),
  favourite: z.boolean(),
  /** Set when a kiosk offers it as a service of this kind. */
  kioskService: VisitKind.optional(),
  active: z.boolean(),
});
export type CatalogueItem = z.infer<typeof CatalogueItem>;
