/**
 * The one registry of faults. A code is the contract between device, server and screens; its HTTP
 * status and retry advice hang from it, and screens turn it into a sentence (never the message).
 *
 * `retry`: `now` - the same call may succeed at once (a button), `later` - it will be retried or may be
 * tried in a while (a badge), `never` - the request itself must change (plain words).
 */
export const ERROR_CODES = {
  'app.internal': { http: 500, retry: 'later' },
  'app.bad_input': { http: 400, retry: 'never' },
  'app.not_found': { http: 404, retry: 'never' },
  'app.rate_limited': { http: 429, retry: 'later' },
  'app.unavailable': { http: 503, retry: 'later' },
  'app.too_large': { http: 413, retry: 'never' },
  'app.conflict': { http: 409, retry: 'never' },

  'config.invalid': { http: 500, retry: 'never' },

  'auth.unauthorized': { http: 401, retry: 'never' },
  'auth.forbidden': { http: 403, retry: 'never' },
  'auth.bad_credentials': { http: 401, retry: 'never' },
  'auth.session_expired': { http: 401, retry: 'never' },
  'auth.token_expired': { http: 401, retry: 'never' },
  'auth.locked': { http: 429, retry: 'later' },
  'auth.origin_refused': { http: 403, retry: 'never' },

  'users.last_admin': { http: 409, retry: 'never' },
  'users.email_taken': { http: 409, retry: 'never' },
  'users.invitation_over': { http: 410, retry: 'never' },

  'db.from_future': { http: 500, retry: 'never' },
  'db.foreign_file': { http: 500, retry: 'never' },
  'db.unreadable': { http: 500, retry: 'never' },
  'db.migration_failed': { http: 500, retry: 'never' },
  'db.locked': { http: 503, retry: 'later' },

  'device.not_enrolled': { http: 409, retry: 'never' },
  'device.enrolment_code_invalid': { http: 400, retry: 'never' },
  'device.enrolment_code_expired': { http: 410, retry: 'never' },
  'device.revoked': { http: 401, retry: 'never' },
  'device.server_unreachable': { http: 503, retry: 'later' },

  'staff.pin_wrong': { http: 401, retry: 'never' },
  'staff.locked': { http: 429, retry: 'later' },
  'staff.not_signed_in': { http: 401, retry: 'never' },
  'staff.not_supervisor': { http: 403, retry: 'never' },
  'staff.read_only': { http: 403, retry: 'later' },
  'staff.approval_required': { http: 403, retry: 'never' },

  'clients.not_found': { http: 404, retry: 'never' },
  'clients.illegal_transition': { http: 409, retry: 'never' },
  'clients.phone_taken': { http: 409, retry: 'never' },
  'clients.changed_meanwhile': { http: 412, retry: 'never' },
  'clients.file_not_uploaded': { http: 409, retry: 'now' },
  'clients.foreign_file': { http: 400, retry: 'never' },
  'clients.tariff_not_found': { http: 404, retry: 'never' },
  'clients.assigned_to_other': { http: 409, retry: 'never' },
  'clients.conflict_changed': { http: 409, retry: 'never' },
  'clients.moved_on': { http: 409, retry: 'never' },
  'clients.address_incomplete': { http: 400, retry: 'never' },
  'clients.passport_invalid': { http: 400, retry: 'never' },
  'clients.photo_too_large': { http: 422, retry: 'never' },
  'clients.key_missing': { http: 503, retry: 'later' },
  'clients.seal_broken': { http: 422, retry: 'never' },

  'contracts.not_found': { http: 404, retry: 'never' },
  'contracts.offline': { http: 503, retry: 'later' },
  'contracts.passport_required': { http: 400, retry: 'never' },
  'contracts.tariff_required': { http: 400, retry: 'never' },
  'contracts.appliances_required': { http: 400, retry: 'never' },
  'contracts.photos_missing': { http: 409, retry: 'now' },
  'contracts.otp_invalid': { http: 400, retry: 'never' },
  'contracts.otp_expired': { http: 400, retry: 'never' },
  'contracts.otp_locked': { http: 429, retry: 'later' },
  'contracts.otp_cooldown': { http: 429, retry: 'later' },
  'contracts.otp_paused': { http: 429, retry: 'later' },
  'contracts.already_signed': { http: 409, retry: 'never' },
  'contracts.outdated': { http: 409, retry: 'never' },
  'contracts.pdf_changed': { http: 409, retry: 'never' },
  'contracts.not_signed': { http: 409, retry: 'never' },
  'contracts.amount_mismatch': { http: 409, retry: 'never' },
  'contracts.invoice_pending': { http: 409, retry: 'never' },
  'contracts.invoice_not_found': { http: 404, retry: 'never' },

  'catalogue.item_not_found': { http: 404, retry: 'never' },
  'catalogue.import_running': { http: 409, retry: 'later' },
  'catalogue.import_state': { http: 409, retry: 'never' },

  'visits.not_found': { http: 404, retry: 'never' },
  'visits.already_active': { http: 409, retry: 'never' },
  'visits.expired': { http: 409, retry: 'never' },
  'visits.illegal_transition': { http: 409, retry: 'never' },
  'visits.has_payment': { http: 409, retry: 'never' },
  'visits.contact_required': { http: 400, retry: 'never' },
  'visits.out_of_order': { http: 503, retry: 'later' },

  'diagnostics.not_configured': { http: 503, retry: 'never' },
  'diagnostics.busy': { http: 409, retry: 'later' },
  'diagnostics.not_paid': { http: 402, retry: 'never' },
  'diagnostics.not_started': { http: 404, retry: 'never' },

  'reports.not_found': { http: 404, retry: 'never' },
  'reports.no_printer': { http: 503, retry: 'never' },
  'reports.sent_enough': { http: 429, retry: 'never' },
  'reports.link_expired': { http: 410, retry: 'never' },

  'photos.not_taken': { http: 409, retry: 'never' },
  'photos.no_room': { http: 503, retry: 'later' },
  'photos.bad_picture': { http: 422, retry: 'never' },

  'thickness.not_started': { http: 404, retry: 'never' },
  'thickness.unknown_zone': { http: 400, retry: 'never' },
  'thickness.finished': { http: 409, retry: 'never' },

  'kiosks.not_found': { http: 404, retry: 'never' },
  'kiosks.mismatch': { http: 403, retry: 'never' },
  'kiosks.use_errors_clear': { http: 409, retry: 'never' },

  'codes.invalid': { http: 404, retry: 'never' },
  'codes.already_used': { http: 409, retry: 'never' },
  'codes.locked': { http: 429, retry: 'later' },
  'codes.need_connection': { http: 503, retry: 'later' },
  'codes.space_exhausted': { http: 503, retry: 'later' },

  'orders.not_found': { http: 404, retry: 'never' },
  'orders.illegal_transition': { http: 409, retry: 'never' },
  'orders.empty': { http: 400, retry: 'never' },
  'orders.already_paid': { http: 409, retry: 'never' },
  'orders.refund_exceeds_sale': { http: 409, retry: 'never' },
  'orders.sale_not_fiscal': { http: 409, retry: 'never' },

  'payments.not_found': { http: 404, retry: 'never' },
  'payments.illegal_transition': { http: 409, retry: 'never' },
  'payments.already_confirmed': { http: 409, retry: 'never' },
  'payments.amount_mismatch': { http: 409, retry: 'never' },
  'payments.dev_only': { http: 403, retry: 'never' },
  'payments.provider_unavailable': { http: 503, retry: 'now' },
  'payments.provider_refused': { http: 502, retry: 'now' },
  'payments.webhook_refused': { http: 403, retry: 'never' },

  'fiscal.task_not_found': { http: 404, retry: 'never' },
  'fiscal.task_id_conflict': { http: 409, retry: 'never' },
  'fiscal.device_not_found': { http: 404, retry: 'never' },
  'fiscal.device_mismatch': { http: 403, retry: 'never' },
  'fiscal.device_exists': { http: 409, retry: 'never' },
  'fiscal.device_archived': { http: 409, retry: 'never' },
  'fiscal.device_in_use': { http: 409, retry: 'never' },
  'fiscal.address_taken': { http: 409, retry: 'never' },
  'fiscal.illegal_transition': { http: 409, retry: 'never' },
  'fiscal.data_conflict': { http: 409, retry: 'never' },
  'fiscal.stale_lease': { http: 409, retry: 'never' },
  'fiscal.total_mismatch': { http: 400, retry: 'never' },
  'fiscal.vat_not_supported': { http: 409, retry: 'never' },
  'fiscal.register_unavailable': { http: 503, retry: 'later' },
  'fiscal.register_not_configured': { http: 503, retry: 'never' },
  'fiscal.register_not_responding': { http: 503, retry: 'later' },
  'fiscal.register_refused': { http: 409, retry: 'now' },
  'fiscal.another_register': { http: 409, retry: 'never' },
  'fiscal.shift_closed': { http: 409, retry: 'never' },
  'fiscal.outcome_unknown': { http: 409, retry: 'never' },
  'fiscal.queue_blocked': { http: 409, retry: 'never' },
  'fiscal.report_not_found': { http: 404, retry: 'never' },
  'fiscal.count_not_final': { http: 409, retry: 'never' },
  'fiscal.not_enough_cash': { http: 409, retry: 'never' },
  'fiscal.address_by_policy': { http: 409, retry: 'never' },
  'fiscal.register_busy': { http: 409, retry: 'later' },

  'blobs.not_found': { http: 404, retry: 'later' },
  'blobs.type_refused': { http: 415, retry: 'never' },
  'blobs.offset_conflict': { http: 409, retry: 'now' },
  'blobs.damaged': { http: 422, retry: 'now' },
  'blobs.link_invalid': { http: 403, retry: 'never' },
  'blobs.link_expired': { http: 410, retry: 'never' },

  'sync.writer_forked': { http: 409, retry: 'never' },
  'sync.gap': { http: 409, retry: 'now' },
  'sync.epoch_changed': { http: 409, retry: 'now' },
  'sync.upgrade_required': { http: 426, retry: 'later' },
  'sync.unknown_mutation': { http: 400, retry: 'never' },
  'sync.scope_denied': { http: 403, retry: 'never' },
  'sync.deleted': { http: 409, retry: 'never' },

  'exchange.sign_in_needed': { http: 401, retry: 'never' },
  'exchange.asset_not_owned': { http: 400, retry: 'never' },
  'exchange.quantity_exceeds_available': { http: 422, retry: 'never' },
  'exchange.preview_expired': { http: 409, retry: 'now' },
  'exchange.price_changed': { http: 409, retry: 'now' },
  'exchange.price_unavailable': { http: 502, retry: 'now' },
  'exchange.idempotency_conflict': { http: 409, retry: 'never' },
  'exchange.command_over': { http: 409, retry: 'never' },
  'exchange.ticket_invalid': { http: 401, retry: 'never' },
  'exchange.pairing_code_invalid': { http: 404, retry: 'never' },
  'exchange.not_paired': { http: 409, retry: 'never' },
  'exchange.command_not_found': { http: 404, retry: 'never' },
  'exchange.not_leased': { http: 409, retry: 'never' },
} as const satisfies Record<string, { http: number; retry: 'now' | 'later' | 'never' }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);

