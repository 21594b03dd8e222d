/** What comes after an outage: a shop full of tills at once, a till that was away for a month, and the cost of being idle. */
import { setTimeout as pause } from 'node:timers/promises';
import { ms, quantile, seconds, type Table } from '../table.ts';
import type { LoopDelay, Participant } from './driver.ts';
import type { BenchPostgres } from './postgres.ts';
import { inWorld } from './world.ts';

export interface OutageSizes {
  readonly tills: number;
  readonly queued: number;
  readonly month: number;
  readonly year: number;
  readonly idleMs: number;
}

interface Timed {
  readonly ms: number;
}
interface Requests {
  readonly count: number;
  readonly pulls: number;
  readonly maxMs: number;
  readonly p99Ms: number;
}

/** @param only one of its lines: `fleet`, `month`, `year` or `idle`; all of them without it */
export async function outage(
  postgres: BenchPostgres | undefined,
  sizes: OutageSizes,
  only: string | undefined,
): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, measure] of Object.entries({ fleet, month, year, idle })) {
    if (only === undefined || name === only) rows.push(await measure(postgres, sizes));
  }
  return {
    title: 'Sync: after an outage',
    how: 'Each till a process of its own with live link and loops as in a shop; requests as the tills see them.',
    columns: ['', 'took', 'requests', 'request p99', 'longest request', 'what else'],
    rows,
  };
}

const said = ({ p99, max, cpuP99, cpuMax }: LoopDelay): string =>
  `loop of the till p99 ${ms(p99)}, max ${ms(max)} (processor in a turn ${ms(cpuP99)}, ${ms(cpuMax)})`;

/** Every till of a shop has sold offline, and the line comes back for all of them at once. */
async function fleet(postgres: BenchPostgres | undefined, { tills, queued }: OutageSizes): Promise<string[]> {
  return await inWorld(postgres, tills, async ({ server, openTill }) => {
    const all: Participant[] = [];
    for (let n = 0; n < tills; n += 1) {
      const till = await openTill();
      await till.ask('seed', { from: n * queued + 1, count: queued });
      all.push(till);
    }
    const from = performance.now();
    await Promise.all(all.map((till) => till.ask('live')));
    await Promise.all(all.map((till) => till.ask('drained')));
    const drained = performance.now() - from;
    const requests = await Promise.all(all.map((till) => till.ask<Requests>('requests')));
    return [
      `${tills} tills, ${queued.toLocaleString('en')} changes each`,
      seconds(drained),
      String(requests.reduce((sum, { count }) => sum + count, 0)),
      ms(
        quantile(
          requests.map(({ p99Ms }) => p99Ms),
          0.99,
        ),
      ),
      ms(Math.max(...requests.map(({ maxMs }) => maxMs))),
      `peak of the server ${(await server.weigh()).peakMiB} MiB`,
    ];
  });
}

/** Thirty days offline: its own changes go up, everybody else's come down, and both agree. */
async function month(postgres: BenchPostgres | undefined, { month: changes }: OutageSizes): Promise<string[]> {
  return await inWorld(postgres, 2, async ({ openTill }) => {
    const [away, other] = [await openTill(), await openTill()];
    await away.ask('pull');
    await other.ask('seed', { from: 1, count: changes });
    await other.ask('push');
    await away.ask('seed', { from: changes + 1, count: changes });
    await away.ask('watch');
    const from = performance.now();
    await away.ask('live');
    await away.ask('drained');
    await away.ask('settled', { orders: 2 * changes });
    const took = performance.now() - from;
    const loop = await away.ask<LoopDelay>('watched');
    const requests = await away.ask<Requests>('requests');
    return [
      `a month offline: ${changes.toLocaleString('en')} changes of its own, as many of others`,
      seconds(took),
      String(requests.count),
      ms(requests.p99Ms),
      ms(requests.maxMs),
      `${said(loop)}; its peak ${(await away.weigh()).peakMiB} MiB`,
    ];
  });
}

/** Twelve months offline: what came meanwhile costs no more than it costs a fresh till, and beside it the own outbox. */
async function year(postgres: BenchPostgres | undefined, { year: rows, queued }: OutageSizes): Promise<string[]> {
  return await inWorld(postgres, 4, async ({ openTill }) => {
    const [away, other] = [await openTill(), await openTill()];
    await other.ask('seed', { from: 1, count: rows });
    await other.ask('push');
    await away.ask('pull');
    await other.ask('seed', { from: rows + 1, count: rows });
    await other.ask('push');
    await away.ask('seed', { from: 2 * rows + 1, count: queued });
    const pushed = await away.ask<Timed>('push');
    await away.ask('watch');
    const pulled = await away.ask<Timed>('pull');
    const loop = await away.ask<LoopDelay>('watched');
    const fresh = await (await openTill()).ask<Timed>('pull');
    const requests = await away.ask<Requests>('requests');
    return [
      `a year offline: ${rows.toLocaleString('en')} rows that came meanwhile beside as many of before, ${queued.toLocaleString('en')} changes of its own`,
      seconds(pushed.ms + pulled.ms),
      String(requests.count),
      ms(requests.p99Ms),
      ms(requests.maxMs),
      `${seconds(pushed.ms)} of it pushing; a fresh till pulls all in ${seconds(fresh.ms)}; ${said(loop)}`,
    ];
  });
}

async function idle(postgres: BenchPostgres | undefined, { idleMs }: OutageSizes): Promise<string[]> {
  return await inWorld(postgres, 1, async ({ openTill }) => {
    const till = await openTill();
    await till.ask('live');
    await pause(2000);
    const [before, writes] = [await till.ask<Requests>('requests'), await till.ask<number>('writes')];
    const cpuBefore = (await till.weigh()).cpuMs;
    await pause(idleMs);
    const after = await till.ask<Requests>('requests');
    const written = (await till.ask<number>('writes')) - writes;
    return [
      'idle',
      seconds(idleMs),
      `${after.count - before.count} (${after.pulls - before.pulls} pulls)`,
      '-',
      '-',
      `${written} rows written, ${ms((await till.weigh()).cpuMs - cpuBefore)} of processor`,
    ];
  });
}
