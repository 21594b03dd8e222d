/** UUIDv7 (RFC 9562): made by the side that creates the row, so it works with no network, and sorts by time. */

/** Fills an array with random bytes; `crypto.getRandomValues` has this shape. */
export type RandomBytes = (target: Uint8Array<ArrayBuffer>) => void;
export type NewId = () => string;

export const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * A generator of strictly increasing UUIDv7 strings. The 12 bits of `rand_a` are a counter within the
 * millisecond (RFC 9562 §6.2 method 1); a clock that stands still or goes back continues from the last value.
 *
 * @param now Unix milliseconds.
 */
export function createIds(now: () => number, random: RandomBytes): NewId {
  let lastMs = -1;
  let counter = 0;
  const bytes = new Uint8Array(new ArrayBuffer(10));
  return () => {
    random(bytes);
    const ms = now();
    if (ms > lastMs) {
      lastMs = ms;
      // The top bit of the counter starts clear, which leaves at least 2,048 ids to each millisecond.
      counter = (((bytes[8] ?? 0) << 8) | (bytes[9] ?? 0)) & 0x7ff;
    } else {
      counter += 1;
      if (counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
    }
    const time = lastMs.toString(16).padStart(12, '0');
    const variant = (0x80 | ((bytes[0] ?? 0) & 0x3f)).toString(16);
    const tail = Array.from(bytes.subarray(1, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const randA = counter.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${randA}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`;
  };
}

/** Milliseconds written in a UUIDv7. */
export const idTime = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
