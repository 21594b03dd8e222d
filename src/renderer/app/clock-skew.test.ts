import { expect, test } from 'vitest';
import { skewOf } from './clock-skew.ts';

test.each([
  [undefined, undefined],
  [59_999, undefined],
  [-59_999, undefined],
  [180_000, { is: 'slow', ms: 180_000 }],
  [-3_600_000, { is: 'fast', ms: 3_600_000 }],
])('a clock off by %s', (ms, skew) => {
  expect(skewOf(ms)).toEqual(skew);
});
