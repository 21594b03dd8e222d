/** REST between the headquarters pages and the server. The server validates its answers with these; the page parses. */
import { z } from 'zod';
import { FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { Mode } from '../kernel/mode.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { Order, OrderStatus } from '../orders/orders.schema.ts';
import { KioskStatus, PartnerKioskDetails } from '../partner/partner.api.ts';
import { Payment } from '../payments/payments.schema.ts';
import { Refund } from '../payments/refunds.schema.ts';

export const UserRole = z.enum(['cashier', 'manager', 'partner', 'hq_admin']);
export type UserRole = z.infer<typeof UserRole>;

/** `POST /auth/sign-in`: answers `Me` and sets the session cookie. */
export const SignInRequest = z.strictObject({ email: z.email().max(254), password: z.string().min(1).max(256) });
export type SignInRequest = z.infer<typeof SignInRequest>;

/** `GET /auth/me` */
export const Me = z.strictObject({
  id: Id,
  name: z.string(),
  email: z.string(),
  roles: z.array(UserRole),
  organization: z.strictObject({ id: Id, name: z.string(), timeZone: z.string() }),
});
export type Me = z.infer<typeof Me>;

/** `GET /hq/orders?status&shopId&q&cursor&limit` newest first. `cursor` is what the last page answered as `next`. */
export const HqOrdersQuery = z.strictObject({
  status: OrderStatus.optional(),
  shopId: Id.optional(),
  q: z.string().trim().max(64).optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqOrdersQuery = z.infer<typeof HqOrdersQuery>;

export const HqOrder = z.strictObject({
  order: Order,
  shopName: z.string(),
  deviceName: z.string(),
  payments: z.array(Payment),
  receipts: z.array(FiscalRecord),
  refunds: z.array(Refund),
  /** When the server learnt of it: its distance from `order.createdAt` shows offline time. */
  receivedAt: Millis,
});
export type HqOrder = z.infer<typeof HqOrder>;
export const HqOrders = z.strictObject({ orders: z.array(HqOrder), next: z.string().optional() });
export type HqOrders = z.infer<typeof HqOrders>;

/** `GET /hq/summary`: today in the organisation's zone. */
export const HqSummary = z.strictObject({
  ordersToday: z.int().min(0),
  paidToday: z.int().min(0),
  revenueTodayMinor: z.int(),
  receiptsToday: z.int().min(0),
  /** Fiscal tasks whose outcome nobody knows. */
  unknownReceipts: z.int().min(0),
  /** Alerts that nobody has acknowledged. */
  openAlerts: z.int().min(0),
  /** Tasks of the registers' queues whose outcome nobody knows: a part of `unknownReceipts`. */
  uncertainTasks: z.int().min(0),
  /** Changes that were not taken and facts that contradict, that nobody has seen to. */
  syncCases: z.int().min(0),
  devicesOnline: z.int().min(0),
  devicesTotal: z.int().min(0),
  /** Paid orders of the last 14 days, oldest first. */
  days: z.array(z.strictObject({ day: z.string(), orders: z.int().min(0), revenueMinor: z.int() })).length(14),
});
export type HqSummary = z.infer<typeof HqSummary>;

/**
 * How a device is: `away` was not heard of within the last 90 seconds, or never. `faulty` works with something wrong: a
 * kiosk with an error that nobody has cleared, any device with changes that were refused.
 */
export const FLEET_LOOKS = ['online', 'away', 'faulty', 'pending', 'revoked'] as const;

/** `GET /hq/devices?q&shopId&mode&look&cursor&limit` by shop and name. `cursor` is what the last page answered as `next`. */
export const HqDevicesQuery = z.strictObject({
  /** Part of the name, of its shop's name or of the version; or the whole id. */
  q: z.string().trim().max(64).optional(),
  shopId: Id.optional(),
  mode: Mode.optional(),
  look: z.enum(FLEET_LOOKS).optional(),
  cursor: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type HqDevicesQuery = z.infer<typeof HqDevicesQuery>;

export const HqDevice = z.strictObject({
  id: Id,
  name: z.string(),
  mode: Mode,
  shopId: Id,
  shopName: z.string(),
  status: z.enum(['pending', 'active', 'revoked']),
  appVersion: z.string().optional(),
  platform: z.string().optional(),
  lastSeenAt: Millis.optional(),
  /** Seen within the last 90 seconds. */
  online: z.boolean(),
  /** Server time minus device time at its last push or pull. */
  clockSkewMs: z.int().optional(),
  /** Mutations the device said it still holds. */
  lastMid: z.int().min(0),
  /** What it said it still holds and what was refused, and when it said so: its last pull. */
  backlog: z.strictObject({ pending: z.int().min(0), refused: z.int().min(0), reportedAt: Millis }).optional(),
  /** Of a kiosk that somebody steered or that told of itself. */
  kiosk: z.strictObject({ status: KioskStatus, lastErrorCode: z.string().optional() }).optional(),
});
export type HqDevice = z.infer<typeof HqDevice>;
export const HqDevices = z.strictObject({
  devices: z.array(HqDevice),
  serverNow: Millis,
  next: z.string().optional(),
});
export type HqDevices = z.infer<typeof HqDevices>;

/** `GET /hq/kiosks/:id`, whoever's shop it stands in. */
export const HqKiosk = PartnerKioskDetails;
export type HqKiosk = z.infer<typeof HqKiosk>;

/** `POST /hq/devices` makes a device in waiting; `POST /hq/devices/:id/enrolment-code` a code to type into it. */
export const CreateDeviceRequest = z.strictObject({ name: z.string().trim().min(1).max(64), mode: Mode, shopId: Id });
export const EnrolmentCodeReply = z.strictObject({ deviceId: Id, code: z.string(), expiresAt: Millis });
export type EnrolmentCodeReply = z.infer<typeof EnrolmentCodeReply>;

/**
 * `PUT /hq/devices/:id/grants`: exactly these shops, the first of them the one it stands in. What it has not sent yet of
 * work in a shop that it loses is taken for a month, or refused from now on and kept in a file on the device.
 */
export const SetGrantsRequest = z.strictObject({
  shopIds: z.array(Id).min(1).max(20),
  lateWork: z.enum(['accept', 'refuse']),
});
/** `GET /hq/devices/:id/grants`, oldest first. */
export const DeviceGrants = z.strictObject({
  grantsVer: z.int().min(1),
  grants: z.array(
    z.strictObject({
      shopId: Id,
      home: z.boolean(),
      grantedVer: z.int(),
      revokedVer: z.int().optional(),
      lateUntil: Millis.optional(),
      /** When the device said that it had sent everything and wiped the shop. */
      releasedAt: Millis.optional(),
    }),
  ),
});
export type DeviceGrants = z.infer<typeof DeviceGrants>;

export const HqShops = z.strictObject({
  shops: z.array(z.strictObject({ id: Id, name: z.string(), address: z.string() })),
});
export type HqShops = z.infer<typeof HqShops>;

/** `GET /hq/receipts?cursor&limit` newest first. */
export const HqReceipts = z.strictObject({
  receipts: z.array(
    z.strictObject({ record: FiscalRecord, shopName: z.string(), deviceName: z.string(), receivedAt: Millis }),
  ),
  next: z.string().optional(),
});
export type HqReceipts = z.infer<typeof HqReceipts>;

/** Socket.IO namespace `/hq`, event `changed`: re-read these collections. Only ever a hint. */
export const HqChanged = z.strictObject({
  collections: z.array(
    z.enum([
      'orders',
      'receipts',
      'devices',
      'summary',
      'registers',
      'tasks',
      'alerts',
      'catalogue',
      'sync',
      'reports',
      'commands',
      'users',
      'audit',
    ]),
  ),
});
export type HqChanged = z.infer<typeof HqChanged>;
