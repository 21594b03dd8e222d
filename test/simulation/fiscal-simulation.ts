/**
 * The fiscal simulation: many sales, each with a trouble drawn from a seed, on real device cores that die and come back.
 * Turns are played in shifts of a hundred at counters of their own, several side by side.
 */
import { openCounter } from './fiscal-counter.ts';
import { judgeCounter, judgeTurn } from './fiscal-judge.ts';
import { type Plan, planOf, type TroubleName } from './fiscal-plan.ts';
import { OUTCOMES, type Outcome, type Turn, takeTurn } from './fiscal-turn.ts';

export interface SimulationOptions {
  readonly runs: number;
  readonly seed: number;
  /** Plays this turn alone. */
  readonly only?: number;
  /** Counters side by side. */
  readonly lanes: number;
  readonly libraryPath: string;
  readonly onProgress?: (done: number) => void;
}

export interface SimulationResult {
  readonly turns: number;
  readonly struck: number;
  /** Starts of a device after its death. */
  readonly deaths: number;
  readonly receipts: number;
  readonly tasks: number;
  readonly minor: number;
  readonly table: ReadonlyMap<TroubleName, Readonly<Record<Outcome, number>>>;
}

/** A turn that broke what must hold: how to play it again. */
export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
}

const TURNS_OF_A_COUNTER = 100;

/** Throws SimulationFailed at the first thing that does not hold. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { runs, seed, only, lanes } = options;
  const isLast = (index: number): boolean => (index + 1) % TURNS_OF_A_COUNTER === 0 || index + 1 === runs;
  const plan = (index: number): Plan => planOf(seed, index, isLast(index));
  const counters =
    only === undefined
      ? Array.from({ length: Math.ceil(runs / TURNS_OF_A_COUNTER) }, (_, counter) =>
          Array.from({ length: Math.min(TURNS_OF_A_COUNTER, runs - counter * TURNS_OF_A_COUNTER) }, (_turn, index) =>
            plan(counter * TURNS_OF_A_COUNTER + index),
          ),
        )
      : [[plan(only)]];
  const tally = newTally(options.onProgress);
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let plans = counters.shift(); plans !== undefined && failures.length === 0; plans = counters.shift()) {
      await playCounter(plans, options, tally).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
  return tally.result;
}

async function playCounter(plans: readonly Plan[], options: SimulationOptions, tally: Tally): Promise<void> {
  const counter = await openCounter(options.libraryPath);
  const turns: Turn[] = [];
  let at = plans[0]?.index ?? 0;
  try {
    for (const plan of plans) {
      at = plan.index;
      const turn = await takeTurn(counter, plan);
      await judgeTurn(counter, plan, turn);
      turns.push(turn);
      tally.count(plan, turn);
    }
    const { receipts, tasks, minor } = await judgeCounter(counter, turns);
    tally.end({ receipts, tasks, minor, deaths: counter.lives() - 1 });
  } catch (error) {
    const plan = plans.find(({ index }) => index === at);
    throw new SimulationFailed(
      [
        `turn ${at} of seed ${options.seed}: ${error instanceof Error ? error.message : String(error)}`,
        `  ${JSON.stringify(plan)}`,
        ...(await counter.lastLines(12).catch(() => [])).map((line) => `  ${line.slice(0, 300)}`),
        `  again: npm run simulate -- --runs ${options.runs} --seed ${options.seed} --only ${at}`,
      ].join('\n'),
      { cause: error },
    );
  } finally {
    await counter.end();
  }
}

interface Tally {
  readonly result: SimulationResult;
  count(plan: Plan, turn: Turn): void;
  end(more: Pick<SimulationResult, 'receipts' | 'tasks' | 'minor' | 'deaths'>): void;
}

function newTally(onProgress: SimulationOptions['onProgress']): Tally {
  const table = new Map<TroubleName, Record<Outcome, number>>();
  const sums = { turns: 0, struck: 0, deaths: 0, receipts: 0, tasks: 0, minor: 0 };
  return {
    get result() {
      return { ...sums, table };
    },
    count({ trouble }, { outcome, struck }) {
      const row = table.get(trouble.name) ?? emptyRow();
      row[outcome] += 1;
      table.set(trouble.name, row);
      sums.turns += 1;
      if (struck) sums.struck += 1;
      onProgress?.(sums.turns);
    },
    end(more) {
      for (const key of ['receipts', 'tasks', 'minor', 'deaths'] as const) sums[key] += more[key];
    },
  };
}

const emptyRow = (): Record<Outcome, number> =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
