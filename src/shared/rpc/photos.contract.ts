import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { PrintStatus } from '../orders/orders.schema.ts';
import { PrintState } from '../reports/print.schema.ts';
import { command, faults, query } from './procedure.ts';

/** The picture of a visit, and once it is paid for, what becomes of its paper. */
export const PhotoView = z.object({
  imageId: BlobId,
  url: z.string(),
  takenAt: Millis,
  /** Once it is paid for. */
  order: z.object({ id: Id, number: z.string(), printStatus: PrintStatus }).optional(),
  /** The last job of this kiosk's printer. `trouble`: why it may take long. */
  print: z.object({ state: PrintState, trouble: z.enum(['no_paper', 'stopped']).optional() }).optional(),
  /** Is there a printer here? Otherwise the staff print it. */
  canPrint: z.boolean(),
});
export type PhotoView = z.infer<typeof PhotoView>;

const OfVisit = z.strictObject({ visitId: z.string() });

/** A page gives the picture by `PUT /blobs?kind=photo&visit=<id>`: a JPEG in the format of the paper. */
export const photosContract = {
  /** Null before the first picture, and after the picture has left this device. */
  get: query(['kiosk']).input(OfVisit).output(PhotoView.nullable()).errors(faults()),
  /** Asks for the paper again, after a job that failed. While one is under way or is through, nothing is printed. */
  print: command(['kiosk']).input(OfVisit).output(PhotoView).errors(faults('photos.not_taken', 'reports.no_printer')),
};
