/** `/api/manager/auth`: a token, and whose it is. */
import { z } from 'zod';
import { Id } from '../kernel/schemas.ts';

/** `POST /api/manager/auth/login` */
export const ManagerLogin = z.strictObject({ email: z.email().max(254), password: z.string().min(1).max(256) });

/** `POST /api/manager/auth/device`, with the device's own token: its member has signed in there by PIN. */
export const ManagerDeviceLogin = z.strictObject({ member_id: Id });

export const ManagerToken = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  /** Seconds. */
  expires_in: z.int(),
});
export type ManagerToken = z.infer<typeof ManagerToken>;

/** `GET /api/manager/auth/me` */
export const ManagerMe = z.strictObject({
  id: Id,
  /** Null for a member of a shop's staff who is no user of the server. */
  email: z.string().nullable(),
  name: z.string(),
  is_super_admin: z.boolean(),
  /** IANA name: the organisation counts its days in it. */
  time_zone: z.string(),
  created_at: z.string().nullable(),
  updated_at: z.string().nullable(),
});
export type ManagerMe = z.infer<typeof ManagerMe>;
