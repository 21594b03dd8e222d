import type { RandomBytes } from '#shared/kernel/ids.ts';

/** From here on the first codes would be likelier than the last. */
const FAIR = 65_536 - (65_536 % 10_000);

/** Four digits, each of the ten thousand as likely as any. */
export function newRoundCode(random: RandomBytes): string {
  const bytes = new Uint8Array(new ArrayBuffer(2));
  for (;;) {
    random(bytes);
    const drawn = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    if (drawn < FAIR) return String(drawn % 10_000).padStart(4, '0');
  }
}

/** 256 bits, 64 hex digits. */
export function newCodeKey(random: RandomBytes): string {
  const bytes = new Uint8Array(new ArrayBuffer(32));
  random(bytes);
  return Buffer.from(bytes).toString('hex');
}
