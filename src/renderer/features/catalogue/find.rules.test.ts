import { expect, test } from 'vitest';
import { AT_REST, continues, keepPace } from './find.rules.ts';

/** How long each change waits, by the times they come at. */
function waits(...times: readonly number[]): number[] {
  let pace = AT_REST;
  return times.map((at) => {
    const step = keepPace(pace, at);
    ({ pace } = step);
    return step.waitMs;
  });
}

test('a hand is answered at every key, also when two fingers fall together', () => {
  expect(waits(0, 120, 240, 250, 370, 490)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('the middle of a scanned code is not searched for, and a hand after it is answered again', () => {
  expect(waits(0, 8, 16, 24, 32, 200)).toEqual([0, 0, 50, 50, 50, 0]);
});

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
