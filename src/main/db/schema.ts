/** Every table of the device's SQLite, for drizzle-kit; and which table holds which kind of replicated row. */
import type { EntityType } from '../../shared/sync/entities.ts';
import { catalogueItems } from '../domains/catalogue/catalogue.tables.ts';
import {
  appliances,
  clients,
  fieldConflicts,
  passportReveals,
  passports,
  tariffs,
} from '../domains/clients/clients.tables.ts';
import { contracts, invoices, supportMessages } from '../domains/contracts/contracts.tables.ts';
import { shops } from '../domains/devices/devices.tables.ts';
import { fiscalRecords, shiftReports } from '../domains/fiscal/fiscal.tables.ts';
import { freeCodes, kioskErrors, kioskLedger, kiosks } from '../domains/kiosk/kiosk.tables.ts';
import { orders } from '../domains/orders/orders.tables.ts';
import { payments, refunds } from '../domains/payments/payments.tables.ts';
import { reports } from '../domains/reports/reports.tables.ts';
import { staff } from '../domains/staff/staff.tables.ts';
import { visits } from '../domains/visits/visits.tables.ts';

export * from '../audit/audit.tables.ts';
export * from '../blobs/blobs.tables.ts';
export * from '../domains/attendant/attendant.tables.ts';
export * from '../domains/catalogue/catalogue.tables.ts';
export * from '../domains/clients/clients.tables.ts';
export * from '../domains/commands/commands.tables.ts';
export * from '../domains/contracts/contracts.tables.ts';
export * from '../domains/devices/devices.tables.ts';
export * from '../domains/diagnostics/diagnostics.tables.ts';
export * from '../domains/exchange/exchange.tables.ts';
export * from '../domains/fiscal/fiscal.tables.ts';
export * from '../domains/kiosk/kiosk.tables.ts';
export * from '../domains/orders/orders.tables.ts';
export * from '../domains/payments/payments.tables.ts';
export * from '../domains/photos/photos.tables.ts';
export * from '../domains/reports/reports.tables.ts';
export * from '../domains/staff/staff.tables.ts';
export * from '../domains/visits/visits.tables.ts';
export * from '../journal/journal.tables.ts';
export * from '../sync/former.tables.ts';
export * from '../sync/letters.tables.ts';
export * from '../sync/lost-edits.tables.ts';
export * from '../sync/sync.tables.ts';

export const REPLICA_TABLES = {
  shop: shops,
  staff,
  catalogue_item: catalogueItems,
  visit: visits,
  report: reports,
  order: orders,
  payment: payments,
  refund: refunds,
  fiscal_record: fiscalRecords,
  shift_report: shiftReports,
  kiosk: kiosks,
  kiosk_error: kioskErrors,
  free_code: freeCodes,
  kiosk_ledger: kioskLedger,
  client: clients,
  passport: passports,
  passport_reveal: passportReveals,
  appliance: appliances,
  tariff: tariffs,
  contract: contracts,
  invoice: invoices,
  support_message: supportMessages,
  field_conflict: fieldConflicts,
} as const satisfies Record<EntityType, unknown>;
