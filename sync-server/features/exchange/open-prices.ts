import type { ServerConfig } from '../../config.ts';
import { createDevPrices } from './dev.prices.ts';
import type { Prices } from './price-source.port.ts';

/** Where prices come from, as the settings say. `signal` ends the calls under way. */
export async function openPrices(config: ServerConfig, now: () => number, signal: AbortSignal): Promise<Prices> {
  const provider = config.PRICE_PROVIDER ?? (config.AGENT_ENV === 'PROD' ? 'http' : 'dev');
  if (provider === 'dev') return createDevPrices(now);
  const { createHttpPrices } = await import('./http.prices.ts');
  const { PRICE_COINCAP_URL: coincapUrl, PRICE_COINCAP_KEY: coincapKey, PRICE_COINGECKO_URL: coingeckoUrl } = config;
  return createHttpPrices({ coincapUrl, coincapKey, coingeckoUrl, now, signal });
}
