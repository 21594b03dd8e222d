import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHlc, encodeHlc, HLC_ZERO, type Hlc, receive, tick } from './clock.ts';

const MAX_MS = 2 ** 47;
const stamp = fc.record({ ms: fc.nat({ max: MAX_MS }), count: fc.nat({ max: 0xffff }) });
const isAfter = (a: Hlc, b: Hlc) => encodeHlc(a) > encodeHlc(b);

test('whatever the wall clock does, each stamp is after the one before it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: MAX_MS }), { maxLength: 50 }), (clock) => {
      let last = HLC_ZERO;
      for (const now of clock) {
        const next = tick(last, now);
        expect(isAfter(next, last)).toBe(true);
        expect(next.ms).toBeGreaterThanOrEqual(now);
        last = next;
      }
    }),
  );
});

test('a stamp given on receiving is after both sides, and no further ahead than it must be', () => {
  fc.assert(
    fc.property(stamp, stamp, fc.nat({ max: MAX_MS }), (last, remote, now) => {
      const next = receive(last, remote, now);
      expect(isAfter(next, last)).toBe(true);
      expect(isAfter(next, remote)).toBe(true);
      expect(next.ms).toBeLessThanOrEqual(Math.max(last.ms, remote.ms, now) + 1);
    }),
  );
});

test('text order is clock order, and text says the stamp back', () => {
  fc.assert(
    fc.property(stamp, stamp, (a, b) => {
      expect(decodeHlc(encodeHlc(a))).toEqual(a);
      const order = a.ms - b.ms || a.count - b.count;
      expect(Math.sign(order)).toBe(encodeHlc(a) < encodeHlc(b) ? -1 : encodeHlc(a) > encodeHlc(b) ? 1 : 0);
    }),
  );
});

test('a full counter goes over into the next millisecond', () => {
  expect(tick({ ms: 5, count: 0xffff }, 5)).toEqual({ ms: 6, count: 0 });
  expect(receive({ ms: 5, count: 1 }, { ms: 5, count: 0xffff }, 5)).toEqual({ ms: 6, count: 0 });
});

test.each(['', '0', 'g'.repeat(16), '0'.repeat(15), '0'.repeat(17), 'A'.repeat(16)])('%j is no stamp', (text) => {
  expect(() => decodeHlc(text)).toThrow();
});
