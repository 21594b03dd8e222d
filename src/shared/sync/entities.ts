/**
 * Every kind of row that replicates, as data: its schema, who writes it, how a conflict over it ends, where it is and for
 * how long. Adding one here gives it to both sides and to `docs/sync-data.md`. The schemas are not strict: a row of a
 * newer version is still a row, and what an older one does not know stays in the database.
 */
import type { z } from 'zod';
import { CatalogueItem } from '../catalogue/catalogue.schema.ts';
import { Appliance } from '../clients/appliances.schema.ts';
import { Client } from '../clients/clients.schema.ts';
import { PASSPORT_FIELDS, Passport, PassportReveal } from '../clients/passport.schema.ts';
import { Tariff } from '../clients/tariff.schema.ts';
import { Contract, Invoice, SupportMessage } from '../contracts/contracts.schema.ts';
import { Shop } from '../devices/devices.schema.ts';
import { FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { ShiftReport } from '../fiscal/shift.schema.ts';
import { FreeCode, Kiosk, KioskError, KioskLedgerEntry } from '../kiosk/kiosk.schema.ts';
import { Order } from '../orders/orders.schema.ts';
import { Payment } from '../payments/payments.schema.ts';
import { Refund } from '../payments/refunds.schema.ts';
import { Report } from '../reports/reports.schema.ts';
import { StaffMember } from '../staff/staff.schema.ts';
import { Visit } from '../visits/visits.schema.ts';
import { FieldConflict } from './conflict.schema.ts';
import type { ScopeKind } from './scopes.ts';

/**
 * How a conflict ends. `server`: there is none, devices only read. `insert_once`: written once by its id and never
 * changed. `transitions`: named steps, each checked against the server's state; a step that is not legal any more is
 * refused, or, of a fact, becomes an anomaly. `report`: one device tells how its own thing stands, and what is final
 * stays. `fields`: each field by itself, see `FieldMerge`. `delete`: final, it wins over everything.
 */
export type MergeKind = 'server' | 'insert_once' | 'transitions' | 'report' | 'fields' | 'delete';

/**
 * How one field of a row with merge kind `fields` is merged. `fixed`: as it was made. `register`: the edit with the
 * largest (corrected time, writer, mid), others kept in `field_history`. `set`: each element by itself, as a register of
 * present or absent. `max`: the largest number. `machine`: only by a transition that the server has checked.
 */
export type FieldMerge = 'fixed' | 'register' | 'set' | 'max' | 'machine';

export interface Retention {
  /** Days that a device keeps a row after the server has acknowledged its last change; null: for good. */
  readonly deviceDays: number | null;
  /** Days that the server keeps it; null: for good. */
  readonly serverDays: number | null;
}

export interface EntityKind {
  readonly schema: z.ZodType;
  readonly scope: ScopeKind;
  readonly merge: MergeKind;
  readonly retention: Retention;
  /** Of merge kind `fields`, and of no other. */
  readonly fields?: Readonly<Record<string, FieldMerge>>;
}

/** What a device works with every day, and what is of its shop. */
const KEPT: Retention = { deviceDays: null, serverDays: null };
/** money and fiscal data never leave the server; a device has them for a quarter of a year. */
const QUARTER: Retention = { deviceDays: 90, serverDays: null };

const SIXTY_DAYS: Retention = { deviceDays: null, serverDays: 60 };

export const ENTITIES = {
  shop: { schema: Shop, scope: 'shop', merge: 'server', retention: KEPT },
  staff: { schema: StaffMember, scope: 'shop', merge: 'server', retention: KEPT },
  catalogue_item: { schema: CatalogueItem, scope: 'shop', merge: 'server', retention: KEPT },
  visit: { schema: Visit, scope: 'device', merge: 'transitions', retention: QUARTER },
  /** K-85: its file goes from the device with it. */
  report: { schema: Report, scope: 'device', merge: 'insert_once', retention: { deviceDays: 30, serverDays: null } },
  order: { schema: Order, scope: 'shop', merge: 'transitions', retention: QUARTER },
  payment: { schema: Payment, scope: 'shop', merge: 'insert_once', retention: QUARTER },
  refund: { schema: Refund, scope: 'shop', merge: 'insert_once', retention: QUARTER },
  fiscal_record: { schema: FiscalRecord, scope: 'shop', merge: 'report', retention: QUARTER },
  shift_report: { schema: ShiftReport, scope: 'shop', merge: 'insert_once', retention: QUARTER },
  kiosk: { schema: Kiosk, scope: 'device', merge: 'transitions', retention: KEPT },
  /** P-36, P-38: the server takes them away, and the device with it. */
  kiosk_error: { schema: KioskError, scope: 'device', merge: 'transitions', retention: SIXTY_DAYS },
  free_code: { schema: FreeCode, scope: 'device', merge: 'transitions', retention: SIXTY_DAYS },
  kiosk_ledger: { schema: KioskLedgerEntry, scope: 'device', merge: 'insert_once', retention: QUARTER },
  client: {
    schema: Client,
    scope: 'shop',
    merge: 'fields',
    retention: KEPT,
    fields: {
      id: 'fixed',
      shopId: 'fixed',
      createdAt: 'fixed',
      name: 'register',
      phone: 'register',
      email: 'register',
      registrationAddress: 'register',
      comment: 'register',
      assignedTo: 'register',
      tariffId: 'register',
      phones: 'set',
      tags: 'set',
      updatedAt: 'max',
      status: 'machine',
    },
  },
  /** Its values leave the server some time after the file's end, and the devices with it. */
  passport: {
    schema: Passport,
    scope: 'shop',
    merge: 'fields',
    retention: KEPT,
    fields: {
      id: 'fixed',
      shopId: 'fixed',
      createdAt: 'fixed',
      ...(Object.fromEntries(PASSPORT_FIELDS.map((field) => [field, 'register'])) as Record<
        (typeof PASSPORT_FIELDS)[number],
        'register'
      >),
      photo: 'register',
      updatedAt: 'max',
      purgedAt: 'fixed',
    },
  },
  appliance: {
    schema: Appliance,
    scope: 'shop',
    merge: 'fields',
    retention: KEPT,
    fields: {
      id: 'fixed',
      clientId: 'fixed',
      shopId: 'fixed',
      createdAt: 'fixed',
      kind: 'register',
      title: 'register',
      description: 'register',
      specs: 'register',
      extraFeeMinor: 'register',
      photos: 'set',
      updatedAt: 'max',
    },
  },
  passport_reveal: { schema: PassportReveal, scope: 'shop', merge: 'insert_once', retention: QUARTER },
  tariff: { schema: Tariff, scope: 'org', merge: 'server', retention: KEPT },
  contract: { schema: Contract, scope: 'shop', merge: 'server', retention: KEPT },
  invoice: { schema: Invoice, scope: 'shop', merge: 'server', retention: KEPT },
  support_message: { schema: SupportMessage, scope: 'shop', merge: 'server', retention: KEPT },
  field_conflict: { schema: FieldConflict, scope: 'shop', merge: 'transitions', retention: KEPT },
} as const satisfies Record<string, EntityKind>;

export type EntityType = keyof typeof ENTITIES;
export type EntityFields = { readonly [T in EntityType]: z.infer<(typeof ENTITIES)[T]['schema']> };
export const ENTITY_TYPES = Object.keys(ENTITIES) as EntityType[];

/** Kinds of rows whose fields are merged one by one. */
export type MergedType = {
  [T in EntityType]: (typeof ENTITIES)[T] extends { readonly fields: object } ? T : never;
}[EntityType];

export const entityKind = (type: EntityType): EntityKind => ENTITIES[type];
export const isMergedType = (type: string): type is MergedType =>
  Object.hasOwn(ENTITIES, type) && entityKind(type as EntityType).fields !== undefined;
