/**
 * What may be written down. Decided by the name of a field, at the sink, so that no caller has to remember; and by the
 * shape of a value where a secret hides in text. Values are cut, so one field cannot fill the disk.
 */
import { constants } from 'node:os';
import { isErrorCode } from '#shared/kernel/errors.ts';
import { maskInn } from '#shared/kernel/inn.ts';
import { maskEmail, maskPhone } from '#shared/kernel/phone.ts';

const HIDDEN = '[hidden]';
const MAX_TEXT = 4000;
/** A secret that begins before the cut is known by what comes after it. */
const LONGEST_SECRET = 500;
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;

/** Names whose value never appears, whatever it is. Compared without case, `_` and `-`. */
const SECRET_NAME =
  /(token|password|passwd|passphrase|secret|authorization|cookie|passport|otp|credential|apikey|privatekey|enrolmentcode)|^(pin|newpin|pinhash|code|verifier)$|pin$/;
/** Words that end like a secret and are none. */
const NOT_SECRET = /^(tokencount|mapping|ping|spin)$/;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;
const URL_SECRET = /([?&](?:token|code|key|secret|password)=)[^&\s"']+/gi;
// From the start of a word only: else each letter of a long one is tried as the first of a scheme.
const URL_USER = /\b(\w+:\/\/)[^/\s:@]+:[^/\s@]+@/g;

const MASKS: readonly (readonly [RegExp, (text: string) => string])[] = [
  [/email|mail$/, maskEmail],
  [/phone|msisdn/, maskPhone],
  [/vatin|inn$/, maskInn],
  [/contact/, (text) => (text.includes('@') ? maskEmail(text) : maskPhone(text))],
];

/** Removes credentials that stand inside a text: `Bearer …`, `?token=…`, `scheme://user:password@host`. */
export const redactText = (text: string): string =>
  text
    .slice(0, MAX_TEXT + LONGEST_SECRET)
    .replace(BEARER, `$1 ${HIDDEN}`)
    .replace(URL_SECRET, `$1${HIDDEN}`)
    .replace(URL_USER, `$1${HIDDEN}@`)
    .slice(0, MAX_TEXT);

/** A copy that may be written: plain JSON, secrets hidden, personal data masked, cycles and depth cut. */
export function redact(value: unknown, name = '', depth = 0, above: readonly unknown[] = []): unknown {
  const plainName = name.toLowerCase().replace(/[_-]/g, '');
  if (SECRET_NAME.test(plainName) && !NOT_SECRET.test(plainName) && value !== undefined && value !== null) {
    // Error codes are how a fault is recognised: `orders.not_found`, `ECONNREFUSED`, a status number.
    return plainName === 'code' && isPublicCode(value) ? value : HIDDEN;
  }
  if (typeof value === 'string') {
    const mask = MASKS.find(([pattern]) => pattern.test(plainName))?.[1];
    return mask === undefined ? redactText(value) : mask(value.slice(0, MAX_TEXT));
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined) return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (depth >= MAX_DEPTH || above.includes(value)) return '[cut]';
  const path = [...above, value];
  if (value instanceof Error) return describeError(value, depth, path);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, name, depth + 1, path));
  const members = value instanceof Map ? [...value.entries()] : Object.entries(value);
  return Object.fromEntries(
    members.slice(0, MAX_ITEMS).map(([key, member]) => [String(key), redact(member, String(key), depth + 1, path)]),
  );
}

/** A registered fault, an errno, a library's `ERR_…` or `SQLITE_…`, a status: nothing that a person was sent. */
const isPublicCode = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) < 10_000
    : isErrorCode(value) ||
      (typeof value === 'string' && (/^[A-Z]+(_[A-Z0-9]+)+$/.test(value) || Object.hasOwn(constants.errno, value)));

/** An error's own facts. Libraries hang whole requests with their headers on errors, so nothing else is taken. */
const describeError = (error: Error, depth: number, above: readonly unknown[]): Record<string, unknown> => ({
  name: error.name,
  message: redactText(error.message),
  ...('code' in error ? { code: redact(error.code, 'code', depth + 1, above) } : {}),
  ...('details' in error ? { details: redact(error.details, 'details', depth + 1, above) } : {}),
  ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
  ...(error.cause === undefined ? {} : { cause: redact(error.cause, 'cause', depth + 1, above) }),
});
