/** Checks a PIN against its verifier `scrypt$N$r$p$salt$hash` (salt and hash in base64url), off the main thread. */
import { scrypt, timingSafeEqual } from 'node:crypto';

interface Verifier {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** A verifier that asks for more work than this is not ours, and must not be able to stall a till. */
const MAX_COST = 2 ** 17;
const MAX_MEMORY = 256 * 1024 * 1024;

function parseVerifier(text: string): Verifier | undefined {
  const [scheme, cost, blockSize, parallelization, salt, hash, ...rest] = text.split('$');
  if (scheme !== 'scrypt' || rest.length > 0 || salt === undefined || hash === undefined) return undefined;
  const verifier = {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
  const isPowerOfTwo = Number.isInteger(Math.log2(verifier.cost)) && verifier.cost > 1 && verifier.cost <= MAX_COST;
  const areSmall = [verifier.blockSize, verifier.parallelization].every(
    (n) => Number.isInteger(n) && n >= 1 && n <= 16,
  );
  return isPowerOfTwo && areSmall && verifier.salt.length >= 8 && verifier.hash.length >= 16 ? verifier : undefined;
}

/** Rejects when the verifier itself is malformed: that is headquarters' fault, not a wrong PIN. */
export async function isPinRight(pin: string, verifierText: string): Promise<boolean> {
  const verifier = parseVerifier(verifierText);
  if (!verifier) throw new Error('the PIN verifier of this member is malformed');
  const { cost, blockSize, parallelization, salt, hash } = verifier;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(pin, salt, hash.length, { cost, blockSize, parallelization, maxmem: MAX_MEMORY }, (error, key) =>
    error ? reject(error) : resolve(key),
  );
  return timingSafeEqual(await promise, hash);
}
