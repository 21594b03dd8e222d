/**
 * Every kind of row that replicates, with the schema of its fields. Adding one here gives it to both sides. The schemas
 * are not strict: a row of a newer version is still a row, and what an older one does not know stays in the database.
 */
import type { z } from 'zod';
import { CatalogueItem } from '../catalogue/catalogue.schema.ts';
import { Shop } from '../devices/devices.schema.ts';
import { FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { ShiftReport } from '../fiscal/shift.schema.ts';
import { Order } from '../orders/orders.schema.ts';
import { Payment } from '../payments/payments.schema.ts';
import { Refund } from '../payments/refunds.schema.ts';
import { StaffMember } from '../staff/staff.schema.ts';
import { Visit } from '../visits/visits.schema.ts';

export const ENTITY_SCHEMAS = {
  shop: Shop,
  staff: StaffMember,
  catalogue_item: CatalogueItem,
  visit: Visit,
  order: Order,
  payment: Payment,
  refund: Refund,
  fiscal_record: FiscalRecord,
  shift_report: ShiftReport,
} as const;

export type EntityType = keyof typeof ENTITY_SCHEMAS;
export type EntityFields = { readonly [T in EntityType]: z.infer<(typeof ENTITY_SCHEMAS)[T]> };
export const ENTITY_TYPES = Object.keys(ENTITY_SCHEMAS) as EntityType[];
