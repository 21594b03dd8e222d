/** Acts that have a sentence of their own; any other is shown by its name. */
export const AUDIT_EVENTS = [
  'LOGIN_OK',
  'LOGIN_FAILED',
  'SESSION_REVOKED',
  'PASSWORD_CHOSEN',
  'USER_INVITED',
  'USER_CHANGED',
  'USER_BLOCKED',
  'USER_UNBLOCKED',
  'SHOP_CREATED',
  'SHOP_CHANGED',
  'DEVICE_CREATED',
  'DEVICE_PAIRED',
  'DEVICE_REVOKED',
  'DEVICE_AUTH_FAILED',
  'DEVICE_GRANTS_CHANGED',
  'ENROLMENT_CODE_ISSUED',
  'TOKEN_ROTATED',
  'COMMAND_SENT',
  'COMMAND_CANCELLED',
  'COMMAND_ACK',
  'REGISTER_CREATED',
  'REGISTER_CHANGED',
  'FISCAL_TASK_CREATED',
  'FISCAL_TASK_REQUEUED',
  'FISCAL_DOC_CLOSED',
  'FISCAL_ERROR',
  'ALERT_ACKNOWLEDGED',
  'JOB_STARTED',
  'JOB_FAILED',
  'CATALOGUE_ITEM_CHANGED',
  'CATALOGUE_PRICE_PLANNED',
  'CATALOGUE_PRICE_CANCELLED',
  'CATALOGUE_IMPORTED',
  'SYNC_CASE_SETTLED',
  'REPORT_RESENT',
  'ORDER_MARK_PRINTED',
  'ORDER_MARK_NOT_PRINTED',
  'KIOSK_CODE_ISSUED',
  'KIOSK_CODE_REDEEMED',
  'KIOSK_CODE_REJECTED',
  'KIOSK_LANGUAGE_SET',
  'KIOSK_STATUS_CHANGED',
  'KIOSK_ERROR_REPORTED',
  'KIOSK_ERROR_CLEARED',
] as const;
type AuditEvent = (typeof AUDIT_EVENTS)[number];

export const isNamedEvent = (event: string): event is AuditEvent => AUDIT_EVENTS.some((one) => one === event);

/** Members of details that have a word of their own; any other is shown by its name. */
export const AUDIT_DETAILS = [
  'platform',
  'appVersion',
  'incarnation',
  'mode',
  'kind',
  'type',
  'via',
  'why',
  'from',
  'to',
  'language',
  'code',
  'message',
  'name',
  'sku',
  'priceMinor',
  'effectiveFrom',
  'fileName',
  'roles',
  'email',
  'reason',
  'totalMinor',
  'amountMinor',
  'fiscalDeviceId',
  'attempts',
  'unsent',
  'number',
  'isWiped',
  'favourite',
  'active',
  'vat',
  'shops',
  'status',
  'outcome',
] as const;
type AuditDetail = (typeof AUDIT_DETAILS)[number];

export const isNamedDetail = (name: string): name is AuditDetail => AUDIT_DETAILS.some((one) => one === name);

/** Sums in minor units, and moments: told as a person reads them. */
export const detailKind = (name: string): 'money' | 'moment' | 'plain' => {
  if (name.endsWith('Minor')) return 'money';
  return name === 'effectiveFrom' ? 'moment' : 'plain';
};

/** Kinds of what was acted on that have a word. */
export const AUDIT_ENTITIES = [
  'user',
  'session',
  'device',
  'shop',
  'register',
  'fiscal_task',
  'catalogue_item',
  'catalogue_import',
  'order',
  'payment',
  'report',
  'job',
  'token',
  'command',
  'alert',
  'client',
] as const;
type AuditEntity = (typeof AUDIT_ENTITIES)[number];

export const isNamedEntity = (type: string): type is AuditEntity => AUDIT_ENTITIES.some((one) => one === type);
