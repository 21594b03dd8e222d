/** Ids of visits: `OBD-1D7K2M9QX-4TZ8W3RA`. The time makes them sort, the random part makes them impossible to guess. */

import { VISIT_PREFIX } from '#shared/visits/visits.rules.ts';
import type { VisitKind } from '#shared/visits/visits.schema.ts';

/** Crockford's base 32: no I, L, O, U, so an id can be read aloud. In the order of its own text. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_CHARS = 8;

/** @param ms Unix milliseconds; nine characters hold them until the year 3084. */
export function newVisitId(kind: VisitKind, ms: number, randomBytes: (size: number) => Uint8Array): string {
  let time = '';
  for (let rest = BigInt(ms); rest > 0n; rest /= 32n) time = ALPHABET.charAt(Number(rest % 32n)) + time;
  // 256 is a multiple of 32: the low five bits of a random byte are an unbiased choice.
  const random = Array.from(randomBytes(RANDOM_CHARS), (byte) => ALPHABET.charAt(byte & 31)).join('');
  return `${VISIT_PREFIX[kind]}-${time.padStart(9, '0')}-${random}`;
}
