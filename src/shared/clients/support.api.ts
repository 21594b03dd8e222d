/** `/api/support`: what the backend of the client application asks. snake_case and ISO times, as `/api/manager`. */
import { z } from 'zod';
import { Email, Id, Phone } from '../kernel/schemas.ts';

/** `PUT /api/support/users/:id` */
export const SupportUserRequest = z.strictObject({
  name: z.string().trim().min(1).max(128),
  phone: Phone.optional(),
  email: Email.optional(),
  address: z.string().trim().min(1).max(256).optional(),
  /** The shop that serves them; the organisation's first when not said. */
  shop_id: Id.optional(),
});
export type SupportUserRequest = z.infer<typeof SupportUserRequest>;

export const SupportUser = z.strictObject({ id: Id, client_id: Id });

/** `GET /api/support/users/:id/tickets`, newest first. */
export const SupportTickets = z.array(
  z.strictObject({
    id: Id,
    subject: z.string(),
    state: z.enum(['open', 'closed']),
    created_at: z.string(),
    updated_at: z.string(),
  }),
);

/** `POST /api/support/users/:id/messages`; the same id is the same message. */
export const NewSupportMessage = z.strictObject({ id: Id, body: z.string().trim().min(1).max(4000) });

export const SupportMessageReply = z.strictObject({
  id: Id,
  ticket_id: Id,
  kind: z.enum(['otp', 'invoice', 'payment', 'note', 'text']),
  author: z.enum(['user', 'support', 'system']),
  /** A code in it is there for the client alone, and only as long as it is good. */
  body: z.string(),
  created_at: z.string(),
  delivered_at: z.string().nullable(),
});
export type SupportMessageReply = z.infer<typeof SupportMessageReply>;
/** `GET /api/support/users/:id/tickets/:ticketId/messages`, oldest first. */
export const SupportMessages = z.array(SupportMessageReply);
