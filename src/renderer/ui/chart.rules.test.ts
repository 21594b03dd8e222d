import { expect, it } from 'vitest';
import { bars } from './chart.rules.ts';

const size = { width: 100, height: 50, gap: 0.2 };

it('makes the highest bar as high as the chart and the rest in proportion', () => {
  expect(bars([10, 20, 0, 5], size).map((bar) => [bar.x, bar.y, bar.width, bar.height])).toEqual([
    [2.5, 25, 20, 25],
    [27.5, 0, 20, 50],
    [52.5, 50, 20, 0],
    [77.5, 37.5, 20, 12.5],
  ]);
});

it('shows that little is not nothing', () => {
  expect(bars([1, 10_000], size)[0]?.height).toBe(3);
});

it('draws nothing for days without orders, and for no days', () => {
  expect(bars([0, 0], size).every((bar) => bar.height === 0)).toBe(true);
  expect(bars([], size)).toEqual([]);
});
