import { z } from 'zod';
import { EnrolReply } from '#shared/devices/devices.schema.ts';
import { Millis } from '#shared/kernel/schemas.ts';

/** Who this device is to its server: what enrolment answered, without the token, which is a secret. */
export const DeviceIdentity = EnrolReply.omit({ token: true }).extend({
  serverUrl: z.string(),
  enrolledAt: Millis,
});
export type DeviceIdentity = Readonly<z.infer<typeof DeviceIdentity>>;
