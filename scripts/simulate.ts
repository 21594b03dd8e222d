/**
 * `npm run simulate -- --runs N --seed S`: sales with a fault or a crash in each, and at the end the register's documents
 * against the device's tasks. `--real` kills a real process instead. Exit code 1 when anything does not hold.
 */
import { parseArgs } from 'node:util';
import { buildShim } from '#emulators/kkt/testing.ts';
import { isMutant, loadMutant, MUTANTS } from '#test/simulation/fiscal-mutants.ts';
import { toMarkdown } from '../bench/table.ts';
import { isSyncReal, runSyncReal, SYNC_REAL_USAGE } from './simulate-sync-real.ts';

const USAGE = `usage: npm run simulate -- [--runs 10000] [--seed N] [--lanes 3] [--only TURN|FROM-TO] [--mutant NAME]
       npm run simulate -- --real [--kills 200] [--seed N]
       npm run simulate -- --only sync [--runs 2000] [--seed N] [--lanes 2] [--script FILE] [--mutant NAME|all]
       ${SYNC_REAL_USAGE}
       mutants: ${Object.keys(MUTANTS).join(', ')}`;

class BadUse extends Error {}

interface Options {
  readonly real: boolean;
  readonly runs: number;
  readonly kills: number;
  readonly seed: number;
  readonly lanes: number;
  readonly only: { readonly from: number; readonly to: number } | undefined;
  readonly mutant: string | undefined;
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least) return value;
  throw new BadUse(`--${name} is "${text}", allowed: a whole number from ${least}`);
}

function turns(text: string): { readonly from: number; readonly to: number } {
  const [, from = '', to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (from !== '' && Number(from) <= Number(to)) return { from: Number(from), to: Number(to) };
  throw new BadUse(`--only is "${text}", allowed: a turn, as 17, or turns, as 10-17`);
}

function readOptions(argv: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const options = { runs: text, kills: text, seed: text, lanes: text, only: text, mutant: text };
  let values: Partial<Record<keyof typeof options, string>> & { readonly real?: boolean };
  try {
    ({ values } = parseArgs({ args: [...argv], options: { ...options, real: { type: 'boolean', default: false } } }));
  } catch (error) {
    throw new BadUse(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const { mutant, only } = values;
  if (mutant !== undefined && !isMutant(mutant)) {
    throw new BadUse(`--mutant is "${mutant}", allowed: ${Object.keys(MUTANTS).join(', ')}`);
  }
  return {
    real: values.real ?? false,
    runs: whole('runs', values.runs ?? '10000', 1),
    kills: whole('kills', values.kills ?? '200', 1),
    seed: whole('seed', values.seed ?? String(Date.now() % 1_000_000), 0),
    lanes: whole('lanes', values.lanes ?? '3', 1),
    only: only === undefined ? undefined : turns(only),
    mutant,
  };
}

const isSync = (argv: readonly string[]): boolean =>
  argv[argv.indexOf('--only') + 1] === 'sync' && argv.includes('--only');

/** @param argv arguments after the program's name. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    if (isSyncReal(argv)) {
      process.exitCode = await runSyncReal(argv);
      return;
    }
    if (isSync(argv)) {
      // Loaded only now: a fiscal mutant must find none of the product loaded before it.
      const { runSync } = await import('./simulate-sync.ts');
      process.exitCode = await runSync(argv);
      return;
    }
    const options = readOptions(argv);
    const shim = buildShim();
    if (shim.path === undefined) throw new BadUse(shim.reason);
    process.exitCode = await (options.real ? runReal(options) : runSimulation(options, shim.path));
  } catch (error) {
    if (!(error instanceof BadUse)) throw error;
    console.error(`simulate: ${error.message}\n${USAGE}`);
    process.exitCode = 2;
  }
}

async function runSimulation(options: Options, libraryPath: string): Promise<number> {
  const { runs, seed, only, lanes, mutant } = options;
  if (mutant !== undefined && isMutant(mutant)) loadMutant(mutant);
  // After the mutant: what is loaded before it would be as it is.
  const { simulate, SimulationFailed } = await import('#test/simulation/fiscal-simulation.ts');
  const { OUTCOMES } = await import('#test/simulation/fiscal-turn.ts');
  console.log(
    `${only === undefined ? `${runs} turns` : `turns ${only.from} to ${only.to}`} of seed ${seed}, ${lanes} counters side by side`,
  );
  const started = performance.now();
  try {
    const result = await simulate({
      runs,
      seed,
      lanes,
      libraryPath,
      ...(only === undefined ? {} : { only }),
      onProgress: (done) => {
        if (done % 500 === 0) console.log(`  ${done} turns, ${seconds(started)} s`);
      },
    });
    const rows = [...result.table].toSorted(([a], [b]) => a.localeCompare(b));
    console.log(
      toMarkdown({
        title: 'What happened, and how the tasks ended',
        how: `${result.turns} turns of seed ${seed}; everything planned came in ${result.struck} of them; the device died ${result.deaths} times.`,
        columns: ['', ...OUTCOMES],
        rows: rows.map(([name, counts]) => [
          name.replaceAll('_', ' '),
          ...OUTCOMES.map((outcome) => String(counts[outcome])),
        ]),
      }),
    );
    console.log(
      `${result.tasks} tasks, ${result.receipts} receipts in the fiscal memories, 0 twice, 0 lost, ${result.minor / 100} ₽ in both. ${seconds(started)} s`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof SimulationFailed)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function runReal({ kills, seed }: Options): Promise<number> {
  const { killAgainAndAgain } = await import('#test/simulation/fiscal-kills.ts');
  console.log(`${kills} kills of a real device, seed ${seed}`);
  const started = performance.now();
  const result = await killAgainAndAgain({
    kills,
    seed,
    onProgress: (done) => {
      if (done % 20 === 0) console.log(`  ${done} kills, ${seconds(started)} s`);
    },
  });
  const states = Object.entries(result.states).map(([state, count]) => `${count} ${state}`);
  console.log(
    `${result.kills} kills, ${result.tasks} tasks (${states.join(', ')}; ${result.pressedAgain} after a person pressed again), ${result.receipts} receipts in the fiscal memory. ${seconds(started)} s`,
  );
  for (const broken of result.broken) console.error(`  ${broken}`);
  return result.broken.length === 0 ? 0 : 1;
}

const seconds = (started: number): string => ((performance.now() - started) / 1000).toFixed(0);
