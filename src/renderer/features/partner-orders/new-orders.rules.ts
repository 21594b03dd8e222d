/** Decisions of the page of new orders. Pure. */
import type { PartnerOrder } from '#shared/partner/partner.api.ts';

export const waitsForPaper = ({ status }: Pick<PartnerOrder, 'status'>): boolean => status !== 'printed';

/** Ids that were not there before; none of a first reading, which is no news. */
export const arrivals = (known: ReadonlySet<string> | undefined, orders: readonly PartnerOrder[]): string[] =>
  known === undefined ? [] : orders.map(({ id }) => id).filter((id) => !known.has(id));

/** Which row the focus goes to: from none to the first, and no further than the ends. */
export function stepTo(at: number, by: 1 | -1, rows: number): number {
  if (at < 0) return 0;
  return Math.min(Math.max(at + by, 0), rows - 1);
}
