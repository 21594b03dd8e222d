/** SQL of the device's blobs. */
import { and, asc, eq, gt, inArray, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Db } from '#main/db/db.ts';
import { REPLICA_TABLES } from '#main/db/schema.ts';
import { type BlobFields, listBlobFields } from '#shared/blobs/blob-fields.ts';
import { blobs } from './blobs.tables.ts';

export type BlobRow = typeof blobs.$inferSelect;

/** The bytes are here and nowhere else that is known of. */
const SOLE = ['local', 'uploading'] as const;
/** In place of a time: it is never tried. */
const WITHHELD = Number.MAX_SAFE_INTEGER;
/** The same until `release`: whoever gave it has not decided yet. */
export const HELD = WITHHELD - 1;

export function createBlobsRepo(db: Db) {
  const { $client: client } = db;
  const held = sql<number>`coalesce(sum(${blobs.size}), 0)`;

  return {
    find: (id: string): BlobRow | undefined => db.select().from(blobs).where(eq(blobs.id, id)).get(),
    findAll: (ids: readonly string[]): BlobRow[] =>
      db
        .select()
        .from(blobs)
        .where(inArray(blobs.id, [...ids]))
        .all(),
    insert: (row: BlobRow): void => {
      db.insert(blobs).values(row).run();
    },
    /** False when it is in none of these states (any more). */
    change: (id: string, from: readonly BlobRow['state'][], to: Partial<Omit<BlobRow, 'id'>>): boolean =>
      db
        .update(blobs)
        .set(to)
        .where(and(eq(blobs.id, id), inArray(blobs.state, [...from])))
        .run().changes === 1,
    remove: (id: string): void => {
      db.delete(blobs).where(eq(blobs.id, id)).run();
    },
    /** What is only here stays here, and is not sent: its server is not ours any more. */
    withhold: (): void => {
      db.update(blobs)
        .set({ retryAt: WITHHELD })
        .where(inArray(blobs.state, [...SOLE]))
        .run();
    },
    /** May be sent from now on. */
    release: (id: string): boolean =>
      db
        .update(blobs)
        .set({ retryAt: 0 })
        .where(and(eq(blobs.id, id), inArray(blobs.state, [...SOLE]), eq(blobs.retryAt, HELD)))
        .run().changes === 1,
    listHeld: (): string[] =>
      db
        .select({ id: blobs.id })
        .from(blobs)
        .where(and(eq(blobs.state, 'local'), eq(blobs.retryAt, HELD)))
        .all()
        .map(({ id }) => id),
    /**
     * What is to be sent and may be tried by now, the oldest first. A time further off than anything waits was written
     * under a clock that has been put back since: it is over.
     */
    listWaiting: (now: number, longestMs: number, limit: number): BlobRow[] =>
      db
        .select()
        .from(blobs)
        .where(
          and(
            inArray(blobs.state, [...SOLE]),
            or(lte(blobs.retryAt, now), and(gt(blobs.retryAt, now + longestMs), lt(blobs.retryAt, HELD))),
          ),
        )
        .orderBy(asc(blobs.addedAt), asc(blobs.id))
        .limit(limit)
        .all(),
    /** What the server is to be asked about again: it is another timeline, it was long ago, or by a clock that lied. */
    listStale: (epoch: string, now: number, afterMs: number, limit: number): BlobRow[] =>
      db
        .select()
        .from(blobs)
        .where(
          and(
            eq(blobs.state, 'durable'),
            or(
              isNull(blobs.epoch),
              ne(blobs.epoch, epoch),
              lt(blobs.checkedAt, now - afterMs),
              gt(blobs.checkedAt, now),
            ),
          ),
        )
        .limit(limit)
        .all(),
    countWaiting: (): { readonly count: number; readonly bytes: number; readonly sentBytes: number } =>
      db
        .select({
          count: sql<number>`count(*)`,
          bytes: held,
          sentBytes: sql<number>`coalesce(sum(${blobs.sentBytes}), 0)`,
        })
        .from(blobs)
        .where(and(inArray(blobs.state, [...SOLE]), ne(blobs.retryAt, HELD)))
        .get() ?? { count: 0, bytes: 0, sentBytes: 0 },
    /** Bytes here that the server has too. */
    heldBytes: (): number => db.select({ bytes: held }).from(blobs).where(eq(blobs.state, 'durable')).get()?.bytes ?? 0,
    /** The longest unused of what may be let go: the server of this timeline said that it has them. */
    listEvictable: (epoch: string, limit: number): BlobRow[] =>
      db
        .select()
        .from(blobs)
        .where(and(eq(blobs.state, 'durable'), eq(blobs.epoch, epoch)))
        .orderBy(asc(blobs.usedAt))
        .limit(limit)
        .all(),
    listAll: (): Pick<BlobRow, 'id' | 'state' | 'unreferencedSince'>[] =>
      db.select({ id: blobs.id, state: blobs.state, unreferencedSince: blobs.unreferencedSince }).from(blobs).all(),
    setUnreferenced: (id: string, since: number | null): void => {
      db.update(blobs).set({ unreferencedSince: since }).where(eq(blobs.id, id)).run();
    },
    /** Every blob that some row here refers to. Reads all rows of the kinds that may. */
    listReferenced: (fields: BlobFields): ReadonlySet<string> => {
      const found = new Set<string>();
      for (const { type, path } of listBlobFields(fields)) {
        const table = REPLICA_TABLES[type];
        const rows = db.all<{ value: string; fullkey: string }>(sql`
          SELECT tree.value, tree.fullkey FROM ${table}, json_tree(${table}.fields) AS tree
          WHERE tree.type = 'text' AND length(tree.value) = 64`);
        for (const { value, fullkey } of rows) {
          if (isAtPath(fullkey, path)) found.add(value);
        }
      }
      return found;
    },
    transaction: <T>(run: () => T): T => client.transaction(run).immediate(),
  };
}

export type BlobsRepo = ReturnType<typeof createBlobsRepo>;

/** `$.photos[3].id` is at `photos[*].id`; a lone value is at the path of a list too, as on the server. */
const isAtPath = (fullkey: string, path: string): boolean => {
  const shape = fullkey.slice(2).replaceAll(/\[\d+\]/g, '[*]');
  return shape === path || shape === path.replaceAll('[*]', '');
};
