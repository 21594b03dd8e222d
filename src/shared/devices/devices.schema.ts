/** Shops, devices and enrolment as both sides speak of them. */
import { z } from 'zod';
import { TaxationSystem } from '../fiscal/fiscal.schema.ts';
import { Mode } from '../kernel/mode.ts';
import { Currency, Id } from '../kernel/schemas.ts';
import { Language } from '../visits/visits.schema.ts';

/** The shop as its devices know it: replicated to them in the shop's scope. */
export const Shop = z.object({
  id: Id,
  organizationId: Id,
  organizationName: z.string().max(128),
  organizationInn: z.string().max(12),
  name: z.string().max(128),
  address: z.string().max(256),
  /** IANA name: days and receipts are read in it. */
  timeZone: z.string().max(64),
  currency: Currency,
  taxationSystem: TaxationSystem,
  defaultLanguage: Language,
});
export type Shop = z.infer<typeof Shop>;

/** One-time code that a person types into a new device: eight characters without lookalikes, shown as `XXXX-XXXX`. */
export const EnrolmentCode = z
  .string()
  .transform((text) => text.toUpperCase().replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^[ABCDEFGHJKMNPQRSTVWXYZ23456789]{8}$/, 'must be 8 letters and digits, as XXXX-XXXX'));

/** `POST /devices/enrol`, no authentication but the code. */
export const EnrolRequest = z.strictObject({
  code: EnrolmentCode,
  mode: Mode,
  appVersion: z.string().max(32),
  platform: z.string().max(64),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;

export const EnrolReply = z.strictObject({
  deviceId: Id,
  organizationId: Id,
  shopId: Id,
  name: z.string(),
  /** Opaque; shown once, stored hashed on the server. */
  token: z.string(),
  /** The writer's incarnation for sync: (deviceId, incarnation) numbers its mutations from 1. */
  incarnation: z.int().min(1),
  /** The register this device drives, when it has one. */
  fiscalDeviceId: z.string().optional(),
  /** Ed25519, SPKI in base64: commands from afar are signed by its other half. Absent: this device obeys none. */
  commandKey: z.string().max(128).optional(),
});
export type EnrolReply = z.infer<typeof EnrolReply>;
