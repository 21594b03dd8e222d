/** Secrets that we hand out once and keep only as hashes. They are random in full, so a plain SHA-256 is enough. */
import { createHash } from 'node:crypto';
import type { RandomBytes } from '#shared/kernel/ids.ts';

/** 256 bits, base64url: a bearer token or a session cookie. */
export function newSecret(random: RandomBytes): string {
  const bytes = new Uint8Array(new ArrayBuffer(32));
  random(bytes);
  return Buffer.from(bytes).toString('base64url');
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What `EnrolmentCode` of the shared schemas accepts: no letter or digit that looks like another. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const CODE_LENGTH = 8;
/** Bytes from here on would make the first letters likelier than the last. */
const FAIR = 256 - (256 % ALPHABET.length);

/** Eight characters, 39 bits: enough for a quarter of an hour behind a limit on attempts. */
export function newEnrolmentCode(random: RandomBytes): string {
  let code = '';
  const bytes = new Uint8Array(new ArrayBuffer(32));
  while (code.length < CODE_LENGTH) {
    random(bytes);
    for (const byte of bytes) {
      if (byte < FAIR && code.length < CODE_LENGTH) code += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return code;
}

/** `ABCDEFGH` → `ABCD-EFGH`, as people read it. */
export const formatEnrolmentCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;
