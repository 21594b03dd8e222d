import { expect, test } from 'vitest';
import { fitWithin, mediaTypeFor } from './picture.rules.ts';

test.each([
  ['AM-09 a photo of a phone', 4000, 3000, 1200, 900],
  ['upright', 3000, 4000, 900, 1200],
  ['small enough already', 640, 480, 640, 480],
  ['a line', 6000, 1, 1200, 1],
])('%s', (_name, width, height, w, h) => {
  expect(fitWithin({ width, height }, 1200)).toEqual({ width: w, height: h });
});

test.each([
  ['image/jpeg', 'image/jpeg'],
  ['image/webp', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/heic', 'image/jpeg'],
  ['', 'image/jpeg'],
])('%j is kept as %s', (given, kept) => {
  expect(mediaTypeFor(given)).toBe(kept);
});
