import { expect, it } from 'vitest';
import { brightness, isDark } from './darkness.rules.ts';

const picture = (...colour: readonly [number, number, number]) =>
  Uint8ClampedArray.from({ length: 4 * 6400 }, (_, index) => (index % 4 === 3 ? 255 : (colour[index % 4] ?? 0)));

it.each([
  ['black', [0, 0, 0], true],
  ['a room at night', [40, 36, 30], true],
  ['blue light only', [0, 0, 255], true],
  ['a cloudy day', [110, 115, 120], false],
  ['green grass', [20, 120, 20], false],
  ['white', [255, 255, 255], false],
] as const)('%s', (_name, [red, green, blue], dark) => {
  expect(isDark(picture(red, green, blue))).toBe(dark);
});

it('an empty picture has no brightness', () => {
  expect(brightness(new Uint8ClampedArray())).toBe(0);
});
