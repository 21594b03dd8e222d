/** A client of a manager. The wizard's documents come with the manager's own feature. */
import { z } from 'zod';
import { Id, Millis } from '../kernel/schemas.ts';

export const ClientStatus = z.enum(['new', 'in_verification', 'awaiting_contract', 'awaiting_payment', 'processed']);
export type ClientStatus = z.infer<typeof ClientStatus>;

export const ClientTab = z.enum(['new', 'processed', 'mine', 'in_work']);
export type ClientTab = z.infer<typeof ClientTab>;

export const ClientCard = z.object({
  id: Id,
  name: z.string().max(128),
  phone: z.string().max(16).optional(),
  registrationAddress: z.string().max(256).optional(),
  status: ClientStatus,
  assignedTo: Id.optional(),
  createdAt: Millis,
  updatedAt: Millis,
});
export type ClientCard = z.infer<typeof ClientCard>;
