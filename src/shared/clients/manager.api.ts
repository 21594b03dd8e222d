/** `/api/manager`, in the words of its contract: snake_case, roubles with two decimals, times as ISO text. */
import { z } from 'zod';
import { ContractStatus, InvoiceStatus } from '../contracts/contracts.schema.ts';
import { isRoubles } from '../kernel/money.ts';
import { Email, Id } from '../kernel/schemas.ts';
import { APPLIANCE_NAMES, ApplianceSpecs, CLIENT_PHOTO_TYPES } from './appliances.schema.ts';
import { ClientStatus, ClientTab } from './clients.schema.ts';
import type { FileField } from './file.view.ts';
import { PassportRule } from './passport.rules.ts';
import type { PassportField } from './passport.schema.ts';
import { DEFAULT_EXTRA_PER_APPLIANCE_MINOR } from './tariff.schema.ts';

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

/** Roubles with at most two decimals. */
const Roubles = z.number().min(0).refine(isRoubles, 'must be roubles with at most two decimals');

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

export const ManagerTariff = z.strictObject({
  tariff_id: Id.nullable(),
  name: z.string(),
  base_fee: Roubles,
  extra_per_device: Roubles,
  device_count: z.int().min(0),
  total_extra_fee: Roubles,
  calculated_at: z.string(),
});
export type ManagerTariff = z.infer<typeof ManagerTariff>;

const Text = z.string().nullable();
/** The wire's names of a passport's fields. */
export const PASSPORT_NAMES = {
  last_name: 'lastName',
  first_name: 'firstName',
  middle_name: 'middleName',
  birth_date: 'birthDate',
  series: 'series',
  number: 'number',
  issued_by: 'issuedBy',
  issue_code: 'issueCode',
  issue_date: 'issueDate',
  registration_address: 'address',
} as const satisfies Record<string, PassportField>;
export type PassportName = keyof typeof PASSPORT_NAMES;
const textFields = Object.fromEntries(Object.keys(PASSPORT_NAMES).map((name) => [name, Text])) as {
  readonly [N in PassportName]: typeof Text;
};

/** Masked in a card, in clear in the answer to a reveal. */
export const ManagerPassport = z.strictObject({
  ...textFields,
  /** A card says only that there is one; a reveal gives it as a `data:` address. */
  photo_url: Text,
  has_photo: z.boolean(),
  /** What a contract needs and is missing or wrong. */
  faults: z.array(z.strictObject({ field: z.string(), rule: PassportRule })),
});
export type ManagerPassport = z.infer<typeof ManagerPassport>;

export const ManagerContract = z.strictObject({
  id: Id,
  number: z.string(),
  version: z.int(),
  status: ContractStatus,
  total: Roubles,
  amount_due: Roubles,
  created_at: z.string(),
  /** How the code stands; the code itself is in no answer. */
  otp: z
    .strictObject({
      asked_at: z.string(),
      delivered_at: Text,
      expires_at: Text,
      next_at: z.string(),
      attempts_left: z.int(),
    })
    .nullable(),
  signed_at: Text,
  pep_agreed_at: Text,
  signature_hash: Text,
  signature_hmac: Text,
  signed_ip: Text,
  signed_user_agent: Text,
  payment_confirmed_at: Text,
});
export type ManagerContract = z.infer<typeof ManagerContract>;

export const ManagerInvoice = z.strictObject({
  id: Id,
  contract_id: Id,
  contract_number: z.string(),
  amount: Roubles,
  description: z.string(),
  due_date: z.string(),
  status: InvoiceStatus,
  created_at: z.string(),
  paid_at: Text,
});
export type ManagerInvoice = z.infer<typeof ManagerInvoice>;

/** The wire's names of fields that people may write differently. */
export const CONFLICT_FIELDS = {
  name: 'name',
  phone: 'phone',
  email: 'email',
  registrationAddress: 'address',
  comment: 'comment',
  assignedTo: 'assigned_manager_id',
  tariffId: 'tariff_id',
  kind: 'device_type',
  title: 'title',
  description: 'description',
  specs: 'specs',
  extraFeeMinor: 'extra_fee',
  lastName: 'last_name',
  firstName: 'first_name',
  middleName: 'middle_name',
  birthDate: 'birth_date',
  series: 'series',
  number: 'number',
  issuedBy: 'issued_by',
  issueCode: 'issue_code',
  issueDate: 'issue_date',
  address: 'registration_address',
  photo: 'photo',
} as const satisfies Record<FileField, string>;

const ManagerConflictSide = z.strictObject({
  edit: z.strictObject({ device_id: z.string(), incarnation: z.int(), mid: z.int() }),
  /** As a person reads it, a passport's masked; null: the field was emptied. */
  value: Text,
  at: z.string(),
  by: Text,
});
/** Two people wrote one field without knowing of each other, and nobody has said yet who is right. */
export const ManagerConflict = z.strictObject({
  row: z.enum(['client', 'passport', 'device']),
  /** The client's, or the device's. */
  id: Id,
  field: z.enum(Object.values(CONFLICT_FIELDS) as [ConflictFieldName, ...ConflictFieldName[]]),
  /** What the file says. */
  kept: ManagerConflictSide,
  /** What it does not say, newest first. */
  others: z.array(ManagerConflictSide),
});
export type ManagerConflict = z.infer<typeof ManagerConflict>;
type ConflictFieldName = (typeof CONFLICT_FIELDS)[FileField];

/** `POST /api/manager/clients/:id/conflicts/resolve`: the value that came with this edit is right. */
export const ResolveConflictRequest = z.strictObject({
  ...ManagerConflict.pick({ row: true, id: true, field: true }).shape,
  choose: ManagerConflictSide.shape.edit,
});
export type ResolveConflictRequest = z.infer<typeof ResolveConflictRequest>;

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

const Written = z.string().trim().max(256).nullable().optional();
/** A body of that size is refused before. */
const MAX_PHOTO_URL = 1_048_576;
/** `PUT /api/manager/clients/:id/passport`: fields that are absent stay as they are, null empties one. */
export const PassportRequest = z.strictObject({
  ...(Object.fromEntries(Object.keys(PASSPORT_NAMES).map((name) => [name, Written])) as {
    readonly [N in PassportName]: typeof Written;
  }),
  /**
   * A photo that was sent for this passport, or the one that it has. Null changes nothing: a card shows null whatever there is,
   * and `DELETE …/passport/photo` takes the photo away.
   */
  photo_url: z.string().max(MAX_PHOTO_URL).nullable().optional(),
});
export type PassportRequest = z.infer<typeof PassportRequest>;

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

/** `…/tariff/calculate`, `…/tariff/apply`. What a page says of the number of devices is not believed. */
export const TariffRequest = z.strictObject({
  device_count: z.int().min(0).max(10_000).optional(),
  tariff_id: Id.optional(),
});
export type TariffRequest = z.infer<typeof TariffRequest>;

export const TariffLine = z.strictObject({
  id: Id,
  line_id: Id,
  version: z.int(),
  name: z.string(),
  base_fee: Roubles,
  extra_per_device: Roubles,
  effective_from: z.string(),
});
export const TariffLines = z.array(TariffLine);
/** `PUT /api/manager/tariffs/:id`: another version of a line, or the first one. */
export const TariffVersionRequest = z.strictObject({
  name: z.string().trim().min(1).max(128),
  base_fee: Roubles.default(0),
  extra_per_device: Roubles.default(DEFAULT_EXTRA_PER_APPLIANCE_MINOR / 100),
  /** ISO; at once when not said. */
  effective_from: z.iso.datetime({ offset: true }).optional(),
  active: z.boolean().default(true),
});
