import { expect, it } from 'vitest';
import { DEFAULT_NORMS, summarise } from '#shared/diagnostics/thickness.rules.ts';
import type { ThicknessValue } from '#shared/diagnostics/thickness.schema.ts';
import { overall } from './overall.rules.ts';

it.each<[ThicknessValue[], string]>([
  [[], 'empty'],
  [['unreadable'], 'empty'],
  [[120, 110], 'good'],
  [[120, 50], 'doubt'],
  [[120, 200], 'doubt'],
  [[120, 200, 800], 'bad'],
])('%j is %s', (values, word) => {
  const readings = values.map((value, index) => ({
    zone: `bonnet_${index + 1}`,
    value,
    source: 'hand' as const,
    at: 0,
  }));
  expect(overall(summarise('sedan', readings, DEFAULT_NORMS))).toBe(word);
});
