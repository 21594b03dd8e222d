/** Receipts that an earlier version of the page left in the browser. Twenty scanned lines survive an update. */
import { z } from 'zod';
import type { Discount } from '#shared/orders/orders.schema.ts';
import type { CartItem, Line } from './cart.rules.ts';
import type { CartState } from './cart.store.ts';

const SavedLine = z.object({
  // Read back as it was written: the catalogue checks it again at the sale.
  item: z.custom<CartItem>((value) => typeof value === 'object' && value !== null && 'id' in value),
  quantityMilli: z.int(),
  discount: z
    .union([
      z.object({ kind: z.literal('percent'), percent: z.int().min(1).max(100) }),
      z.object({ kind: z.literal('amount'), minor: z.int().min(1) }),
    ])
    .optional(),
});
const Saved = z.object({
  lines: z.array(SavedLine),
  selectedId: z.string().optional(),
  parked: z.array(z.object({ id: z.string(), parkedAt: z.number(), lines: z.array(SavedLine) })),
});

const toDiscount = (saved: z.infer<typeof SavedLine>['discount']): Discount | undefined =>
  saved?.kind === 'percent'
    ? { kind: 'percent', basisPoints: saved.percent * 100 }
    : saved && { kind: 'amount', amountMinor: saved.minor };

const toLine = ({ item, quantityMilli, discount }: z.infer<typeof SavedLine>): Line => {
  const known = toDiscount(discount);
  return { item, quantityMilli, ...(known ? { discount: known } : {}) };
};

/** Nothing at all when it is not what that version wrote. */
export function fromVersion1(saved: unknown, newId: () => string): Partial<CartState> {
  const { data } = Saved.safeParse(saved);
  if (!data) return {};
  const { lines, selectedId, parked } = data;
  return {
    ...(lines.length > 0 ? { id: newId() } : {}),
    lines: lines.map(toLine),
    selectedId,
    held: parked.map(({ id, parkedAt, lines: held }) => ({
      id,
      heldAt: parkedAt,
      lines: held.map(toLine),
      voidedMinor: 0,
    })),
  };
}
