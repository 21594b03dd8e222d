import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { EnrolmentCode, Shop } from '../devices/devices.schema.ts';
import { ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { Mode } from '../kernel/mode.ts';
import { Millis } from '../kernel/schemas.ts';
import { Language } from '../visits/visits.schema.ts';
import { command, faults, query, stream } from './procedure.ts';

/** What the device knows of its link with the server. `offline` since `since`; nothing is lost meanwhile. */
export const SyncStatus = z.object({
  state: z.enum(['not_enrolled', 'online', 'offline', 'revoked', 'upgrade_required']),
  since: Millis,
  /** Changes made here that the server has not confirmed yet. */
  unsent: z.int().min(0),
  /** When the oldest of them was made. */
  oldestUnsentAt: Millis.optional(),
  lastPullAt: Millis.optional(),
  /** The first pull of this device is under way: what the screens show is not all there is. */
  hydrating: z.literal(true).optional(),
  /** When the server last answered anything, since this start. */
  lastExchangeAt: Millis.optional(),
  /** Why the last exchange failed; absent when it did not. */
  fault: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).optional(),
  /** Mutations the server refused or parked and facts it contradicts, that nobody here has read. */
  refused: z.int().min(0),
  /** How far this device's clock is ahead of the server's (behind when negative), when it is too far to be let be. */
  clockSkewMs: z.int().optional(),
});
export type SyncStatus = z.infer<typeof SyncStatus>;

export const DeviceInfo = z.object({
  mode: Mode,
  version: z.string(),
  environment: z.enum(['DEV', 'PROD']),
  /** Absent until the device is enrolled. */
  device: z.object({ id: z.string(), name: z.string(), fiscalDeviceId: z.string().optional() }).optional(),
  shop: Shop.optional(),
  /** What headquarters chose for the guests of this device, over the shop's own. */
  language: Language.optional(),
  serverUrl: z.string().optional(),
  /** Whom to call when it does not work. */
  supportContact: z.string().optional(),
  sync: SyncStatus,
  now: Millis,
});
export type DeviceInfo = z.infer<typeof DeviceInfo>;

/** An entry of the device's log, as it was written: secrets and personal data are masked at the sink. */
export const LogEvent = z.object({
  /** ISO 8601, the device's clock. */
  time: z.string(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  /** Name of the event, as `FISCAL_UNCERTAIN`; absent for a plain line. */
  event: z.string().optional(),
  fields: z.record(z.string(), z.unknown()),
});
export type LogEvent = z.infer<typeof LogEvent>;

/** Collections whose rows may have changed: the screen re-reads what it shows. */
export const COLLECTIONS = [
  'device',
  'staff',
  'catalogue',
  'visits',
  'orders',
  'payments',
  'fiscal',
  'clients',
  'contracts',
  'blobs',
  'sync',
  'diagnostics',
  'thickness',
  'reports',
  'photos',
  'kiosk',
  'exchange',
] as const;
export const Change = z.object({ collection: z.enum(COLLECTIONS), ids: z.array(z.string()) });
export type Change = z.infer<typeof Change>;

export const deviceContract = {
  info: query().output(DeviceInfo).errors(faults()),
  /** Binds this device to a server by a one-time code. */
  enrol: command(['kiosk', 'cashier', 'manager'])
    .input(z.strictObject({ serverUrl: z.url({ protocol: /^https?$/ }), code: EnrolmentCode }))
    .output(DeviceInfo)
    .errors(
      faults(
        'device.enrolment_code_invalid',
        'device.enrolment_code_expired',
        'device.server_unreachable',
        'app.rate_limited',
      ),
    ),
  /** Everything that changes, from the moment of the call. */
  changes: stream().output(eventIterator(Change)),
  /** The last entries of the log, newest first. */
  events: query(['kiosk', 'cashier', 'manager'])
    .input(z.strictObject({ limit: z.int().min(1).max(500).default(500), level: LogEvent.shape.level.default('info') }))
    .output(z.array(LogEvent))
    .errors(faults()),
  /** A screen's own fault, for the device's log. At most one a second is kept. */
  reportFault: command(['kiosk', 'cashier', 'manager'])
    .input(
      z.strictObject({
        message: z.string().max(500),
        where: z.string().max(200),
        stack: z.string().max(4000).optional(),
      }),
    )
    .output(z.void())
    .errors(faults()),
};
