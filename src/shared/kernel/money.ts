/**
 * Money is an integer number of minor units (kopecks); quantity is an integer number of thousandths.
 * Nothing else in the product multiplies or divides money.
 */
import { AppError } from './errors.ts';

export type Currency = 'RUB' | 'USD' | 'EUR';

/** One thousand thousandths: a whole piece. */
export const ONE = 1000;

/** 10^12 roubles: far above any receipt, far below 2^53, so products stay exact in BigInt and sums in number. */
export const MAX_MINOR = 100_000_000_000_000;

const exact = (name: string, value: number): bigint => {
  if (!Number.isSafeInteger(value)) throw new AppError('app.bad_input', `${name} must be an integer, got ${value}`);
  return BigInt(value);
};

/** n / d rounded half away from zero (commercial "half up": 0.5 → 1, -0.5 → -1). `d` > 0. */
export function divideHalfUp(n: bigint, d: bigint): bigint {
  const magnitude = n < 0n ? -n : n;
  const rounded = (magnitude * 2n + d) / (d * 2n);
  return n < 0n ? -rounded : rounded;
}

/** Line total in minor units: round_half_up(price × quantity). Quantity in thousandths. */
export const lineTotal = (priceMinor: number, quantityMilli: number): number =>
  Number(divideHalfUp(exact('price', priceMinor) * exact('quantity', quantityMilli), 1000n));

/** The least price whose line total reaches an amount: an amount over a quantity, where half a unit may be short. */
export const priceReaching = (amountMinor: number, quantityMilli: number): number => {
  const [twice, quantity] = [exact('amount', amountMinor) * 2n, exact('quantity', quantityMilli)];
  // round_half_up(price × quantity) ≥ amount exactly when price × quantity ≥ amount − ½.
  const wanted = (twice - 1n) * 500n;
  return wanted <= 0n ? 0 : Number((wanted + quantity - 1n) / quantity);
};

/** A share of an amount: round_half_up(amount × part / whole). For percentages `whole` is 100. */
export const shareOf = (amountMinor: number, part: number, whole: number): number =>
  Number(divideHalfUp(exact('amount', amountMinor) * exact('part', part), exact('whole', whole)));

export const sumMinor = (amounts: Iterable<number>): number => {
  let sum = 0n;
  for (const amount of amounts) sum += exact('amount', amount);
  return Number(sum);
};

/**
 * Splits an amount over weights without losing a minor unit: each part is rounded down, what is left goes one
 * unit at a time to the largest remainders (first wins a tie). All-zero weights give the whole to the first.
 */
export function allocate(amountMinor: number, weights: readonly number[]): number[] {
  if (weights.length === 0) return [];
  const amount = exact('amount', amountMinor);
  const total = weights.reduce((sum, weight) => sum + exact('weight', weight), 0n);
  if (total === 0n) return weights.map((_, index) => (index === 0 ? amountMinor : 0));
  const sign = amount < 0n ? -1n : 1n;
  const shares = weights.map((weight, index) => {
    const product = amount * sign * BigInt(weight);
    return { index, part: product / total, rest: product % total };
  });
  let left = amount * sign - shares.reduce((sum, share) => sum + share.part, 0n);
  for (const share of shares.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    share.part += 1n;
    left -= 1n;
  }
  return shares.map((share) => Number(share.part * sign));
}

/** Two units in the last place: what a sum of kopecks may be off by on its way through somebody's floating point. */
const DOUBLE_SLACK = 2 ** -51;

/** True when a wire number of roubles has at most two decimals and fits our range. */
export const isRoubles = (value: number): boolean =>
  Number.isFinite(value) &&
  Math.abs(value) <= MAX_MINOR / 100 &&
  Math.abs(value - Math.round(value * 100) / 100) <= Math.max(1e-6, Math.abs(value) * DOUBLE_SLACK);

/** Roubles of a wire contract (a JSON number with at most two decimals) → minor units. */
export function roublesToMinor(value: number): number {
  if (!isRoubles(value)) {
    throw new AppError('app.bad_input', `${value} is not an amount in roubles with at most two decimals`);
  }
  return Math.round(value * 100);
}

/** Minor units → roubles of a wire contract. Exact to the kopeck. */
export const minorToRoubles = (minor: number): number => Number(exact('amount', minor)) / 100;

/** `48000` → `"480.00"`: the decimal text that PSPs and fiscal QR codes want. */
export function minorToDecimal(minor: number): string {
  const value = exact('amount', minor);
  const magnitude = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${magnitude / 100n}.${String(magnitude % 100n).padStart(2, '0')}`;
}
