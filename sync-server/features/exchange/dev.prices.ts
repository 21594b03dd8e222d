/** Prices of development: a market that moves by the clock, the same at the same moment on every run. Nothing is asked of anybody. */
import { ASSETS, type Asset } from './assets.ts';
import type { Prices } from './price-source.port.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Period and height of its waves. Within the half minute of a preview they move by far less than the tolerance. */
const WAVES = [
  [24 * HOUR, 0.02],
  [5 * HOUR, 0.006],
  [40 * MINUTE, 0.001],
] as const;

export function createDevPrices(now: () => number, seed = 1): Prices {
  const priceAt = (asset: Asset, at: number): string => {
    const phase = seed + ASSETS.indexOf(asset);
    const move = WAVES.reduce(
      (sum, [period, height]) => sum + height * Math.sin((2 * Math.PI * at) / period + phase),
      0,
    );
    const isStable = asset.id === 'tether';
    return (asset.around * (1 + (isStable ? move / 100 : move))).toFixed(asset.around < 10 ? 6 : 2);
  };
  return {
    now: async (_source, assetIds) =>
      new Map(
        ASSETS.filter(({ id }) => assetIds.includes(id)).map((asset) => [asset.id, priceAt(asset, now())] as const),
      ),
    lastDay: async (_source, assetId) => {
      const asset = ASSETS.find(({ id }) => id === assetId);
      if (asset === undefined) return [];
      const end = now();
      return Array.from({ length: 24 }, (_, index) => end - (24 - index) * HOUR).map((at) => ({
        at,
        price: priceAt(asset, at),
      }));
    },
  };
}
