/** What becomes of each picture that is here: paper and the server once it is paid for, and then, or without, nothing of it. */
import type { Core, Loop } from '#main/core.ts';
import type { Printing } from '#main/domains/reports/printing.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import { createLoop } from '#main/loop.ts';
import { AppError } from '#shared/kernel/errors.ts';
import {
  countPhotosOf,
  deletePhoto,
  findPaidPhotoOrder,
  listLeaving,
  listPhotos,
  type PhotoRow,
  putPhoto,
} from './photos.repo.ts';
import type { PhotosDeps } from './photos.service.ts';

export interface PhotoKeeping {
  readonly loop: Loop;
  /** Takes a picture that no visit and no order has (any more) off the disk. */
  drop(imageId: string): Promise<void>;
}

const INTERVAL_MS = 2000;
const LEAVE_AT_ONCE = 50;

export function createPhotoKeeping(
  core: Core,
  {
    visits,
    hasMoney,
    blobs,
    printing,
    changed,
  }: Pick<PhotosDeps, 'hasMoney' | 'blobs'> & {
    readonly visits: Pick<VisitService, 'get'>;
    readonly printing: Printing;
    readonly changed: (visitId: string) => void;
  },
): PhotoKeeping {
  const { db } = core;
  const log = core.log.child({ domain: 'photos' });

  const isOver = (visitId: string): boolean => {
    try {
      return visits.get(visitId).status !== 'active';
    } catch (error) {
      if (error instanceof AppError && error.code === 'visits.not_found') return true;
      throw error;
    }
  };

  const forget = (visitId: string): void => {
    db.transaction((tx) => deletePhoto(tx, visitId), { behavior: 'immediate' });
    changed(visitId);
  };

  const drop = async (imageId: string): Promise<void> => {
    if (countPhotosOf(db, imageId) === 0) await blobs.drop(imageId);
  };

  const settle = async (row: PhotoRow): Promise<void> => {
    const { visitId, imageId } = row;
    const order = findPaidPhotoOrder(db, visitId);
    if (order === undefined) {
      if (!isOver(visitId) || hasMoney(db, visitId)) return;
      // The row first: without it a start after a power cut finds the picture to be nobody's.
      forget(visitId);
      await drop(imageId);
      return;
    }
    blobs.release(imageId);
    const isDue = order.printStatus === 'new' && order.status !== 'refunded';
    if (isDue && printing.isAvailable && printing.last(order.id) === undefined) printing.print(order.id);
    const job = printing.last(order.id)?.state;
    if (job === 'queued' || job === 'spooled' || !isOver(visitId)) return;
    db.transaction((tx) => putPhoto(tx, { ...row, phase: 'leaving' }), { behavior: 'immediate' });
  };

  const leave = async ({ visitId, imageId }: Pick<PhotoRow, 'visitId' | 'imageId'>): Promise<void> => {
    // Two visits may have the same picture, to the byte.
    if (countPhotosOf(db, imageId) > 1 || (await blobs.letGo(imageId))) forget(visitId);
  };

  const each = async <T extends { readonly visitId: string }>(
    rows: readonly T[],
    work: (row: T) => Promise<void>,
  ): Promise<void> => {
    for (const row of rows) {
      try {
        await work(row);
      } catch (error) {
        // It is tried at the next tick; the others must not wait for it.
        log.error('a picture could not be settled', { visitId: row.visitId, error });
      }
    }
  };

  const loop = createLoop({
    name: 'photos',
    intervalMs: INTERVAL_MS,
    log,
    run: async () => {
      await each(listPhotos(db), settle);
      await each(listLeaving(db, LEAVE_AT_ONCE), leave);
    },
  });
  core.changes.subscribe(({ collection }) => {
    if (collection === 'visits' || collection === 'payments' || collection === 'blobs') loop.wake();
  });

  return { loop, drop };
}
