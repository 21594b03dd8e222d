/** A real device killed again and again: a few kills here, two hundred in `npm run simulate -- --real`. */
import { expect, test } from 'vitest';
import { killAgainAndAgain } from '#test/simulation/fiscal-kills.ts';

test('I14 killed eight times while it sells: every sale that was asked for has its one document, and none is of no sale', async () => {
  const result = await killAgainAndAgain({ kills: 8, seed: 20_261_121 });
  expect(result.broken).toEqual([]);
  expect(result.states).toEqual({ reported: result.tasks });
  // How many sales fit between the kills is the machine's affair; that some were under way is ours.
  expect(result.tasks).toBeGreaterThanOrEqual(8);
  expect(result.receipts).toBe(result.tasks);
}, 240_000);
