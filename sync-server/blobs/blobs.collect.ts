/** Removes what nothing has referred to for the whole grace, and uploads that nobody goes on with. */
import type { BlobFields } from '#shared/blobs/blob-fields.ts';
import type { Db } from '../db/db.ts';
import type { BlobStore } from './blob-store.port.ts';
import { condemn, deleteBlob, listRemoving, noteReferences, startRemoval } from './blobs.repo.ts';
import type { BlobLog } from './blobs.service.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/**
 * Between the last look at the references and the removal: whatever transaction was under way then has ended, and a
 * reference it made takes the blob back.
 */
const CONDEMNED_MS = HOUR;
/** A device that has not sent the next chunk in this time begins anew. */
const ABANDONED_MS = 7 * DAY;
const AT_ONCE = 500;

export function createBlobsCollector(ports: {
  readonly db: Db;
  readonly store: BlobStore;
  readonly fields: BlobFields;
  readonly graceDays: number;
  readonly now: () => number;
  readonly log: BlobLog;
}) {
  const { db, store, fields, now, log } = ports;
  return {
    /** Every instance may do it at any time, and a run that was cut is finished by the next. Returns how many went. */
    collect: async (): Promise<number> => {
      await noteReferences(db, fields, now());
      await startRemoval(db, 'uploading', now() - ABANDONED_MS);
      await startRemoval(db, 'condemned', now() - CONDEMNED_MS);
      const due = await listRemoving(db, AT_ONCE);
      for (const row of due) {
        await store.discard(row);
        await store.remove(row);
        await deleteBlob(db, row);
      }
      await condemn(db, now() - ports.graceDays * DAY, now());
      if (due.length > 0) log.info({ files: due.length }, 'removed files that nothing refers to');
      return due.length;
    },
  };
}
