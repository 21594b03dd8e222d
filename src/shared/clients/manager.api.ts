/** `/api/manager`, in the words of its contract: snake_case, roubles with two decimals, times as ISO text. Clients: lists, the card, the profile. */
import { z } from 'zod';
import { Email, Id } from '../kernel/schemas.ts';
import { ClientStatus, ClientTab } from './clients.schema.ts';
import { ManagerConflict } from './manager-conflicts.api.ts';
import { ManagerContract, ManagerInvoice } from './manager-contracts.api.ts';
import { ManagerDevice } from './manager-devices.api.ts';
import { ManagerPassport } from './manager-passport.api.ts';
import { ManagerTariff } from './manager-tariff.api.ts';

/** Ten digits, as the form asks for them: without the country's code. */
const TenDigits = z.string().regex(/^\d{10}$/, 'Номер должен содержать ровно 10 цифр');

/** `GET /api/manager/clients`. The next page is asked for with what `x-next-cursor` says; `x-total-count`: on all pages. */
export const ManagerClientsQuery = z.strictObject({
  tab: ClientTab.default('new'),
  q: z.string().trim().max(64).optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type ManagerClientsQuery = z.infer<typeof ManagerClientsQuery>;

export const NEXT_CURSOR_HEADER = 'x-next-cursor';

export const TOTAL_COUNT_HEADER = 'x-total-count';

export const ManagerClientCard = z.strictObject({
  id: Id,
  /** Of the client application; null: not a user of it. */
  user_id: Id.nullable(),
  name: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  status: ClientStatus,
  assigned_manager_id: Id.nullable(),
  support_ticket_id: Id.nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  devices_count: z.int().min(0),
  registration_address: z.string().nullable(),
});
export type ManagerClientCard = z.infer<typeof ManagerClientCard>;

export const ManagerClientCards = z.array(ManagerClientCard);

/** `GET /api/manager/clients/:id`, with an `ETag` that a change may carry as `If-Match`. */
export const ManagerClient = z.strictObject({
  id: Id,
  status: ClientStatus,
  assigned_manager_id: Id.nullable(),
  support_ticket_id: Id.nullable(),
  user: z.strictObject({
    /** Of the client application. */
    id: Id.nullable(),
    name: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    address: z.string().nullable(),
  }),
  /** Of the managers, for each other. */
  comment: z.string().nullable(),
  passport: ManagerPassport.nullable(),
  devices: z.array(ManagerDevice),
  tariff: ManagerTariff.nullable(),
  /** The one at hand. */
  contract: ManagerContract.nullable(),
  /** Newest first. */
  invoices: z.array(ManagerInvoice),
  /** Settled by `…/conflicts/resolve`, or at a manager's device. */
  conflicts: z.array(ManagerConflict),
  created_at: z.string(),
  updated_at: z.string(),
  /** The same as the `ETag`. */
  version: z.string(),
});
export type ManagerClient = z.infer<typeof ManagerClient>;

/** `POST /api/manager/clients`; the same id is the same client. */
export const NewManagerClient = z.strictObject({
  id: Id,
  name: z.string().trim().min(1).max(128),
  phone: TenDigits,
  email: Email.optional(),
  address: z.string().trim().min(1).max(256).optional(),
});
export type NewManagerClient = z.infer<typeof NewManagerClient>;

/** `PATCH /api/manager/clients/:id/profile` */
export const ManagerProfile = z.strictObject({
  phone: TenDigits.optional(),
  email: Email.nullable().optional(),
  name: z.string().trim().min(1).max(128).optional(),
  address: z.string().trim().min(1).max(256).nullable().optional(),
  comment: z.string().trim().min(1).max(1000).nullable().optional(),
});
export type ManagerProfile = z.infer<typeof ManagerProfile>;

/** `POST /api/manager/clients/:id/assign`; null: nobody's. */
export const AssignRequest = z.strictObject({ manager_id: Id.nullable() });

export const Managers = z.array(z.strictObject({ id: Id, name: z.string() }));
