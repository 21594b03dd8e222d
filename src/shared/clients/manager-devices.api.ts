/** `/api/manager`: devices of a client and their photos. What a manager calls a device is an appliance of a client. */
import { z } from 'zod';
import { Id } from '../kernel/schemas.ts';
import { APPLIANCE_NAMES, ApplianceSpecs, CLIENT_PHOTO_TYPES } from './appliances.schema.ts';
import { Roubles } from './manager-values.api.ts';

/** What a manager calls a device is an appliance of a client. */
export const DeviceType = z.enum(Object.values(APPLIANCE_NAMES) as [string, ...string[]]);

export const ManagerPhoto = z.strictObject({
  id: z.string(),
  /** Good for some minutes; null while the bytes have not come from the device that took it. */
  url: z.string().nullable(),
});

export const ManagerDevice = z.strictObject({
  id: Id,
  device_type: DeviceType,
  title: z.string(),
  description: z.string().nullable(),
  specs: z.record(z.string(), z.string()),
  extra_fee: Roubles,
  photos: z.array(ManagerPhoto),
  created_at: z.string(),
  updated_at: z.string(),
});
export type ManagerDevice = z.infer<typeof ManagerDevice>;

/** `POST /api/manager/clients/:id/devices` */
export const NewDevice = z.strictObject({
  /** Made by the page: the same id is the same device. */
  id: Id.optional(),
  device_type: DeviceType,
  title: z.string().trim().min(1, 'must not be blank').max(128),
  description: z.string().trim().min(1).max(1000).nullable().optional(),
  specs: ApplianceSpecs.optional(),
  extra_fee: Roubles.default(0),
});
export type NewDevice = z.infer<typeof NewDevice>;

/** `PATCH /api/manager/clients/:id/devices/:deviceId` */
export const DevicePatch = z.strictObject({
  device_type: DeviceType.optional(),
  title: NewDevice.shape.title.optional(),
  description: NewDevice.shape.description,
  specs: ApplianceSpecs.nullable().optional(),
  extra_fee: Roubles.optional(),
});
export type DevicePatch = z.infer<typeof DevicePatch>;

/** `…/photos/upload-url`: where to send the bytes with PUT, within ten minutes, and how to name them afterwards. */
export const UploadUrlRequest = z.strictObject({
  content_type: z.enum(CLIENT_PHOTO_TYPES, `must be one of: ${CLIENT_PHOTO_TYPES.join(', ')}`).default('image/jpeg'),
});

export const UploadUrl = z.strictObject({
  url: z.string(),
  method: z.literal('PUT'),
  fields: z.record(z.string(), z.string()),
  file_key: z.string(),
});

export const SaveFileRequest = z.strictObject({ file_key: z.string().min(1).max(256) });
