/** A shop of real processes under fire: some seconds of it here, ten minutes in `npm run simulate -- --real --only sync`. */
import { expect, test } from 'vitest';
import { killEverythingAgainAndAgain } from '#test/simulation/sync-kills.ts';
import { hasPostgres } from '#test/simulation/sync-kills-postgres.ts';

test('I1 I2 I3 I5 I7 I8 I20 AU-01 killed, frozen and cut while they sell: nothing is lost, nothing doubled, all are equal', async () => {
  const seed = 20_261_121;
  // A machine without PostgreSQL has the embedded database, which dies with the server's process and never alone.
  const isEmbedded = !hasPostgres();
  const result = await killEverythingAgainAndAgain({ seed, forMs: 12_000, isEmbedded });
  expect(result.broken, `seed ${seed}`).toEqual([]);
  // How much fits in is the machine's affair; that there was work and that it was struck is ours.
  expect(result.answered).toBeGreaterThan(5);
  expect(result.blows).toBeGreaterThan(3);
}, 300_000);
