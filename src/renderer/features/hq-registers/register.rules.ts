/** A register as its form and its list read it. Pure. */
import {
  type ChangeRegisterRequest,
  CreateRegisterRequest,
  type HqRegister,
  type HqRegisterState,
} from '#shared/hq/fiscal.api.ts';
import type { Issue } from '#shared/kernel/errors.ts';

export type RegisterLook = 'online' | 'away' | 'never' | 'archived';

export function lookOf(register: Pick<HqRegister, 'archivedAt' | 'online' | 'lastSeenAt'>): RegisterLook {
  if (register.archivedAt !== undefined) return 'archived';
  if (register.online) return 'online';
  return register.lastSeenAt === undefined ? 'never' : 'away';
}

export type Urgency = 'calm' | 'warn' | 'bad';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How urgent each of a register's own words is, as the alerts have it. `now`: by the server's clock, Unix ms. */
export function urgencyOf(
  { fnValidUntil, unsentSince, shiftState, shiftEndsAt }: HqRegisterState,
  now: number,
): Readonly<Record<'fn' | 'unsent' | 'shift', Urgency>> {
  const fnLeft = (fnValidUntil ?? Number.POSITIVE_INFINITY) - now;
  const isLong = shiftState === 'open' && (shiftEndsAt ?? Number.POSITIVE_INFINITY) - now < 2 * HOUR;
  return {
    fn: fnLeft <= 7 * DAY ? 'bad' : fnLeft <= 30 * DAY ? 'warn' : 'calm',
    unsent: unsentSince === undefined ? 'calm' : now - unsentSince > DAY ? 'bad' : 'warn',
    shift: shiftState === 'expired' ? 'bad' : isLong ? 'warn' : 'calm',
  };
}

export const FIELDS = [
  'id',
  'name',
  'shopId',
  'kktIp',
  'kktPort',
  'taxationSystem',
  'operatorName',
  'operatorVatin',
] as const;
export type Field = (typeof FIELDS)[number];
/** What is typed: text, whatever the field. */
export type Draft = Readonly<Record<Field, string>>;

/** The port that ATOL registers listen on. */
const USUAL_PORT = '5555';

export function draftOf(register: HqRegister | undefined, shopId: string): Draft {
  return {
    id: register?.id ?? '',
    name: register?.name ?? '',
    shopId: register?.shopId ?? shopId,
    kktIp: register?.kktIp ?? '',
    kktPort: register === undefined ? USUAL_PORT : String(register.kktPort),
    taxationSystem: register?.taxationSystem ?? 'osn',
    operatorName: register?.operatorName ?? '',
    operatorVatin: register?.operatorVatin ?? '',
  };
}

const isField = (path: string): path is Field => FIELDS.some((field) => field === path);
const fieldsOf = (issues: readonly { readonly path: string }[]): ReadonlySet<Field> =>
  new Set(issues.map(({ path }) => path).filter(isField));

export type Checked =
  | { readonly register: CreateRegisterRequest; readonly wrong?: undefined }
  | { readonly wrong: ReadonlySet<Field> };

/** By the server's own schema, so that the form and the server never differ. */
export function check(draft: Draft): Checked {
  const { kktPort, operatorVatin, ...text } = draft;
  const vatin = operatorVatin.trim();
  const parsed = CreateRegisterRequest.safeParse({
    ...text,
    id: draft.id.trim(),
    kktPort: /^\d{1,5}$/.test(kktPort.trim()) ? Number(kktPort) : undefined,
    ...(vatin === '' ? {} : { operatorVatin: vatin }),
  });
  if (parsed.success) return { register: parsed.data };
  return { wrong: fieldsOf(parsed.error.issues.map((issue) => ({ path: issue.path.join('.') }))) };
}

/** Fields that the server named in its refusal. */
export const refusedFields = (issues: readonly Issue[] | undefined): ReadonlySet<Field> => fieldsOf(issues ?? []);

/** Only what was changed: somebody else may be changing the rest. */
export function changesOf(known: HqRegister, wanted: CreateRegisterRequest): ChangeRegisterRequest {
  const changed = FIELDS.filter((field) => field !== 'id' && wanted[field] !== known[field]);
  // An emptied field is said to be empty: what is absent would stay.
  return Object.fromEntries(changed.map((field) => [field, wanted[field] ?? null]));
}
