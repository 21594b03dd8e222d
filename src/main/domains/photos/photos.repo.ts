/** SQL of the pictures that are here, and of the orders they are for. */
import { and, count, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { blobs } from '#main/blobs/blobs.tables.ts';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { orders } from '#main/domains/orders/orders.tables.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import { visitPhotos } from './photos.tables.ts';

export type PhotoRow = typeof visitPhotos.$inferSelect;

export const findPhoto = (db: Reader, visitId: string): PhotoRow | undefined =>
  db.select().from(visitPhotos).where(eq(visitPhotos.visitId, visitId)).get();

/** Those that something may still have to be done with here. */
export const listPhotos = (db: Reader): PhotoRow[] =>
  db.select().from(visitPhotos).where(eq(visitPhotos.phase, 'here')).all();

/** Those that the server has by now. */
export const listLeaving = (db: Reader, limit: number): Pick<PhotoRow, 'visitId' | 'imageId'>[] =>
  db
    .select({ visitId: visitPhotos.visitId, imageId: visitPhotos.imageId })
    .from(visitPhotos)
    .leftJoin(blobs, eq(blobs.id, visitPhotos.imageId))
    .where(
      and(
        eq(visitPhotos.phase, 'leaving'),
        or(isNull(blobs.id), inArray(blobs.state, ['durable', 'remote', 'missing'])),
      ),
    )
    .limit(limit)
    .all();

export const countPhotosOf = (db: Reader, imageId: string): number =>
  db.select({ photos: count() }).from(visitPhotos).where(eq(visitPhotos.imageId, imageId)).get()?.photos ?? 0;

export function putPhoto(tx: WriteTx, row: PhotoRow): void {
  const { imageId, takenAt, phase } = row;
  tx.insert(visitPhotos)
    .values(row)
    .onConflictDoUpdate({ target: visitPhotos.visitId, set: { imageId, takenAt, phase } })
    .run();
}

export function deletePhoto(tx: WriteTx, visitId: string): void {
  tx.delete(visitPhotos).where(eq(visitPhotos.visitId, visitId)).run();
}

/** The order of a visit that a photo was paid for with, whatever came of it since. */
export const findPaidPhotoOrder = (db: Reader, visitId: string): Order | undefined =>
  db
    .select({ fields: orders.fields })
    .from(orders)
    .where(
      and(
        eq(orders.visitId, visitId),
        inArray(orders.status, ['paid', 'fulfilled', 'refunded']),
        sql`json_extract(${orders.fields}, '$.imageId') IS NOT NULL`,
      ),
    )
    .get()?.fields;
