import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLine } from './line.ts';

test('so many at once, the others in the order they came, also past one that fails', async () => {
  const inLine = createLine(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = Array.from({ length: 5 }, (_, n) =>
    inLine(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (n === 0) throw new Error('ours');
      return n;
    }),
  );
  const settled = Promise.allSettled(all);
  await setImmediate();
  expect(begun).toEqual([0, 1]);
  for (const expected of [
    [0, 1, 2],
    [0, 1, 2, 3],
    [0, 1, 2, 3, 4],
  ]) {
    ends.shift()?.();
    await setImmediate();
    expect(begun).toEqual(expected);
  }
  for (const end of ends) end();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', ...Array(4).fill('fulfilled')]);
  // Every place is free again.
  const again: number[] = [];
  await Promise.all([1, 2].map((n) => inLine(() => Promise.resolve(again.push(n)))));
  expect(again).toEqual([1, 2]);
});
