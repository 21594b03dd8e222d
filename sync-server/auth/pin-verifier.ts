/** The verifier of a staff member's PIN: a device checks the PIN with it offline. */
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { RandomBytes } from '#shared/kernel/ids.ts';

const derive = promisify<string, Uint8Array, number, { N: number; r: number; p: number }, Buffer>(scrypt);
/** 16 MiB and some 50 ms a guess on a till's computer: a PIN is short, its guesses must not be cheap. */
const N = 16_384;
const R = 8;
const P = 1;
const HASH_BYTES = 32;

/** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export async function createPinVerifier(pin: string, random: RandomBytes): Promise<string> {
  const salt = new Uint8Array(new ArrayBuffer(16));
  random(salt);
  const hash = await derive(pin, salt, HASH_BYTES, { N, r: R, p: P });
  return ['scrypt', N, R, P, Buffer.from(salt).toString('base64url'), hash.toString('base64url')].join('$');
}
