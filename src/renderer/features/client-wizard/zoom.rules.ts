/** How large a page is shown: times the width of its window. Pure. */

export const FIT = 1;
const STEPS = [0.5, 0.75, FIT, 1.25, 1.5, 2, 3] as const;

export const zoomIn = (zoom: number): number => STEPS.find((step) => step > zoom) ?? zoom;
export const zoomOut = (zoom: number): number => STEPS.findLast((step) => step < zoom) ?? zoom;

/** The page that is looked at: the last one whose top is above the middle of the window. `tops` in order, px. */
export function pageAt(tops: readonly number[], middle: number): number {
  const index = tops.findLastIndex((top) => top <= middle);
  return Math.max(index, 0) + 1;
}
