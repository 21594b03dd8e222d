/**
 * The same 10,000 orders through every entrant, one after another: made offline on A, pushed, pulled by a fresh B, and
 * then changes one at a time from A to B.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../table.ts';
import { type Participant, startParticipant } from './driver.ts';
import type { Entrant } from './entrants.ts';
import type { BenchPostgres } from './postgres.ts';

export interface Score {
  readonly seedMs: number;
  readonly pushMs: number;
  readonly pullMs: number;
  readonly pushBytes: number;
  readonly pullBytes: number;
  readonly changes: number;
  readonly changeP50Ms: number;
  readonly changeP99Ms: number;
  readonly serverMiB: number;
  readonly writerMiB: number;
  readonly readerMiB: number;
  /** Server, writer, reader, up to the end of the bulk. */
  readonly cpuMs: readonly [number, number, number];
}

export interface ContestOptions {
  readonly orders: number;
  readonly changes: number;
  readonly postgres: BenchPostgres | undefined;
}

const WARM_UP = 10;
const BETWEEN_MS = 20;
/** Of one entrant's changes; the slow ones get fewer. */
const FOLLOW_MS = 30_000;

interface Timed {
  readonly ms: number;
}

interface Started {
  readonly url: string;
  readonly tills: readonly unknown[];
}

export async function contend(entrant: Entrant, options: ContestOptions): Promise<Score> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-bench-'));
  const database = entrant.database === undefined ? undefined : await options.postgres?.database();
  const started: Participant[] = [];
  const start = async (entry: string, role: string, env: Readonly<Record<string, string>> = {}) => {
    const own = join(folder, `${role}-${started.length}`);
    await mkdir(own);
    const one = await startParticipant(entry, { DATA_DIR: own, ROLE: role, ...env });
    started.push(one);
    return one;
  };
  try {
    const server = await start(entrant.server, 'server', database === undefined ? {} : { DATABASE_URL: database.url });
    const { url, tills } = await server.ask<Started>('start', { tills: 2 });
    const a = await start(entrant.till, 'till');
    const opened = await a.ask<{ readonly of?: string } | null>('open', { url, name: 'a', till: tills[0] });
    const b = await start(entrant.till, 'till');
    await b.ask('open', { url, name: 'b', till: tills[1], ...opened });
    return await measure(entrant, options, { server, a, b });
  } finally {
    for (const one of started.toReversed()) await one.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Three {
  readonly server: Participant;
  readonly a: Participant;
  readonly b: Participant;
}

async function measure(entrant: Entrant, { orders, changes }: ContestOptions, { server, a, b }: Three): Promise<Score> {
  const seed = await a.ask<Timed>('seed', { from: 1, count: orders });
  const [seeded, fresh] = [await a.weigh(), await b.weigh()];
  const pushMs = await push(entrant, server, a, orders);
  const pushed = await a.weigh();
  const pull = await b.ask<Timed>('pull', { rows: orders });
  const pulled = await b.weigh();
  const count = await b.ask<number>('count');
  if (count !== orders) throw new Error(`${entrant.name}: the fresh till has ${count} of ${orders} orders`);
  const cpuMs = [(await server.weigh()).cpuMs, pushed.cpuMs, pulled.cpuMs] as const;
  const latencies = await follow(entrant, { a, b }, orders, changes);
  return {
    seedMs: seed.ms,
    pushMs,
    pullMs: pull.ms,
    pushBytes: pushed.wireBytes - seeded.wireBytes,
    pullBytes: pulled.wireBytes - fresh.wireBytes,
    changes: latencies.length,
    changeP50Ms: quantile(latencies, 0.5),
    changeP99Ms: quantile(latencies, 0.99),
    serverMiB: (await server.weigh()).peakMiB,
    writerMiB: (await a.weigh()).peakMiB,
    readerMiB: (await b.weigh()).peakMiB,
    cpuMs,
  };
}

async function push(entrant: Entrant, server: Participant, a: Participant, rows: number): Promise<number> {
  if (entrant.serverSays === undefined) return (await a.ask<Timed>('push')).ms;
  const [begun, reached] = await Promise.all([
    a.ask<{ readonly at: number }>('push'),
    server.ask<{ readonly at: number }>('reached', { rows }),
  ]);
  return reached.at - begun.at;
}

/** From the call of the write on A to the change in the store of B, one at a time. */
async function follow(entrant: Entrant, { a, b }: Omit<Three, 'server'>, orders: number, changes: number) {
  let arrive: (at: number) => void = () => undefined;
  b.on('arrived', ({ at }) => arrive(Number(at)));
  await b.ask('listen');
  for (const till of [a, b]) await till.ask('live');
  await pause(1000);
  const latencies: number[] = [];
  const until = performance.now() + FOLLOW_MS;
  for (let n = 1; n <= changes + WARM_UP && performance.now() < until; n += 1) {
    const arrived = new Promise<number>((resolve) => {
      arrive = resolve;
    });
    const { at } = await a.ask<{ readonly at: number }>('change', { n: orders + n });
    const end =
      entrant.follow === 'live'
        ? await Promise.race([arrived, pause(FOLLOW_MS, Number.NaN, { ref: false })])
        : (await b.ask<{ readonly at: number }>('fetch')).at;
    if (n > WARM_UP || changes < WARM_UP) latencies.push(end - at);
    await pause(n > WARM_UP ? BETWEEN_MS : 100);
  }
  return latencies;
}
