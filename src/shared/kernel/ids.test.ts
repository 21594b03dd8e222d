import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIds, idTime, UUID_PATTERN } from './ids.ts';

test('ids rise strictly and have the shape, whatever the clock and the randomness do', () => {
  const clock = fc.array(fc.nat({ max: 2 ** 44 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(clock, fc.nat({ max: 255 }), (times, byte) => {
      let index = 0;
      const newId = createIds(
        () => times[index % times.length] ?? 0,
        (target) => target.fill(byte),
      );
      let last = '';
      for (; index < times.length; index += 1) {
        const id = newId();
        expect(id).toMatch(UUID_PATTERN);
        expect(id[14]).toBe('7');
        expect(id > last).toBe(true);
        last = id;
      }
    }),
  );
});

test('an id tells its millisecond, and more than the counter holds borrow from the next', () => {
  const newId = createIds(
    () => 1_763_000_000_000,
    (target) => target.fill(0),
  );
  expect(idTime(newId())).toBe(1_763_000_000_000);
  const ids = Array.from({ length: 5000 }, newId);
  expect(new Set(ids).size).toBe(5000);
  expect(ids.toSorted()).toEqual(ids);
  expect(idTime(ids.at(-1) ?? '')).toBe(1_763_000_000_001);
});
