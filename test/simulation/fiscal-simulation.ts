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
  /** Plays these turns alone, at one counter. */
  readonly only?: Range;
  /** Counters side by side. */
  readonly lanes: number;
  readonly libraryPath: string;
  readonly onProgress?: (done: number) => void;
}

export interface Range {
  readonly from: number;
  readonly to: number;
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

/** A turn that broke what must hold. */
export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
  /** The turns of its counter, up to the one that broke. */
  readonly turns: Range;
  constructor(message: string, turns: Range, options: { readonly cause: unknown }) {
    super(message, options);
    this.turns = turns;
  }
}

const TURNS_OF_A_COUNTER = 100;

/** Throws SimulationFailed at the first thing that does not hold, with the fewest turns that it takes to see it again. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { runs, only, lanes } = options;
  const counters = only === undefined ? countersOf(runs) : [only];
  const tally = newTally(options.onProgress);
  const failures: Error[] = [];
  const lane = async (): Promise<void> => {
    for (let turns = counters.shift(); turns !== undefined && failures.length === 0; turns = counters.shift()) {
      await playCounter(turns, options, tally).catch((error: unknown) => failures.push(asError(error)));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const [failure] = failures;
  if (failure instanceof SimulationFailed && only === undefined) {
    const { from, to } = await shorten(failure.turns, options);
    failure.message += `\n  again: npm run simulate -- --runs ${runs} --seed ${options.seed} --only ${from === to ? to : `${from}-${to}`}`;
  }
  if (failure !== undefined) throw failure;
  return tally.result;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const countersOf = (runs: number): Range[] =>
  Array.from({ length: Math.ceil(runs / TURNS_OF_A_COUNTER) }, (_, counter) => ({
    from: counter * TURNS_OF_A_COUNTER,
    to: Math.min(runs, (counter + 1) * TURNS_OF_A_COUNTER) - 1,
  }));

/** The turn alone, or with as few of those before it as break it again; all of them when nothing less does. */
async function shorten({ from, to }: Range, options: SimulationOptions): Promise<Range> {
  for (let before = 0; to - before > from; before = before * 2 + 1) {
    const turns = { from: to - before, to };
    const breaks = await playCounter(turns, options, newTally(undefined)).then(
      () => false,
      () => true,
    );
    if (breaks) return turns;
  }
  return { from, to };
}

async function playCounter({ from, to }: Range, options: SimulationOptions, tally: Tally): Promise<void> {
  const { runs, seed } = options;
  const isLast = (index: number): boolean => (index + 1) % TURNS_OF_A_COUNTER === 0 || index + 1 === runs;
  const plans = Array.from({ length: to - from + 1 }, (_, past) => planOf(seed, from + past, isLast(from + past)));
  const counter = await openCounter(options.libraryPath);
  const turns: Turn[] = [];
  let at = from;
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
        `turn ${at} of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
        `  ${JSON.stringify(plan)}`,
        ...(await counter.lastLines(12).catch(() => [])).map((line) => `  ${line.slice(0, 300)}`),
      ].join('\n'),
      { from, to: at },
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
