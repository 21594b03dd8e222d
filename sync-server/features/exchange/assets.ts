/** Currencies that we know by name: what a wallet may be given and what the market is shown of. */
export interface Asset {
  /** As both sources of prices call it. */
  readonly id: string;
  readonly symbol: string;
  readonly name: string;
  /** Dollars, round which the development's prices move. */
  readonly around: number;
}

export const ASSETS: readonly Asset[] = [
  { id: 'bitcoin', symbol: 'BTC', name: 'Bitcoin', around: 60_000 },
  { id: 'ethereum', symbol: 'ETH', name: 'Ethereum', around: 2500 },
  { id: 'tether', symbol: 'USDT', name: 'Tether', around: 1 },
  { id: 'solana', symbol: 'SOL', name: 'Solana', around: 150 },
  { id: 'litecoin', symbol: 'LTC', name: 'Litecoin', around: 85 },
  { id: 'dogecoin', symbol: 'DOGE', name: 'Dogecoin', around: 0.12 },
];

export const findAsset = (id: string): Asset | undefined => ASSETS.find((asset) => asset.id === id);
