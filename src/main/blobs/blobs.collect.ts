/** Lets go of files that no row refers to: after the grace, or at once where the rows were wiped. Never of a sole copy. */
import { setImmediate as rest } from 'node:timers/promises';
import type { Logger } from '#main/core.ts';
import type { BlobFields } from '#shared/blobs/blob-fields.ts';
import { MIN_GRACE_DAYS } from '#shared/blobs/blobs.schema.ts';
import type { BlobFiles } from './blob-files.ts';
import type { BlobRow, BlobsRepo } from './blobs.repo.ts';
import type { Locks } from './lane.ts';

const DAY = 24 * 3_600_000;
/** In place of a time: its rows were wiped, there is no grace. */
const PURGED = 0;

export function createCollector(ports: {
  readonly repo: BlobsRepo;
  readonly files: BlobFiles;
  readonly fields: BlobFields;
  readonly locked: Locks;
  /** Counted time (`sync/counted-time.ts`): a wall clock that jumps must not end the grace. */
  readonly countedMs: () => number;
  readonly log: Logger;
}) {
  const { repo, files, fields, countedMs, log } = ports;
  let isPurging = true;
  let purges = 0;

  const isSafe = (state: BlobRow['state']) => state !== 'local' && state !== 'uploading';

  /** Screens and receipts come first: a shop's history is read in pieces. What comes to be meanwhile may not be in it. */
  const findReferenced = async (): Promise<ReadonlySet<string>> => {
    for (;;) {
      const [found, before] = [new Set<string>(), purges];
      for (const page of repo.findReferenced(fields)) {
        for (const id of page) found.add(id);
        await rest();
      }
      // What was read before a purge names what that has wiped, and would keep its files.
      if (purges === before) return found;
    }
  };

  /** Removes what is safe on the server and has had no reference since before `before`. */
  const removeSince = async (before: number): Promise<number> => {
    const isDue = (row: Pick<BlobRow, 'unreferencedSince'> | undefined) =>
      row !== undefined && row.unreferencedSince !== null && row.unreferencedSince <= before;
    if (!repo.listAll().some(isDue)) return 0;
    const referenced = await findReferenced();
    const due = repo.listAll().filter(isDue);
    // Before anything is waited for: a purge that comes then must find its marks left alone.
    for (const { id } of due) if (referenced.has(id)) repo.setUnreferenced(id, null);
    let removed = 0;
    for (const { id } of due) {
      if (referenced.has(id)) continue;
      await ports.locked(id, async () => {
        // Somebody may have given it here since it was listed.
        const row = repo.find(id);
        if (row === undefined || !isDue(row) || !isSafe(row.state)) return;
        repo.remove(id);
        await files.remove(id);
        removed += 1;
      });
    }
    return removed;
  };

  return {
    collect: async (): Promise<void> => {
      const referenced = repo.listAll().length === 0 ? new Set() : await findReferenced();
      for (const { id, unreferencedSince } of repo.listAll()) {
        if (referenced.has(id) !== (unreferencedSince !== null)) continue;
        repo.setUnreferenced(id, referenced.has(id) ? null : countedMs());
      }
      const removed = await removeSince(countedMs() - MIN_GRACE_DAYS * DAY);
      const held = new Set(
        repo
          .listAll()
          .filter(({ state }) => !['remote', 'missing'].includes(state))
          .map(({ id }) => id),
      );
      const swept = await files.sweep((id) => held.has(id));
      if (removed + swept > 0) log.info('files that nothing refers to were removed', { removed, swept });
    },

    /** Marks what has no reference (any more): it goes with the next `finishPurge` after it is safe on the server. */
    startPurge: (): void => {
      const known = repo.listAll();
      const referenced = new Set(known.length === 0 ? [] : Array.from(repo.findReferenced(fields)).flat());
      for (const { id } of known) if (!referenced.has(id)) repo.setUnreferenced(id, PURGED);
      isPurging = true;
      purges += 1;
    },
    finishPurge: async (): Promise<void> => {
      if (!isPurging) return;
      const before = purges;
      const removed = await removeSince(PURGED);
      if (await files.hasParts()) await files.dropParts(await findReferenced());
      isPurging = purges !== before || repo.listAll().some(({ unreferencedSince }) => unreferencedSince === PURGED);
      if (removed > 0) log.info('files of rows that were wiped are gone', { removed });
    },
  };
}
