import { expect, test } from 'vitest';
import { FIT, pageAt, zoomIn, zoomOut } from './zoom.rules.ts';

test('zoom goes by steps and stops at both ends', () => {
  expect(zoomIn(FIT)).toBe(1.25);
  expect(zoomOut(FIT)).toBe(0.75);
  expect(zoomIn(3)).toBe(3);
  expect(zoomOut(0.5)).toBe(0.5);
});

test('the page that is looked at is the one in the middle', () => {
  const tops = [0, 1000, 2000];
  expect(pageAt(tops, 400)).toBe(1);
  expect(pageAt(tops, 1000)).toBe(2);
  expect(pageAt(tops, 9000)).toBe(3);
  // Before the first one was placed.
  expect(pageAt([50], 0)).toBe(1);
});
