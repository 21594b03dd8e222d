/** `npm run simulate -- --real --only sync`: a server, two tills and a kiosk as real processes, under fire for minutes. */
import { parseArgs } from 'node:util';
import { killEverythingAgainAndAgain } from '#test/simulation/sync-kills.ts';
import { toMarkdown } from '../bench/table.ts';

export const SYNC_REAL_USAGE = 'npm run simulate -- --real --only sync [--minutes 10] [--seed N] [--embedded]';

export const isSyncReal = (argv: readonly string[]): boolean =>
  argv.includes('--real') &&
  argv.some((word, at) => word === '--only=sync' || (word === '--only' && argv[at + 1] === 'sync'));

/** The exit code. Throws what the command line has wrong, in words. */
export async function runSyncReal(argv: readonly string[]): Promise<number> {
  const { minutes, seed, isEmbedded } = readOptions(argv);
  const over = isEmbedded ? 'the embedded database' : 'PostgreSQL';
  console.log(`${minutes} min of work under fire, a server on ${over}, two tills and a kiosk, seed ${seed}`);
  const started = performance.now();
  const result = await killEverythingAgainAndAgain({
    seed,
    isEmbedded,
    forMs: minutes * 60_000,
    onProgress: (text) => console.log(`  ${((performance.now() - started) / 1000).toFixed(0)} s: ${text}`),
  });
  console.log(
    toMarkdown({
      title: 'Real processes under fire',
      how: `${minutes} min, a server on ${over}, two tills and a kiosk; seed ${seed}, ${result.blows} blows.`,
      columns: ['', 'count'],
      rows: result.table.map((row) => [...row]),
    }),
  );
  for (const broken of result.broken) console.error(`  ${broken}`);
  console.log(result.broken.length === 0 ? 'nothing lost, nothing doubled, all equal' : `broken; seed ${seed}`);
  return result.broken.length === 0 ? 0 : 1;
}

function readOptions(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { real: flag, embedded: flag, only: text, minutes: text, seed: text },
  });
  const minutes = Number(values.minutes ?? '10');
  if (!(minutes > 0 && minutes <= 1440)) throw new Error(`--minutes is "${values.minutes}", allowed: above 0 to 1440`);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`--seed is "${values.seed}", allowed: a whole number from 0`);
  return { minutes, seed, isEmbedded: values.embedded };
}
