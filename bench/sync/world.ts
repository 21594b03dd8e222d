/** Our server and as many of our tills as a measurement needs, each a process, in a folder of their own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mode } from '#shared/kernel/mode.ts';
import { type Participant, startParticipant } from './driver.ts';
import type { BenchPostgres } from './postgres.ts';
import type { BenchTill } from './server-process.ts';

export interface BenchWorld {
  readonly server: Participant;
  /** Opens the next of the enrolled tills. */
  readonly openTill: () => Promise<Participant>;
  readonly url: string;
  readonly tills: readonly BenchTill[];
}

/** Runs something in a world of its own, on PostgreSQL where there is one, and takes the world away. */
export async function inWorld<T>(
  postgres: BenchPostgres | undefined,
  tills: number,
  run: (world: BenchWorld) => Promise<T>,
  mode: Mode = 'cashier',
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-bench-'));
  const database = await postgres?.database();
  const started: Participant[] = [];
  const start = async (entry: string, env: Readonly<Record<string, string>>) => {
    const own = join(folder, String(started.length));
    await mkdir(own);
    const one = await startParticipant(entry, { DATA_DIR: own, ...env });
    started.push(one);
    return one;
  };
  try {
    const server = await start(
      'bench/sync/server-process.ts',
      database === undefined ? {} : { DATABASE_URL: database.url },
    );
    const enrolled = await server.ask<{ readonly url: string; readonly tills: readonly BenchTill[] }>('start', {
      tills,
      mode,
    });
    let opened = 0;
    const openTill = async () => {
      const till = await start('bench/sync/till-process.ts', {});
      await till.ask('open', { url: enrolled.url, till: enrolled.tills[opened] });
      opened += 1;
      return till;
    };
    return await run({ server, openTill, ...enrolled });
  } finally {
    for (const one of started.toReversed()) await one.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
