/**
 * Photos of a kiosk: the picture is on the disk before its order is, stays here until it is paid for, and then goes to paper
 * and to the server. A picture that nobody pays for leaves no byte.
 *
 * What is to be done is read from the rows each time, so a power cut at any step only delays it.
 *
 * Composition: `createPhotos(core, deps)`; `recover()` before the first screen; `loops` on a kiosk.
 */
import type { Blobs } from '#main/blobs/blobs.service.ts';
import type { Core, Loop } from '#main/core.ts';
import type { Reader } from '#main/db/db.ts';
import type { OrderService } from '#main/domains/orders/orders.service.ts';
import type { Printer } from '#main/domains/reports/printer.port.ts';
import { createPrinting, type PrintingDeps } from '#main/domains/reports/printing.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { BLOB_KINDS } from '#shared/blobs/blobs.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import { cleanJpeg } from '#shared/photos/jpeg.rules.ts';
import { isPhotoSize, PHOTO_LONG_PX, PHOTO_SHORT_PX } from '#shared/photos/photo-format.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import type { PhotoView } from '#shared/rpc/photos.contract.ts';
import { createPhotoKeeping } from './photo-keeping.ts';
import { findPaidPhotoOrder, findPhoto, listPhotos, putPhoto } from './photos.repo.ts';

export interface PhotosDeps {
  readonly sync: Pick<SyncPort, 'mutate' | 'wake'>;
  readonly visits: Pick<VisitService, 'get'>;
  readonly orders: Pick<OrderService, 'find'>;
  /** Is money of this visit on its way, or here? Then its picture is settled. */
  readonly hasMoney: (db: Reader, visitId: string) => boolean;
  readonly blobs: Pick<Blobs, 'put' | 'release' | 'drop' | 'dropHeld' | 'letGo'>;
  /** Of a file, on the disk here. */
  readonly pathOf: (imageId: string) => string;
  /** Absent: the staff print. */
  readonly printer: Printer | undefined;
  readonly onPrinterTrouble?: PrintingDeps['onTrouble'];
}

export interface Photos {
  /**
   * Keeps the picture of a visit in place of an earlier one, without what it says of its making. Throws `photos.bad_picture`,
   * `app.too_large`, `photos.no_room`, and what `visits.get` throws; also `visits.expired`,
   * and `visits.illegal_transition` for a visit of another kind, or one that is being paid.
   */
  take(visitId: string, source: AsyncIterable<Uint8Array>): Promise<BlobView>;
  /** The picture that an order of the visit is made with. */
  imageOf(db: Reader, visitId: string): string | undefined;
  /** Was it paid for? Then it is printed, here or by the staff, whether the guest waits or not. */
  isOrdered(visitId: string): boolean;
  view(visitId: string): PhotoView | undefined;
  /** Throws `photos.not_taken`, `reports.no_printer`. */
  print(visitId: string): PhotoView;
  recover(): Promise<void>;
  readonly loops: readonly Loop[];
}

