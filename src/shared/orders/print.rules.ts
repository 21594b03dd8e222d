/**
 * What becomes of the paper of a photo order (SM-4): `none` → `new` when it is paid → `printed` ⇄ `not_printed`. A printer tells
 * what came out; a person decides, and no printer takes a person's word back.
 */
import type { Order } from './orders.schema.ts';

export type PrintMark = 'printed' | 'not_printed';

/** By whom, and when by the world's clock, Unix ms. */
export interface PrintMarker {
  readonly by: 'printer' | 'person';
  readonly at: number;
}

type Marked = Pick<Order, 'printStatus' | 'printedAt' | 'printMarkedAt'>;

/**
 * The order after the mark; `undefined` when it changes nothing. A printer's word counts only as a step on: paper that is out
 * stays out, and what a person marked later than it happened stays as the person said.
 */
export function markPrint<T extends Marked>(order: T, to: PrintMark, { by, at }: PrintMarker): T | undefined {
  if (order.printStatus === 'none' || order.printStatus === to) return undefined;
  if (by === 'printer') {
    if (order.printStatus === 'printed') return undefined;
    if (order.printMarkedAt !== undefined && order.printMarkedAt >= at) return undefined;
  }
  const { printedAt: _before, ...rest } = order;
  const marked = { ...rest, printStatus: to, ...(by === 'person' ? { printMarkedAt: at } : {}) };
  return (to === 'printed' ? { ...marked, printedAt: at } : marked) as T;
}
