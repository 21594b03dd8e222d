/** REST between a partner's pages and the server, in the owner's paths and shapes: times as ISO text, absent values as null. */
import { z } from 'zod';
import { Currency } from '../kernel/schemas.ts';
import { Language } from '../visits/visits.schema.ts';

export const PARTNER_ORDER_STATUSES = ['new', 'printed', 'not_printed'] as const;
/** Of the paper: `new` and `not_printed` both wait for it. */
export const PartnerOrderStatus = z.enum(PARTNER_ORDER_STATUSES);
export type PartnerOrderStatus = z.infer<typeof PartnerOrderStatus>;

const When = z.iso.datetime();

export const PartnerOrder = z.strictObject({
  id: z.string(),
  /** What people say aloud, e.g. `K-0412`. */
  number: z.string(),
  customerName: z.string().nullable(),
  customerEmail: z.string().nullable(),
  customerPhone: z.string().nullable(),
  status: PartnerOrderStatus,
  /** A signed link that lives for minutes: read the order again rather than keep it. Null when there is no photo (yet). */
  imageUrl: z.string().nullable(),
  printedAt: When.nullable(),
  kiosk: z.strictObject({ id: z.string(), name: z.string() }),
  createdAt: When,
});
export type PartnerOrder = z.infer<typeof PartnerOrder>;

/** `GET /partner/orders/new` newest first: unprinted of the last 3 hours and printed in the last 15 minutes. */
export const PartnerNewOrders = z.array(PartnerOrder);

/** Orders of a page when nobody asks for more or fewer. */
export const PARTNER_ORDERS_PAGE = 50;

/**
 * `GET /partner/orders?status&from&to&kioskId&q&cursor&limit` newest first, of the last 30 days. `from` and `to` are days of the
 * organisation's zone, both included. `q`: part of the customer's name, e-mail or phone, of the kiosk's name, or the
 * beginning of the order's number. `cursor` is what the last page answered as `next`.
 */
export const PartnerOrdersQuery = z.strictObject({
  status: PartnerOrderStatus.optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  kioskId: z.string().min(1).max(64).optional(),
  q: z.string().trim().max(64).optional(),
  cursor: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(PARTNER_ORDERS_PAGE),
});
export type PartnerOrdersQuery = z.infer<typeof PartnerOrdersQuery>;
export const PartnerOrders = z.strictObject({ orders: z.array(PartnerOrder), next: z.string().optional() });
export type PartnerOrders = z.infer<typeof PartnerOrders>;

/** `POST /partner/orders/:id/mark`, 200 `PartnerOrder`. Repeating it changes nothing. */
export const MarkOrderRequest = z.strictObject({ status: PartnerOrderStatus.extract(['printed', 'not_printed']) });
export type MarkOrderRequest = z.infer<typeof MarkOrderRequest>;

const Count = z.int().min(0);

/** `GET /partner/orders/daily-counters`: today in the organisation's zone. */
export const PartnerDailyCounters = z.strictObject({ all: Count, printed: Count });
export type PartnerDailyCounters = z.infer<typeof PartnerDailyCounters>;

/** `GET /partner/orders/days`: the same counters of the last 14 days, oldest first, today last. */
export const PartnerDays = z.strictObject({
  days: z.array(PartnerDailyCounters.extend({ day: z.iso.date() })).length(14),
});
export type PartnerDays = z.infer<typeof PartnerDays>;

export const KIOSK_STATUSES = ['active', 'inactive', 'error'] as const;
export const KioskStatus = z.enum(KIOSK_STATUSES);
export type KioskStatus = z.infer<typeof KioskStatus>;