/** One wrong field: where it is, and what is allowed there. */
export interface Issue {
  /** Dotted path from the root of the input, e.g. `receipt.items.0.price`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface ErrorDetails {
  readonly issues?: readonly Issue[];
  readonly [name: string]: unknown;
}

/** An expected fault: it carries a registered code, so every edge knows how to speak of it. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Zod issues in our own shape. `issues` is what `safeParse().error.issues` holds. */
export const toIssues = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): Issue[] => issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));

/** RFC 9457 problem details: what every HTTP edge of the product answers on a fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly issues?: readonly Issue[];
  /** Request id: the line to look for in the log. */
  readonly ref?: string;
  readonly [extra: string]: unknown;
}

/**
 * Describes any thrown value as problem details. Only an `AppError` shows its message and details; anything
 * else leaves as `app.internal` with no text of its own, so no stack, SQL or secret can travel.
 */
export function toProblem(error: unknown, ref?: string): Problem {
  const known = error instanceof AppError ? error : undefined;
  const code = known?.code ?? 'app.internal';
  return {
    ...known?.details,
    type: `https://prilavok.example/problems/${code}`,
    title: code,
    status: ERROR_CODES[code].http,
    code,
    ...(known ? { detail: known.message } : {}),
    ...(ref === undefined ? {} : { ref }),
  };
}

/** Ends a `switch` over a union: a forgotten case is a compile error, and a corrupt value a loud one. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
