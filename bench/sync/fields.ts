/**
 * Edits of fields that are merged one by one: eight in each of a manager's client files. Actual makes as many messages of
 * the orders of the contest, so its push there is what to compare with.
 */
import { seconds, type Table } from '../table.ts';
import type { BenchPostgres } from './postgres.ts';
import { inWorld } from './world.ts';

interface Timed {
  readonly ms: number;
}

const FIELDS = 8;

/** @param files clients with a file */
export async function fields(postgres: BenchPostgres | undefined, files: number): Promise<Table> {
  const measure = (what: 'edit' | 'editEach', how: string) =>
    inWorld(
      postgres,
      2,
      async ({ openTill }) => {
        const [writer, reader] = [await openTill(), await openTill()];
        await writer.ask('seed', { from: 1, count: files, what: 'file' });
        await writer.ask('push');
        await Promise.all([writer.ask('pull'), reader.ask('pull')]);
        const made = await writer.ask<Timed>('seed', { from: 1, count: files, what });
        const pushed = await writer.ask<Timed>('push');
        const pulled = await reader.ask<Timed>('pull');
        const edits = (FIELDS * files).toLocaleString('en');
        return [`${edits} fields, ${how}`, ...[made, pushed, pulled].map((took) => seconds(took.ms))];
      },
      'manager',
    );
  return {
    title: 'Sync: edits of fields',
    how: `${FIELDS} fields in each of ${files.toLocaleString('en')} client files, changed offline, pushed, pulled by another manager who has the files.`,
    columns: ['', 'made offline', 'pushed', 'pulled'],
    rows: [await measure('edit', 'those of a file in one change'), await measure('editEach', 'each a change')],
  };
}
