/** Ids of reports: `RPT-DIAG-01D7K2M9QX-4TZ8W3RA`. The time makes them sort, the random part impossible to guess. */
import { REPORT_PREFIX, type ReportKind } from '#shared/reports/reports.schema.ts';

/** Crockford's base 32: no I, L, O, U, so an id can be read aloud. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_CHARS = 8;

/** @param ms Unix milliseconds. */
export function newReportId(kind: ReportKind, ms: number, randomBytes: (size: number) => Uint8Array): string {
  const time = ms.toString(32).toUpperCase();
  // 256 is a multiple of 32: the low five bits of a random byte are an unbiased choice.
  const random = Array.from(randomBytes(RANDOM_CHARS), (byte) => ALPHABET.charAt(byte & 31)).join('');
  return `${REPORT_PREFIX[kind]}-${time}-${random}`;
}
