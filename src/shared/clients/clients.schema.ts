/** A client of a manager. Passport, appliances and tariff are rows of their own, beside this one. */
import { z } from 'zod';
import { Id, Millis } from '../kernel/schemas.ts';

export const ClientStatus = z.enum(['new', 'in_verification', 'awaiting_contract', 'awaiting_payment', 'processed']);
export type ClientStatus = z.infer<typeof ClientStatus>;

export const ClientTab = z.enum(['new', 'processed', 'mine', 'in_work']);
export type ClientTab = z.infer<typeof ClientTab>;

/** A client's file, as every device of the shop has it. How each field is merged is said in `sync/entities.ts`. */
export const Client = z.object({
  id: Id,
  shopId: Id,
  name: z.string().min(1).max(128),
  phone: z.string().max(16).optional(),
  email: z.string().max(254).optional(),
  registrationAddress: z.string().max(256).optional(),
  comment: z.string().max(1000).optional(),
  /** The member whose client this is. */
  assignedTo: Id.optional(),
  /** The version of a tariff that was chosen for them. */
  tariffId: Id.optional(),
  /** Further numbers, sorted, each once. */
  phones: z.array(z.string().max(16)),
  /** Sorted, each once. */
  tags: z.array(z.string().min(1).max(32)),
  status: ClientStatus,
  createdAt: Millis,
  updatedAt: Millis,
});
export type Client = z.infer<typeof Client>;

/** Fields of a file that one person writes over another: what can be in conflict. */
export const ClientField = z.enum([
  'name',
  'phone',
  'email',
  'registrationAddress',
  'comment',
  'assignedTo',
  'tariffId',
]);
export type ClientField = z.infer<typeof ClientField>;

export const ClientCard = z.object({
  id: Id,
  name: z.string().max(128),
  phone: z.string().max(16).optional(),
  registrationAddress: z.string().max(256).optional(),
  tags: z.array(z.string()),
  status: ClientStatus,
  assignedTo: Id.optional(),
  createdAt: Millis,
  updatedAt: Millis,
  /** How many appliances the file has. */
  applianceCount: z.int().min(0),
  /** Fields that several people changed without knowing of each other, not yet settled. */
  conflicts: z.array(z.string()),
});
export type ClientCard = z.infer<typeof ClientCard>;
