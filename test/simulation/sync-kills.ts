/**
 * Real processes under fire: a server on PostgreSQL, two tills and a kiosk, worked at without a pause, while each is
 * killed and frozen at moments of chance, their links lose and repeat, and the database is torn down; then every row of
 * every one of them against what their people were answered.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../scripts/processes.ts';
import { type Judged, judge } from './sync-kills-judge.ts';
import { LINK_FAULTS } from './sync-kills-link.ts';
import { BLOWS, beginNemesis, type Nemesis } from './sync-kills-nemesis.ts';
import { createWatch, type Watch } from './sync-kills-watch.ts';
import { beginWork, type Ledger, type Work } from './sync-kills-work.ts';
import { DEVICES, type KillsWorld, startKillsWorld } from './sync-kills-world.ts';

export interface SyncKillsOptions {
  readonly seed: number;
  /** How long they work under fire, ms. */
  readonly forMs: number;
  /** Over PGlite instead of PostgreSQL. */
  readonly isEmbedded?: boolean;
  readonly onProgress?: (text: string) => void;
}

export interface SyncKillsResult {
  readonly seed: number;
  readonly broken: readonly string[];
  /** What happened, in words, and how often. */
  readonly table: readonly (readonly [what: string, count: string])[];
  readonly answered: number;
  readonly blows: number;
}

/** A queue may stand still this long, its server within reach, before it is told; backoff after an outage is within it. */
const FROZEN_MS = 20_000;
/** After the last blow everything is where it belongs within this. */
const SETTLED_MS = 120_000;
/** A register prints more slowly than its people sell, the more so when it is proved anew after every kill. */
const MOST_UNPRINTED = 25;
const PRINTED_MS = 10 * 60_000;
const BREATH_EVERY_MS = 45_000;
const LOOK_EVERY_MS = 500;

export async function killEverythingAgainAndAgain(options: SyncKillsOptions): Promise<SyncKillsResult> {
  const { seed, onProgress = () => undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-sync-kills-'));
  const world = await startKillsWorld({ folder, seed, isEmbedded: options.isEmbedded === true });
  let isWhole = false;
  try {
    const watch = createWatch(world, FROZEN_MS);
    await until('every device to know its shop', () => (watch.hasBegun() ? true : undefined), SETTLED_MS);
    const work = beginWork(world, seed, { mayAct: (name) => watch.unprinted(name) < MOST_UNPRINTED });
    const nemesis = beginNemesis(world, seed);
    const breaths = await fight({ watch, work, nemesis }, options);
    await nemesis.end();
    await work.end();
    onProgress('the last blow has fallen');
    const settledMs = await settle(watch, work.ledger);
    await Promise.all(DEVICES.map((name) => world.stop(name)));
    await world.stop('server');
    const judged = await judge(world, work.ledger);
    const broken = [...world.deaths, ...work.ledger.broken, ...watch.broken, ...judged.broken];
    isWhole = broken.length === 0;
    const table = [
      ...workRows(work.ledger, judged),
      ...nemesisRows(world, nemesis),
      ...watchRows(watch, { breaths, settledMs }),
    ];
    const blows = BLOWS.reduce((sum, blow) => sum + nemesis.counts[blow], 0);
    return { seed, broken, table, answered: answeredOf(work.ledger), blows };
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}; seed ${seed}; what it left is in ${folder}`,
      {
        cause: error,
      },
    );
  } finally {
    await world.close();
    // What broke something is left to be looked at.
    if (isWhole) rmSync(folder, { recursive: true, force: true });
  }
}

interface Fight {
  readonly watch: Watch;
  readonly work: Work;
  readonly nemesis: Nemesis;
}

/** Until the time is over. Now and then the blows stop for a moment, and what was sold before must arrive everywhere. */
async function fight({ watch, work, nemesis }: Fight, { forMs, onProgress }: SyncKillsOptions) {
  const until_ = performance.now() + forMs;
  let nextBreath = performance.now() + BREATH_EVERY_MS;
  const breaths: number[] = [];
  while (performance.now() < until_) {
    await delay(LOOK_EVERY_MS);
    watch.look(work.ledger);
    if (performance.now() < nextBreath) continue;
    await nemesis.rest();
    breaths.push(await arrivals(watch, work.ledger));
    nemesis.resume();
    nextBreath = performance.now() + BREATH_EVERY_MS;
    onProgress?.(
      `${answeredOf(work.ledger)} answered, ${DEVICES.map((name) => `${name} ${watch.mostUnsent[name]}`).join(', ')} at most unsent`,
    );
  }
  return breaths;
}

/** How long it takes until every sale answered before now is on every device, ms. */
async function arrivals(watch: Watch, ledger: Ledger): Promise<number> {
  const wanted = ledger.sales.filter(({ answeredAt }) => answeredAt !== undefined).map(({ id }) => id);
  const started = performance.now();
  for (const name of DEVICES) {
    await until(
      `what was sold to be at ${name}`,
      () => {
        watch.look(ledger);
        return watch.has(name, wanted) ? true : undefined;
      },
      SETTLED_MS,
      250,
    );
  }
  return performance.now() - started;
}

/** Until every receipt has ended, every queue is empty and nobody has anything left to hear. Returns how long, ms. */
async function settle(watch: Watch, ledger: Ledger): Promise<number> {
  const started = performance.now();
  await until(
    'every receipt to end',
    () => {
      watch.look(ledger);
      return watch.isPrinted() ? true : undefined;
    },
    PRINTED_MS,
    500,
  );
  await until(
    'everybody to have everything',
    () => {
      watch.look(ledger);
      return watch.isSettled() ? true : undefined;
    },
    SETTLED_MS,
    250,
  );
  return performance.now() - started;
}

const answeredOf = ({ sales, returns, visits, reports }: Ledger): number =>
  [...sales, ...returns].filter(({ answeredAt }) => answeredAt !== undefined).length + visits.length + reports.length;

type TableRow = readonly [string, string];

const workRows = (ledger: Ledger, judged: Judged): TableRow[] => [
  ['sales answered', String(ledger.sales.filter(({ answeredAt }) => answeredAt !== undefined).length)],
  ['returns answered', String(ledger.returns.length)],
  ['visits ended', `${ledger.visits.length}, ${ledger.paidAtKiosk.size} of them paid`],
  ['X reports', String(ledger.reports.length)],
  ...Array.from(ledger.refusals, ([code, count]): TableRow => [`refused, and rightly: ${code}`, String(count)]),
  ['mutations, each run once', String(judged.mutations)],
  ['rows, the same on the server and on every device of their scope', String(judged.rows)],
];

const nemesisRows = (world: KillsWorld, { counts }: Nemesis): TableRow[] => [
  ...BLOWS.map((blow): TableRow => [blow, String(counts[blow])]),
  ...LINK_FAULTS.map(
    (fault): TableRow => [
      `request: ${fault}`,
      String(DEVICES.reduce((sum, name) => sum + world.links[name].counts[fault], 0)),
    ],
  ),
];

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const watchRows = (watch: Watch, times: { readonly breaths: readonly number[]; readonly settledMs: number }) =>
  [
    ['looks into a database', String(watch.looks())],
    ['most unsent at a device', String(Math.max(...Object.values(watch.mostUnsent)))],
    [
      'longest that a queue stood still, its server within reach',
      inSeconds(Math.max(...Object.values(watch.longestFreezeMs))),
    ],
    ['what was sold is everywhere after the blows stop, at worst', inSeconds(Math.max(0, ...times.breaths))],
    ['everything printed, sent and heard after the last blow', inSeconds(times.settledMs)],
  ] satisfies TableRow[];
