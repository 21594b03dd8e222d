/** How far the paper of a photo is, for the guest who waits for it. Pure. */
import type { PhotoView } from '#shared/rpc/photos.contract.ts';

export const PAPER_STATES = ['printing', 'printed', 'no_paper', 'stopped', 'failed', 'unknown', 'staff'] as const;
export type PaperState = (typeof PAPER_STATES)[number];

/** A sheet takes half a minute; who waited for so long is told whom to turn to. */
export const PATIENCE_MS = 90_000;

/**
 * `null` is a photo that is not here any more: all that can be done with it here is done.
 *
 * @param waitedMs how long the guest has been shown this.
 */
export function paperState(photo: PhotoView | null, waitedMs: number): PaperState {
  if (photo === null || photo.order?.printStatus === 'printed') return photo === null ? 'staff' : 'printed';
  const { print, canPrint, order } = photo;
  // The money is a moment old, and what becomes of the paper is not known yet.
  const isAwaited = waitedMs < PATIENCE_MS && (order === undefined || canPrint);
  if (print === undefined) return isAwaited ? 'printing' : 'staff';
  if (print.state === 'printed' || print.state === 'failed' || print.state === 'unknown') return print.state;
  if (print.trouble !== undefined) return print.trouble;
  return waitedMs < PATIENCE_MS ? 'printing' : 'staff';
}
