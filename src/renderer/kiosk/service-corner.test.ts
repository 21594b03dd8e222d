import { expect, it } from 'vitest';
import { isCall } from './service-corner.rules.ts';

it('five touches within three seconds are a call; fewer, or slower, are a child', () => {
  expect(isCall([0, 500, 1000, 1500, 2000])).toBe(true);
  expect(isCall([0, 500, 1000, 1500])).toBe(false);
  expect(isCall([0, 1000, 2000, 3000, 4000])).toBe(false);
  expect(isCall([0, 9000, 9100, 9200, 9300, 9400])).toBe(true);
  expect(isCall([])).toBe(false);
});
