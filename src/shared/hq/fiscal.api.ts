/** REST between the headquarters pages and the server about registers, their agents' tokens, their queue and alerts. */
import { z } from 'zod';
import { Operator, ShiftState, TaxationSystem, WIRE_TASK_TYPES } from '../fiscal/fiscal.schema.ts';
import { WireFiscalStatus, WireFiscalTask } from '../fiscal/fiscal.wire.ts';
import { isPersonalInn } from '../kernel/inn.ts';
import { Id, Millis, Minor } from '../kernel/schemas.ts';

const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A name of RFC 1123 whose last label is not a number: `192.168.0.999` is a mistyped address, not a name. */
function isHostName(text: string): boolean {
  const labels = text.toLowerCase().split('.');
  return text.length <= 253 && labels.every((label) => HOST_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** Where a register listens: IPv4, IPv6 or a host name. */
export const KktHost = z
  .string()
  .trim()
  .toLowerCase()
  .refine(
    (text) => z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success || isHostName(text),
    'must be an IPv4 or IPv6 address, or a host name',
  );

const RegisterName = z.string().trim().min(1).max(64);
const Vatin = z.string().refine(isPersonalInn, 'must be an INN of 12 digits whose check digits agree');

/** Chosen by the owner, for good; `mine` is the name of a route. */
export const RegisterId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')
  .refine((id) => id !== 'mine', 'must not be "mine"');

/** `POST /fiscal-devices`, 201 `HqRegister` */
export const CreateRegisterRequest = z.strictObject({
  id: RegisterId,
  name: RegisterName,
  shopId: Id,
  kktIp: KktHost,
  kktPort: z.int().min(1).max(65_535),
  taxationSystem: TaxationSystem,
  operatorName: Operator.shape.name,
  operatorVatin: Vatin.optional(),
});
export type CreateRegisterRequest = z.infer<typeof CreateRegisterRequest>;

/** `PATCH /fiscal-devices/:id`, 200 `HqRegister`. What is absent stays; `operatorVatin: null` takes it away. */
export const ChangeRegisterRequest = CreateRegisterRequest.omit({ id: true })
  .extend({ operatorVatin: Vatin.nullable() })
  .partial();
export type ChangeRegisterRequest = z.infer<typeof ChangeRegisterRequest>;

/** What a register last said of itself. Times are Unix ms by the server's clock. */
export const HqRegisterState = z.strictObject({
  at: Millis,
  kktSerial: z.string(),
  fnNumber: z.string(),
  /** Absent when the register does not tell it. */
  fnValidUntil: Millis.optional(),
  unsentDocuments: z.int().min(0),
  unsentSince: Millis.optional(),
  shiftState: ShiftState,
  shiftNumber: z.int().min(0),
  /** When the 24 hours of the open shift are over. */
  shiftEndsAt: Millis.optional(),
});
export type HqRegisterState = z.infer<typeof HqRegisterState>;

export const HqRegister = z.strictObject({
  id: z.string(),
  name: z.string(),
  shopId: z.string().optional(),
  shopName: z.string().optional(),
  kktIp: z.string(),
  kktPort: z.int(),
  taxationSystem: TaxationSystem,
  operatorName: z.string(),
  operatorVatin: z.string().optional(),
  createdAt: Millis,
  archivedAt: Millis.optional(),
  /** The device of ours that drives it, when there is one. */
  deviceName: z.string().optional(),
  /** When anything that drives it last spoke with the server. */
  lastSeenAt: Millis.optional(),
  /** Seen within the last 90 seconds. */
  online: z.boolean(),
  /** Tokens that open its queue now, those in grace included. */
  tokens: z.int().min(0),
  queue: z.strictObject({
    waiting: z.int().min(0),
    inProgress: z.int().min(0),
    stale: z.int().min(0),
    uncertain: z.int().min(0),
  }),
  /** Absent until whoever drives it has told. */
  state: HqRegisterState.optional(),
});
export type HqRegister = z.infer<typeof HqRegister>;

/** `GET /fiscal-devices`: those in service first, then the archived. */
export const HqRegisters = z.strictObject({ registers: z.array(HqRegister), serverNow: Millis });
export type HqRegisters = z.infer<typeof HqRegisters>;

/** `GET /fiscal-devices/mine` for an agent or a device: an agent that knows its token alone learns its register here. */
export const MyRegister = z.strictObject({
  fiscalDeviceId: z.string(),
  name: z.string(),
  kkt: z.strictObject({ ip: z.string(), port: z.int() }),
  operator: z.strictObject({ name: z.string(), vatin: z.string().optional() }),
  taxationSystem: TaxationSystem,
});
export type MyRegister = z.infer<typeof MyRegister>;

/** `GET /fiscal-devices/:id/tokens`, newest first. The token itself is shown once, when it is made, and never again. */
export const HqAgentToken = z.strictObject({
  tokenId: Id,
  state: z.enum(['live', 'grace', 'over', 'revoked']),
  issuedAt: Millis,
  lastUsedAt: Millis.optional(),
  graceUntil: Millis.optional(),
  revokedAt: Millis.optional(),
});
export type HqAgentToken = z.infer<typeof HqAgentToken>;
export const HqAgentTokens = z.strictObject({ tokens: z.array(HqAgentToken), serverNow: Millis });
export type HqAgentTokens = z.infer<typeof HqAgentTokens>;

/** `POST /fiscal-devices/:id/tokens` and `…/tokens/:tokenId/rotate`, 201. `graceUntil` is of the token it replaces. */
export const IssuedToken = z.strictObject({ tokenId: Id, token: z.string(), graceUntil: Millis.optional() });
export type IssuedToken = z.infer<typeof IssuedToken>;

export const HQ_TASK_STATUSES = ['queued', 'in_progress', 'done', 'error', 'cancelled'] as const;
export const HqTaskStatus = z.enum(HQ_TASK_STATUSES);
export type HqTaskStatus = z.infer<typeof HqTaskStatus>;

/** `stale`: its lease is over and nobody has spoken of it since. */
export const HQ_TASK_FILTERS = [...HQ_TASK_STATUSES, 'uncertain', 'stale'] as const;

/** `GET /hq/fiscal-tasks?status&fiscalDeviceId&type&q&cursor&limit`, newest first. `q` is the beginning of an id. */
export const HqTasksQuery = z.strictObject({
  status: z.enum(HQ_TASK_FILTERS).optional(),
  fiscalDeviceId: z.string().min(1).max(64).optional(),
  type: z.enum(WIRE_TASK_TYPES).optional(),
  q: z.string().trim().max(36).optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqTasksQuery = z.infer<typeof HqTasksQuery>;

/** What a person decided about a task whose outcome nobody knew. A proof of the agent outranks it. */
export const TaskVerdict = z.strictObject({
  is: z.enum(['printed', 'not_printed']),
  fiscalDocumentNumber: z.int().min(1).optional(),
  fiscalSign: z.string().optional(),
  reason: z.string(),
  at: Millis,
  /** When the agent's own word came after all. */
  provedAt: Millis.optional(),
});
export type TaskVerdict = z.infer<typeof TaskVerdict>;

export const HQ_TASK_ACTS = ['requeue', 'cancel', 'settle'] as const;
export type HqTaskAct = (typeof HQ_TASK_ACTS)[number];

export const HqTask = z.strictObject({
  id: z.string(),
  type: z.enum(WIRE_TASK_TYPES),
  status: HqTaskStatus,
  uncertain: z.boolean(),
  stale: z.boolean(),
  fiscalDeviceId: z.string(),
  registerName: z.string(),
  shopName: z.string().optional(),
  operatorName: z.string(),
  totalMinor: Minor,
  /** The first line of the receipt, and how many there are. */
  firstItem: z.string().optional(),
  items: z.int().min(0),
  attempts: z.int().min(0),
  error: z.string().optional(),
  retryable: z.boolean(),
  nextRetryAt: Millis.optional(),
  leaseUntil: Millis.optional(),
  fiscal: WireFiscalStatus.shape.fiscal,
  verdict: TaskVerdict.optional(),
  createdAt: Millis,
  startedAt: Millis.optional(),
  updatedAt: Millis,
  completedAt: Millis.optional(),
  /** What a person may do with it now. */
  acts: z.array(z.enum(HQ_TASK_ACTS)),
});
export type HqTask = z.infer<typeof HqTask>;
export const HqTasks = z.strictObject({ tasks: z.array(HqTask), next: z.string().optional(), serverNow: Millis });
export type HqTasks = z.infer<typeof HqTasks>;

export const HqTaskEvent = z.strictObject({
  at: Millis,
  event: z.string(),
  actor: z.enum(['user', 'device', 'agent', 'system']),
  /** Of the person or the device; an agent has none. */
  actorName: z.string().optional(),
  details: z.record(z.string(), z.unknown()),
});
export type HqTaskEvent = z.infer<typeof HqTaskEvent>;

/** `GET /hq/fiscal-tasks/:id` */
export const HqTaskDetails = z.strictObject({ task: HqTask, body: WireFiscalTask, history: z.array(HqTaskEvent) });
export type HqTaskDetails = z.infer<typeof HqTaskDetails>;

const Reason = z.string().trim().min(3, 'must say why').max(500);
/** The attempt that the person saw: when the task has been claimed again since, the act is refused. */
const Attempts = z.int().min(0).optional();

/** `POST /fiscal-tasks/:id/requeue` and `…/cancel`, 200 `HqTask`. */
export const TaskActRequest = z.strictObject({ reason: Reason, attempts: Attempts });
export type TaskActRequest = z.infer<typeof TaskActRequest>;

/** `POST /fiscal-tasks/:id/settle`, 200 `HqTask`. */
export const SettleTaskRequest = z.discriminatedUnion('verdict', [
  z.strictObject({
    verdict: z.literal('printed'),
    fiscalDocumentNumber: z.int().min(1),
    fiscalSign: z.string().regex(/^\d{1,10}$/, 'must be 1 to 10 digits'),
    reason: Reason,
    attempts: Attempts,
  }),
  z.strictObject({ verdict: z.literal('not_printed'), reason: Reason, attempts: Attempts }),
]);
export type SettleTaskRequest = z.infer<typeof SettleTaskRequest>;

export const ALERT_KINDS = [
  'fiscal.retries_used_up',
  'fiscal.data_conflict',
  'fiscal.verdict_contradicted',
  'fiscal.fn_ends',
  'fiscal.fn_ends_soon',
  'fiscal.unsent',
  'fiscal.shift_long',
  'payment.late',
  'payment.mismatch',
  'payment.unclaimed',
  'payment.refund_failed',
  'payment.refunded_outside',
  'payment.forged',
  'payment.device_silent',
  'device.silent',
  'device.shop_silent',
] as const;

export const HqAlert = z.strictObject({
  id: Id,
  kind: z.enum(ALERT_KINDS),
  subjectType: z.string(),
  subjectId: z.string(),
  details: z.record(z.string(), z.unknown()),
  /** When it last happened, and how often since it was opened. */
  at: Millis,
  times: z.int().min(1),
  acknowledgedAt: Millis.optional(),
  acknowledgedBy: z.string().optional(),
});
export type HqAlert = z.infer<typeof HqAlert>;

/** `GET /hq/alerts?state&kind&cursor&limit`, newest first; open ones alone unless told otherwise. */
export const HqAlertsQuery = z.strictObject({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  kind: z.enum(ALERT_KINDS).optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqAlertsQuery = z.infer<typeof HqAlertsQuery>;
export const HqAlerts = z.strictObject({ alerts: z.array(HqAlert), next: z.string().optional() });
export type HqAlerts = z.infer<typeof HqAlerts>;

/** `GET /hq/alerts/groups`: the open ones by kind, the kind with most of them first. */
export const HqAlertGroups = z.strictObject({
  groups: z.array(z.strictObject({ kind: z.enum(ALERT_KINDS), open: z.int().min(1), latestAt: Millis })),
});
export type HqAlertGroups = z.infer<typeof HqAlertGroups>;
