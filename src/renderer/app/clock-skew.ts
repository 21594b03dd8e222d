/** When a wrong clock of a device is worth a word. Pure. */

/** A clock this far off changes the times on receipts and orders that people read. */
const SKEW_MS = 60_000;

/** Which way a device's clock is wrong; undefined while nobody would notice. `clockSkewMs` is server minus device. */
export function skewOf(
  clockSkewMs: number | undefined,
): { readonly is: 'slow' | 'fast'; readonly ms: number } | undefined {
  if (clockSkewMs === undefined || Math.abs(clockSkewMs) < SKEW_MS) return undefined;
  return { is: clockSkewMs > 0 ? 'slow' : 'fast', ms: Math.abs(clockSkewMs) };
}
