/** `npm run simulate -- --only sync`: the lives of devices and their server, in as many processes as there are lanes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isSyncMutant, loadSyncMutant, SYNC_MUTANT_NAMES, SYNC_MUTANTS } from '#test/simulation/sync-mutants.ts';
import { Script } from '#test/simulation/sync-plan.ts';
import { playScript } from '#test/simulation/sync-run.ts';
import { SyncSimulationFailed, simulateSync, withDatabase } from '#test/simulation/sync-simulation.ts';

const PROGRESS_EVERY = 500;
const MUTANT_RUNS = 60;
const MUTANT_SEED = 100;

const SYNC_USAGE =
  'npm run simulate -- --only sync [--runs 2000] [--seed N] [--lanes 2] [--script FILE] [--mutant NAME|all]';

const text = { type: 'string' } as const;

/** Answers the exit code: 0 when everything held and every mutant was found out, 2 when the arguments make no sense. */
export async function runSync(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { only: text, runs: text, seed: text, lanes: text, mutant: text, script: text },
  });
  const [runs = 0, seed = 0, lanes = 0] = [values.runs ?? '2000', values.seed ?? '1', values.lanes ?? '2'].map(
    (value) => (/^\d{1,9}$/.test(value) ? Number(value) : Number.NaN),
  );
  const { mutant, script } = values;
  if (Number.isNaN(runs + seed + lanes) || runs < 1 || lanes < 1 || (mutant !== undefined && !isMutantOrAll(mutant))) {
    console.error(`simulate: ${SYNC_USAGE}\n       mutants: ${SYNC_MUTANT_NAMES.join(', ')}`);
    return 2;
  }
  if (mutant !== undefined) return findOut(mutant === 'all' ? SYNC_MUTANT_NAMES : [mutant]);
  if (script !== undefined) return playFile(script);
  return lanes > 1 && runs > 1 ? inLanes({ runs, seed, lanes }) : inOne({ runs, seed });
}

const isMutantOrAll = (name: string): boolean => name === 'all' || isSyncMutant(name);

interface Runs {
  readonly runs: number;
  readonly seed: number;
}

/** A script as a failure prints it. */
async function playFile(path: string): Promise<number> {
  const script = Script.parse(JSON.parse(readFileSync(path, 'utf8')));
  const { trace } = await withDatabase((database) => playScript(database, script));
  console.log(`${path}: everything held, trace ${trace}`);
  return 0;
}

async function inOne({ runs, seed }: Runs): Promise<number> {
  const started = performance.now();
  try {
    const { trace } = await withDatabase((database) =>
      simulateSync(database, {
        runs,
        seed,
        onProgress: (done) => {
          if (done % PROGRESS_EVERY === 0) console.log(`  ${done} runs from seed ${seed}, ${seconds(started)} s`);
        },
      }),
    );
    console.log(`${runs} runs from seed ${seed}: everything held, trace ${trace}. ${seconds(started)} s`);
    return 0;
  } catch (error) {
    if (!(error instanceof SyncSimulationFailed)) throw error;
    console.error(error.message);
    return 1;
  }
}

/** `run.mjs` keeps the nursery small for what ships; a lane fills it fifteen times as often, and memory is not what it lacks. */
const ROOMY = '--min-semi-space-size=16';

/** The same runs, shared out: which process plays a run changes nothing in it. */
async function inLanes({ runs, seed, lanes }: Runs & { readonly lanes: number }): Promise<number> {
  const started = performance.now();
  const share = Math.ceil(runs / lanes);
  const codes = await Promise.all(
    Array.from({ length: Math.ceil(runs / share) }, async (_, lane) => {
      const args = ['--only', 'sync', '--lanes', '1', '--seed', String(seed + lane * share)];
      const own = Math.min(share, runs - lane * share);
      const runner = fileURLToPath(new URL('run.mjs', import.meta.url));
      const entry = fileURLToPath(new URL('simulate.ts', import.meta.url));
      const child = fork(runner, [entry, ...args, '--runs', String(own)], { execArgv: [ROOMY] });
      const [code] = (await once(child, 'close')) as [number | null];
      return code ?? 1;
    }),
  );
  const failed = codes.find((code) => code !== 0) ?? 0;
  if (failed === 0) console.log(`${runs} runs of sync from seed ${seed}: everything held. ${seconds(started)} s`);
  return failed;
}

async function findOut(names: readonly string[]): Promise<number> {
  let survivors = 0;
  for (const name of names.filter(isSyncMutant)) {
    const { firstFailure, withDatabase: withOwn } = await loadSyncMutant(name);
    const found = await withOwn((database) =>
      firstFailure(database, { ...SYNC_MUTANTS[name], seed: MUTANT_SEED, runs: MUTANT_RUNS }),
    );
    if (found === undefined) survivors += 1;
    const [line = ''] = found?.message.split('\n') ?? [];
    console.log(
      found === undefined ? `${name}: SURVIVED` : `${name}: found in run ${found.run}: ${line.slice(0, 200)}`,
    );
  }
  return survivors === 0 ? 0 : 1;
}

const seconds = (started: number): string => ((performance.now() - started) / 1000).toFixed(1);
