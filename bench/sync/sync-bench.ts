/**
 * `npm run bench:sync [-- WORD...]`: peers, our floor and ours side by side, in one run. `npm run bench:sync -- growth`,
 * `-- fields` and `-- outage [fleet|month|year|idle]` measure ours alone.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { ms, quantile, seconds, type Table, toMarkdown } from '../table.ts';
import { contend, type Score } from './contest.ts';
import { type Entrant, entrants } from './entrants.ts';
import { fields } from './fields.ts';
import { growth } from './growth.ts';
import { outage } from './outage.ts';
import { type BenchPostgres, startPostgres } from './postgres.ts';

const ORDERS = Number(process.env['BENCH_ORDERS'] ?? 10_000);
const CHANGES = Number(process.env['BENCH_CHANGES'] ?? 200);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const PEERS = join(import.meta.dirname, '../peers');

/** @param words names of entrants, or parts of them; all when there are none */
export async function run(words: readonly string[] = []): Promise<Table> {
  const postgres = await startPostgres();
  const loadBefore = loadavg()[0] ?? 0;
  try {
    const taking = entrants(words, postgres);
    if (taking.some(({ isPeer }) => isPeer)) installPeers();
    const scores = new Map<Entrant, Score[]>(taking.map((entrant) => [entrant, []]));
    // Round by round, so that what else the machine does falls on all of them.
    for (let round = 1; round <= RUNS; round += 1) {
      for (const entrant of taking) {
        const score = await contend(entrant, { orders: ORDERS, changes: CHANGES, postgres });
        console.error(`${round}/${RUNS} ${entrant.name}: ${JSON.stringify(score)}`);
        scores.get(entrant)?.push(score);
      }
    }
    return toTable(scores, loadBefore, postgres?.version);
  } finally {
    postgres?.stop();
  }
}

function installPeers(): void {
  if (existsSync(join(PEERS, 'node_modules'))) return;
  console.error('bench: installing the peers into bench/peers/node_modules');
  // Their native parts come prebuilt in the packages; no script of theirs needs to run.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: PEERS, stdio: 'inherit' });
}

function toTable(
  scores: ReadonlyMap<Entrant, readonly Score[]>,
  loadBefore: number,
  postgres: string | undefined,
): Table {
  const median = (all: readonly Score[], of: (score: Score) => number): number => quantile(all.map(of), 0.5);
  const mib = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
  return {
    title: 'Sync: beside peers',
    how:
      `${ORDERS} orders made offline on A, pushed, pulled by a fresh B, then up to ${CHANGES} changes one at a time from A ` +
      `to B; medians of ${RUNS} rounds. ${cpus().length} cores, load ${loadBefore.toFixed(1)} before` +
      `${postgres === undefined ? '' : `, PostgreSQL ${postgres}`}, Node ${process.versions.node}.`,
    columns: [
      '',
      'on disk when answered',
      'made offline',
      'pushed',
      'pulled fresh',
      'change p50',
      'change p99',
      'changes',
      'push wire',
      'pull wire',
      'peak server',
      'peak A',
      'peak B',
      'CPU server/A/B',
    ],
    rows: Array.from(scores, ([{ name, durability }, all]) => [
      name,
      durability,
      seconds(median(all, ({ seedMs }) => seedMs)),
      seconds(median(all, ({ pushMs }) => pushMs)),
      seconds(median(all, ({ pullMs }) => pullMs)),
      ms(median(all, ({ changeP50Ms }) => changeP50Ms)),
      ms(median(all, ({ changeP99Ms }) => changeP99Ms)),
      String(median(all, ({ changes }) => changes)),
      mib(median(all, ({ pushBytes }) => pushBytes)),
      mib(median(all, ({ pullBytes }) => pullBytes)),
      `${median(all, ({ serverMiB }) => serverMiB)} MiB`,
      `${median(all, ({ writerMiB }) => writerMiB)} MiB`,
      `${median(all, ({ readerMiB }) => readerMiB)} MiB`,
      [0, 1, 2].map((index) => seconds(median(all, ({ cpuMs }) => cpuMs[index] ?? 0))).join(' / '),
    ]),
  };
}

/** Ours alone, on PostgreSQL where there is one. */
async function alone(measure: (postgres: BenchPostgres | undefined) => Promise<Table>): Promise<Table> {
  const postgres = await startPostgres();
  try {
    return await measure(postgres);
  } finally {
    postgres?.stop();
  }
}

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

export async function main(argv: readonly string[]): Promise<void> {
  const [what, only] = argv;
  if (what === 'growth') {
    console.log(toMarkdown(await alone((postgres) => growth(postgres, number('BENCH_ROWS', 1_000_000)))));
  } else if (what === 'fields') {
    console.log(toMarkdown(await alone((postgres) => fields(postgres, number('BENCH_FILES', 10_000)))));
  } else if (what === 'outage') {
    const sizes = {
      tills: number('BENCH_TILLS', 50),
      queued: number('BENCH_QUEUED', 1000),
      month: number('BENCH_MONTH', 50_000),
      year: number('BENCH_YEAR', 50_000),
      idleMs: number('BENCH_IDLE_MS', 90_000),
    };
    console.log(toMarkdown(await alone((postgres) => outage(postgres, sizes, only))));
  } else {
    console.log(toMarkdown(await run(argv)));
  }
}
