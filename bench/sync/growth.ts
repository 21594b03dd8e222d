/** How ours grows: the next 1,000 orders in and out of a shop that has 1,000 to 1,000,000 already, and all of them at once. */
import { ms, seconds, type Table } from '../table.ts';
import type { LoopDelay, Participant } from './driver.ts';
import type { BenchPostgres } from './postgres.ts';
import { inWorld } from './world.ts';

const NEXT = 1000;
const STEPS = [1000, 10_000, 100_000, 1_000_000] as const;

interface Timed {
  readonly ms: number;
}

/** @param upTo the largest shop, rows */
export async function growth(postgres: BenchPostgres | undefined, upTo: number): Promise<Table> {
  const steps = STEPS.filter((rows) => rows <= upTo);
  const rows = await inWorld(postgres, steps.length + 2, async ({ server, openTill }) => {
    const [writer, reader] = [await openTill(), await openTill()];
    const lines: string[][] = [];
    let made = 0;
    for (const size of steps) {
      await make(writer, made + 1, size - made);
      await Promise.all([writer.ask('pull'), reader.ask('pull')]);
      await writer.ask('seed', { from: size + 1, count: NEXT });
      const push = await writer.ask<Timed>('push');
      const pull = await reader.ask<Timed>('pull');
      made = size + NEXT;
      const fresh = await openTill();
      await fresh.ask('watch');
      const hydrated = { ...(await fresh.ask<Timed>('pull')), ...(await fresh.ask<LoopDelay>('watched')) };
      if ((await fresh.ask<number>('count')) !== made) throw new Error('the fresh till has not all of them');
      lines.push([
        size.toLocaleString('en'),
        ms(push.ms),
        ms(pull.ms),
        seconds(hydrated.ms),
        `${Math.round(made / (hydrated.ms / 1000)).toLocaleString('en')} /s`,
        ms(hydrated.p99),
        ms(hydrated.max),
        `${ms(hydrated.cpuP99)}, ${ms(hydrated.cpuMax)}`,
        `${(await fresh.weigh()).peakMiB} MiB`,
        `${(await server.weigh()).peakMiB} MiB`,
      ]);
      await fresh.close();
      console.error(lines.at(-1)?.join(' | '));
    }
    return lines;
  });
  return {
    title: 'Sync: how it grows',
    how:
      `A shop with so many orders: the next ${NEXT.toLocaleString('en')} pushed by a till and pulled by another, then all ` +
      'of them pulled by a fresh till, whose event loop is watched by a timer of 1 ms.',
    columns: [
      'orders',
      'next 1,000 pushed',
      'next 1,000 pulled',
      'all pulled fresh',
      'rate',
      'loop p99',
      'loop max',
      'processor in a turn p99, max',
      'peak of the fresh till',
      'peak of the server so far',
    ],
    rows,
  };
}

async function make(till: Participant, from: number, count: number): Promise<void> {
  await till.ask('seed', { from, count });
  await till.ask('push');
}
