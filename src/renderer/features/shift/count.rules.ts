/** Counting a drawer by denomination. Pure: what is typed stays text until it is summed. */
import type { CashCount, DenominationCount } from '#shared/fiscal/shift.schema.ts';

/** Notes and coins of the rouble, largest first, in kopecks. Ten roubles are a note and a coin: one row for both. */
export const DENOMINATIONS = [
  500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 1_000, 500, 200, 100, 50, 10, 5, 1,
] as const;
/** From here up it is notes alone. */
export const NOTES_FROM_MINOR = 5_000;

/** Denomination → pieces as typed. */
export type Counts = Readonly<Record<number, string>>;

/** Digits alone, and no more of them than a drawer could hold. */
export const cleanPieces = (text: string): string => text.replace(/\D/g, '').slice(0, 5);

export const toDenominations = (counts: Counts): DenominationCount[] =>
  DENOMINATIONS.map((valueMinor) => ({ valueMinor, count: Number(counts[valueMinor] ?? '') })).filter(
    ({ count }) => count > 0,
  );

export const countedMinor = (counts: Counts): number =>
  toDenominations(counts).reduce((sum, { valueMinor, count }) => sum + valueMinor * count, 0);

/** How a finished count ended, for a person. */
export function outcomeOf({ countedMinor: counted, expectedMinor }: CashCount): {
  readonly kind: 'agrees' | 'shortage' | 'surplus';
  readonly byMinor: number;
} {
  const byMinor = Math.abs(counted - expectedMinor);
  if (byMinor === 0) return { kind: 'agrees', byMinor };
  return { kind: counted < expectedMinor ? 'shortage' : 'surplus', byMinor };
}

/** The count that a report speaks of: the recount, when there was one. */
export const finalCount = (counts: readonly CashCount[]): CashCount | undefined =>
  counts.findLast((count) => count.recountOf !== undefined) ?? counts.at(-1);
