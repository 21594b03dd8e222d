import { expect, test } from 'vitest';
import { continues } from './find.rules.ts';

test.each([
  ['мол', 'моло', true],
  ['моло', 'мол', true],
  ['мол', 'мол', true],
  ['мол', 'хлеб', false],
  ['', 'х', false],
  [undefined, 'х', false],
])('after %j the text %j goes on: %j', (before, text, expected) => {
  expect(continues(before, text)).toBe(expected);
});
