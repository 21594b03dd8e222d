/** REST of headquarters: people, what they may do, and the shops that partners see. */
import { z } from 'zod';
import { Email, Id, Millis } from '../kernel/schemas.ts';
import { UserRole } from './hq.api.ts';

const Name = z.string().trim().min(1).max(128);
const Roles = z.array(UserRole).min(1, 'must have at least one role').max(UserRole.options.length);
const ShopIds = z.array(Id).max(1000);

export const HqUser = z.strictObject({
  id: Id,
  name: z.string(),
  email: z.string(),
  roles: z.array(UserRole),
  /** `invited`: has not chosen a password yet. */
  state: z.enum(['active', 'invited', 'blocked']),
  /** Shops that are this partner's. */
  shopIds: z.array(Id),
  createdAt: Millis,
  lastSignInAt: Millis.optional(),
  /** Whoever asks: nobody blocks himself by mistake. */
  isMe: z.boolean(),
});
export type HqUser = z.infer<typeof HqUser>;
/** `GET /hq/users`, by name. */
export const HqUsers = z.strictObject({ users: z.array(HqUser) });
export type HqUsers = z.infer<typeof HqUsers>;

/** `POST /hq/users`: the id is the page's own, so that a request sent twice invites once. */
export const InviteUserRequest = z.strictObject({
  id: Id,
  name: Name,
  email: Email,
  roles: Roles,
  shopIds: ShopIds.default([]),
});
export type InviteUserRequest = z.input<typeof InviteUserRequest>;

/** Shown once: what lets somebody choose a password. Also for whoever has forgotten his. */
export const InvitationReply = z.strictObject({ userId: Id, secret: z.string(), expiresAt: Millis });
export type InvitationReply = z.infer<typeof InvitationReply>;

/** `PATCH /hq/users/:id`: what is not stated stays. */
export const EditUserRequest = z.strictObject({
  name: Name.optional(),
  roles: Roles.optional(),
  active: z.boolean().optional(),
  shopIds: ShopIds.optional(),
});
export type EditUserRequest = z.infer<typeof EditUserRequest>;

/** `POST /auth/password`: by an invitation; it is spent, and every session of the person ends. */
export const ChoosePasswordRequest = z.strictObject({
  secret: z.string().min(1).max(128),
  password: z.string().min(10, 'must have at least 10 characters').max(256),
});
export type ChoosePasswordRequest = z.infer<typeof ChoosePasswordRequest>;

/** `POST /hq/shops`, `PATCH /hq/shops/:id`. A shop belongs to one partner at most. */
export const NewShopRequest = z.strictObject({ id: Id, name: Name, address: z.string().trim().min(1).max(256) });
export type NewShopRequest = z.infer<typeof NewShopRequest>;
export const EditShopRequest = NewShopRequest.omit({ id: true }).partial();
export type EditShopRequest = z.infer<typeof EditShopRequest>;
