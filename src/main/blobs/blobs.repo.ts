/** SQL of the device's blobs. */
import { and, asc, eq, gt, inArray, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Db } from '#main/db/db.ts';
import { REPLICA_TABLES } from '#main/db/schema.ts';
import { type BlobFields, blobsAt, listBlobFields, nameOf } from '#shared/blobs/blob-fields.ts';
import { blobs } from './blobs.tables.ts';

export type BlobRow = typeof blobs.$inferSelect;

/** The bytes are here and nowhere else that is known of. In these words: the index of what waits is found by no others. */
const isSole = sql`${blobs.state} IN ('local', 'uploading')`;
/** Rows in one look for references: some milliseconds of the one thread. */
const PAGE = 1000;
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
      db.update(blobs).set({ retryAt: WITHHELD }).where(isSole).run();
    },
    /** May be sent from now on. */
    release: (id: string): boolean =>
      db
        .update(blobs)
        .set({ retryAt: 0 })
        .where(and(eq(blobs.id, id), isSole, eq(blobs.retryAt, HELD)))
        .run().changes === 1,
    listHeld: (): string[] =>
      db
        .select({ id: blobs.id })
        .from(blobs)
        .where(and(isSole, eq(blobs.state, 'local'), eq(blobs.retryAt, HELD)))
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
          and(isSole, or(lte(blobs.retryAt, now), and(gt(blobs.retryAt, now + longestMs), lt(blobs.retryAt, HELD)))),
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
        .where(and(isSole, ne(blobs.retryAt, HELD)))
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
    /**
     * The blobs that rows here refer to, found a page of rows at a time: whoever need not know at once rests in between.
     * Reads all rows of the kinds that may.
     */
    *findReferenced(fields: BlobFields): Generator<readonly string[], void> {
      for (const { type, path } of listBlobFields(fields)) {
        const table = REPLICA_TABLES[type];
        const name = `"${nameOf(path)}"`;
        for (let after = ''; ; ) {
          // Most rows name no blob, and their text is not worth parsing.
          const page = db.all<{ id: string; fields: string | null }>(sql`
            SELECT id, CASE WHEN instr(fields, ${name}) > 0 THEN fields END AS fields
            FROM ${table} WHERE id > ${after} ORDER BY id LIMIT ${PAGE}`);
          yield page.flatMap((row) => (row.fields === null ? [] : blobsAt(JSON.parse(row.fields), path)));
          const last = page.at(-1);
          if (last === undefined || page.length < PAGE) break;
          after = last.id;
        }
      }
    },
    transaction: <T>(run: () => T): T => client.transaction(run).immediate(),
  };
}

export type BlobsRepo = ReturnType<typeof createBlobsRepo>;
