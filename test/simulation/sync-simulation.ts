/** Many runs of the sync simulation, and of one that failed the shortest script that still fails. */
import { openTestClient } from '#server/db/test-db.ts';
import { openDisk } from './sync-image.ts';
import { Violation } from './sync-model.ts';
import { type Profile, planOf, type Script, type Step } from './sync-plan.ts';
import { type Database, playScript } from './sync-run.ts';
import { keepStatements } from './sync-statements.ts';

interface SyncSimulationOptions {
  readonly seed: number;
  readonly runs: number;
  readonly onProgress?: (done: number) => void;
}

interface SyncSimulationResult {
  readonly runs: number;
  /** The runs of all seeds in one: the same seeds give the same. */
  readonly trace: string;
}

/** A run that broke what must hold. */
export class SyncSimulationFailed extends Error {
  override readonly name = 'SyncSimulationFailed';
  readonly script: Script;
  constructor(message: string, script: Script, options: { readonly cause: unknown }) {
    super(message, options);
    this.script = script;
  }
}

export async function withDatabase<T>(run: (database: Database) => Promise<T>): Promise<T> {
  const client = await openTestClient();
  try {
    const kept = keepStatements(client);
    return await run({ kept, disk: await openDisk(kept.db) });
  } finally {
    await client.close();
  }
}

/** Throws `SyncSimulationFailed` at the first run that does not hold. Run `n` has the seed `seed + n`. */
export async function simulateSync(
  database: Database,
  { seed, runs, onProgress }: SyncSimulationOptions,
): Promise<SyncSimulationResult> {
  let trace = '';
  for (let run = 0; run < runs; run += 1) {
    const script = planOf(seed + run);
    try {
      ({ trace } = { trace: mixed(trace, (await playScript(database, script)).trace) });
    } catch (error) {
      const shrunk = await shrink(database, script, error);
      throw new SyncSimulationFailed(
        [
          `run of seed ${seed + run}: ${wordsOf(shrunk.error)}`,
          ...shrunk.script.steps.map((step, at) => `  ${at + 1}. ${step.do} (device ${step.on}, draw ${step.draw})`),
          `  script: ${JSON.stringify(shrunk.script)}`,
          `  again: npm run simulate -- --only sync --seed ${seed + run} --runs 1`,
        ].join('\n'),
        shrunk.script,
        { cause: shrunk.error },
      );
    }
    onProgress?.(run + 1);
  }
  return { runs, trace };
}

const mixed = (one: string, other: string): string => {
  let hash = 0;
  for (const letter of `${one}${other}`) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
  return (hash >>> 0).toString(16).padStart(8, '0');
};

const wordsOf = (error: unknown): string =>
  error instanceof Violation ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Which invariant, so that a shorter script is one that breaks the same. */
const kindOf = (error: unknown): string =>
  error instanceof Violation ? (error.message.split(':')[0] ?? '') : 'a fault of the program';

const MAX_TRIES = 300;

/** Leaves out ever smaller parts of the script as long as what is left breaks the same invariant. */
async function shrink(
  database: Database,
  script: Script,
  first: unknown,
): Promise<{ readonly script: Script; readonly error: unknown }> {
  let steps: readonly Step[] = script.steps;
  let error = first;
  let tries = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < steps.length && tries < MAX_TRIES; ) {
      const shorter = [...steps.slice(0, from), ...steps.slice(from + size)];
      tries += 1;
      const again = await playScript(database, { ...script, steps: shorter }).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      if (again !== undefined && kindOf(again) === kindOf(first)) {
        steps = shorter;
        error = again;
      } else {
        from += size;
      }
    }
  }
  return { script: { ...script, steps }, error };
}

/**
 * Runs until one does not hold, of one kind, each after the same first steps: how a known-bad product is looked for.
 * Answers nothing when all held.
 */
export async function firstFailure(
  database: Database,
  aim: { readonly profile: Profile; readonly first?: readonly Step[]; readonly seed: number; readonly runs: number },
): Promise<{ readonly run: number; readonly message: string } | undefined> {
  for (let run = 1; run <= aim.runs; run += 1) {
    const script = planOf(aim.seed + run, aim.profile);
    try {
      await playScript(database, { ...script, steps: [...(aim.first ?? []), ...script.steps] });
    } catch (error) {
      return { run, message: wordsOf(error) };
    }
  }
  return undefined;
}
