/** A real device killed again and again: a few kills here, two hundred in `npm run simulate -- --real`. */
import { expect, test } from 'vitest';
import { killAgainAndAgain } from '#test/simulation/fiscal-kills.ts';

test('killed eight times while it sells: every sale that was asked for has its one document, and none is of no sale', async () => {
  const result = await killAgainAndAgain({ kills: 8, seed: 20_261_121 });
  expect(result.broken).toEqual([]);
  expect(result.states).toEqual({ reported: result.tasks });
  expect(result.tasks).toBeGreaterThan(16);
  expect(result.receipts).toBe(result.tasks);
}, 240_000);