export function createPhotos(core: Core, deps: PhotosDeps): Photos {
  const { db, now } = core;
  const { sync, visits, blobs } = deps;
  const log = core.log.child({ domain: 'photos' });
  const changed = (visitId: string) => core.changes.emit({ collection: 'photos', ids: [visitId] });
  /** One at a time: the last touch of a guest is the picture. */
  let last: Promise<unknown> = Promise.resolve();

  const printing = createPrinting(core, {
    kind: 'photo',
    printer: deps.printer,
    onTrouble: deps.onPrinterTrouble,
    document: (orderId) => {
      const order = deps.orders.find(db, orderId);
      return order?.imageId === undefined
        ? undefined
        : { path: deps.pathOf(order.imageId), title: `${order.number} ${order.id}` };
    },
    onEnd: (tx, id, state) => {
      // Of a job that may have printed a person decides, who sees the tray.
      if (state === 'printed') sync.mutate(tx, 'order.mark_print', { id, to: 'printed' });
      if (state === 'failed') sync.mutate(tx, 'order.mark_print', { id, to: 'not_printed' });
    },
    changed: (orderId) => {
      sync.wake();
      core.changes.emit({ collection: 'orders', ids: [orderId] });
      const visitId = deps.orders.find(db, orderId)?.visitId;
      if (visitId !== undefined) changed(visitId);
      keeping.loop.wake();
    },
  });
  const keeping = createPhotoKeeping(core, { visits, hasMoney: deps.hasMoney, blobs, printing, changed });

  const requireOpen = (reader: Reader, visitId: string): void => {
    const visit = visits.get(visitId);
    if (visit.kind !== 'photo') throw new AppError('visits.illegal_transition', `${visitId} is no visit for a photo`);
    if (visit.status !== 'active') throw new AppError('visits.expired', `the visit is ${visit.status}`);
    if (deps.hasMoney(reader, visitId)) {
      throw new AppError('visits.illegal_transition', 'the picture of a visit that is being paid does not change');
    }
  };

  const keepBytes = async (bytes: Uint8Array): Promise<BlobView> => {
    try {
      return await blobs.put('photo', once(bytes), { isHeld: true });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'app.unavailable') throw error;
      throw new AppError('photos.no_room', 'the disk is full', { cause: error });
    }
  };

  const keep = async (visitId: string, source: AsyncIterable<Uint8Array>): Promise<BlobView> => {
    requireOpen(db, visitId);
    const picture = cleanJpeg(await collect(source, BLOB_KINDS.photo.maxBytes));
    if (picture === undefined || !isPhotoSize(picture)) {
      throw new AppError(
        'photos.bad_picture',
        `a photo is a JPEG of at most ${PHOTO_LONG_PX}×${PHOTO_SHORT_PX}, 3 to 2`,
      );
    }
    const view = await keepBytes(picture.bytes);
    const before = findPhoto(db, visitId)?.imageId;
    try {
      db.transaction(
        (tx) => {
          // The guest may have gone, or begun to pay on another page, while it was written.
          requireOpen(tx, visitId);
          putPhoto(tx, { visitId, imageId: view.id, takenAt: now(), phase: 'here' });
        },
        { behavior: 'immediate' },
      );
    } catch (error) {
      await keeping.drop(view.id);
      throw error;
    }
    if (before !== undefined && before !== view.id) await keeping.drop(before);
    log.info('a picture was taken', { visitId, bytes: picture.bytes.length });
    changed(visitId);
    return view;
  };

  const viewOf = (visitId: string): PhotoView | undefined => {
    const row = findPhoto(db, visitId);
    if (row === undefined) return undefined;
    const order = findPaidPhotoOrder(db, visitId);
    return {
      imageId: row.imageId,
      url: `/blobs/${row.imageId}`,
      takenAt: row.takenAt,
      canPrint: printing.isAvailable,
      ...(order === undefined ? {} : withOrder(order)),
    };
  };
  const withOrder = (order: Order): Pick<PhotoView, 'order' | 'print'> => {
    const job = printing.last(order.id);
    const trouble = job?.state === 'spooled' ? printing.trouble() : undefined;
    return {
      order: { id: order.id, number: order.number, printStatus: order.printStatus },
      ...(job === undefined ? {} : { print: { state: job.state, ...(trouble === undefined ? {} : { trouble }) } }),
    };
  };

  return {
    take: (visitId, source) => {
      const work = () => keep(visitId, source);
      const result = last.then(work, work);
      last = result.catch(() => undefined);
      return result;
    },
    imageOf: (reader, visitId) => findPhoto(reader, visitId)?.imageId,
    isOrdered: (visitId) => findPaidPhotoOrder(db, visitId) !== undefined,
    view: viewOf,
    print: (visitId) => {
      const order = findPaidPhotoOrder(db, visitId);
      if (findPhoto(db, visitId) === undefined || order === undefined) {
        throw new AppError('photos.not_taken', `no paid photo of ${visitId} is here`);
      }
      printing.print(order.id);
      const view = viewOf(visitId);
      if (view === undefined) throw new AppError('photos.not_taken', `no photo of ${visitId}`);
      return view;
    },
    recover: async () => {
      printing.recover();
      await blobs.dropHeld(new Set(listPhotos(db).map(({ imageId }) => imageId)));
    },
    loops: [printing.loop, keeping.loop],
  };
}

async function collect(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.length;
    if (size > maxBytes) throw new AppError('app.too_large', `a photo has at most ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