/** One row of `GET /partner/kiosks`, and what an act on a kiosk answers. */
export const PartnerKiosk = z.strictObject({
  id: z.string(),
  name: z.string(),
  location: z.string(),
  status: KioskStatus,
  lastErrorCode: z.string().nullable(),
  settings: z.strictObject({ defaultLanguage: Language }),
  /** Heard of within the last three minutes; a kiosk that is not goes on as it was told last. */
  online: z.boolean(),
  lastActiveAt: When.nullable(),
});
export type PartnerKiosk = z.infer<typeof PartnerKiosk>;
export const PartnerKiosks = z.array(PartnerKiosk);

/** `trouble`: an error that nobody has cleared. `silent`: not heard of within the last three minutes, or never. */
export const KIOSK_LOOKS = ['trouble', 'silent'] as const;
export const KioskLook = z.enum(KIOSK_LOOKS);
export type KioskLook = z.infer<typeof KioskLook>;

/**
 * `GET /partner/kiosks?q&look&cursor&limit` by name: an array. Where there are more, the header `Link` (RFC 8288) names the
 * next page with `rel="next"`; its `cursor` is what goes on.
 */
export const PartnerKiosksQuery = z.strictObject({
  /** Part of the name, of its shop's name or address; or the whole id. */
  q: z.string().trim().max(64).optional(),
  look: KioskLook.optional(),
  cursor: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type PartnerKiosksQuery = z.infer<typeof PartnerKiosksQuery>;

/** `POST /partner/kiosks/:id/status`, 200 `PartnerKiosk`. From `error` to `active` only by clearing the error. */
export const KioskStatusRequest = z.strictObject({ status: KioskStatus });
/** `POST /partner/kiosks/:id/language`, 200 `PartnerKiosk`. */
export const KioskLanguageRequest = z.strictObject({ language: Language });

/** `POST /partner/kiosks/:id/code`: shown once, never again. Its type is the server's choice. */
export const IssuedRoundCode = z.strictObject({
  code: z.string().regex(/^\d{4}$/),
  type: z.enum(['cash', 'error']),
  issuedAt: When,
});
export type IssuedRoundCode = z.infer<typeof IssuedRoundCode>;

/** `GET /partner/kiosks/:id/errors?limit=3` newest first. `POST …/errors/clear` answers `PartnerKiosk`; with nothing to clear it changes nothing. */
export const KIOSK_ERRORS_SHOWN = 3;
export const KioskErrorsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(KIOSK_ERRORS_SHOWN),
});
export const PartnerKioskError = z.strictObject({
  id: z.string(),
  code: z.string(),
  message: z.string(),
  createdAt: When,
  clearedAt: When.nullable(),
});
export type PartnerKioskError = z.infer<typeof PartnerKioskError>;
export const PartnerKioskErrors = z.array(PartnerKioskError);

/** Rounds that were paid for by hand and opened with codes: what the partner owes for them. Minor units. */
export const CodesOwed = z.strictObject({ codes: z.int(), amountMinor: z.int() });
export type CodesOwed = z.infer<typeof CodesOwed>;
export const KioskBalance = z.strictObject({
  /** Of the calendar month, in the organisation's zone. */
  month: CodesOwed,
  all: CodesOwed,
  currency: Currency,
});
export type KioskBalance = z.infer<typeof KioskBalance>;

/** `GET /partner/kiosks/:id`: with its latest errors, and what its codes come to. */
export const PartnerKioskDetails = PartnerKiosk.extend({ errors: PartnerKioskErrors, balance: KioskBalance });
export type PartnerKioskDetails = z.infer<typeof PartnerKioskDetails>;

/** `GET /devices/kiosks` for a device: those of its shop, each with its latest errors. */
export const KiosksOverview = z.array(z.strictObject({ kiosk: PartnerKiosk, errors: PartnerKioskErrors }));
export type KiosksOverview = z.infer<typeof KiosksOverview>;

/** Socket.IO namespace `/partner`, event `changed`: re-read these. Only ever a hint, and only of the partner's own shops. */
export const PartnerChanged = z.strictObject({ collections: z.array(z.enum(['orders', 'kiosks'])) });
export type PartnerChanged = z.infer<typeof PartnerChanged>;
