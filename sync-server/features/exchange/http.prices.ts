/**
 * Prices of CoinCap and CoinGecko over HTTP. Both limit how often they are asked: an answer serves for some seconds, a day's
 * course for some minutes.
 */
import axios from 'axios';
import { z } from 'zod';
import type { PriceSource } from '#shared/exchange/amounts.schema.ts';
import { numberToDecimal, parseDecimal } from '#shared/exchange/decimal.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { PricePoint, Prices } from './price-source.port.ts';

const TIMEOUT_MS = 4000;
const PRICE_SERVES_MS = 3000;
const COURSE_SERVES_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** More places than we count say nothing that a price needs. */
const cut = (text: string): string => text.replace(/(\.\d{18})\d+$/, '$1');

const CoinCapAssets = z.object({ data: z.array(z.object({ id: z.string(), priceUsd: z.string().nullable() })) });
const CoinCapCourse = z.object({ data: z.array(z.object({ priceUsd: z.string(), time: z.number() })) });
const CoinGeckoPrices = z.record(z.string(), z.object({ usd: z.number().nullish() }));
const CoinGeckoCourse = z.object({ prices: z.array(z.tuple([z.number(), z.number()])) });

export interface HttpPricesOptions {
  readonly coincapUrl: string;
  readonly coincapKey: string | undefined;
  readonly coingeckoUrl: string;
  readonly now: () => number;
  /** Ends every call when the server stops. */
  readonly signal: AbortSignal;
}

type Priced = readonly (readonly [id: string, price: string | undefined])[];

export function createHttpPrices({ coincapUrl, coincapKey, coingeckoUrl, now, signal }: HttpPricesOptions): Prices {
  const client = (url: string, headers: Record<string, string>) =>
    axios.create({
      baseURL: url.replace(/\/+$/, ''),
      headers,
      timeout: TIMEOUT_MS,
      signal,
      maxRedirects: 0,
      maxContentLength: 1_048_576,
      proxy: false,
    });
  const coincap = client(coincapUrl, coincapKey === undefined ? {} : { authorization: `Bearer ${coincapKey}` });
  const coingecko = client(coingeckoUrl, {});

  async function get<T>(http: typeof coincap, shape: z.ZodType<T>, url: string, params: object): Promise<T> {
    const answer = await http.get<unknown>(url, { params }).catch((error: unknown) => {
      const code = axios.isAxiosError(error) ? (error.response?.status ?? error.code ?? 'NETWORK') : 'NETWORK';
      // The error of axios carries the request, and with it the key: it goes no further.
      throw new AppError('exchange.price_unavailable', `the source of prices does not answer: ${code}`);
    });
    const parsed = shape.safeParse(answer.data);
    if (parsed.success) return parsed.data;
    throw new AppError('exchange.price_unavailable', 'the source of prices answered what nobody understands');
  }

  const ask: Readonly<Record<PriceSource, (ids: readonly string[]) => Promise<Priced>>> = {
    coincap: async (ids) => {
      const { data } = await get(coincap, CoinCapAssets, '/assets', { ids: ids.join(',') });
      return data.map(({ id, priceUsd }) => [id, priceUsd === null ? undefined : parseDecimal(cut(priceUsd))] as const);
    },
    coingecko: async (ids) => {
      const params = { ids: ids.join(','), vs_currencies: 'usd', precision: 'full' };
      const prices = await get(coingecko, CoinGeckoPrices, '/simple/price', params);
      return Object.entries(prices).map(
        ([id, { usd }]) => [id, usd === null || usd === undefined ? undefined : numberToDecimal(usd)] as const,
      );
    },
  };
  const askCourse: Readonly<Record<PriceSource, (id: string) => Promise<readonly PricePoint[]>>> = {
    coincap: async (id) => {
      const params = { interval: 'h1', start: now() - DAY_MS, end: now() };
      const { data } = await get(coincap, CoinCapCourse, `/assets/${encodeURIComponent(id)}/history`, params);
      return data.flatMap(({ priceUsd, time }) => pointOf(time, parseDecimal(cut(priceUsd))));
    },
    coingecko: async (id) => {
      const params = { vs_currency: 'usd', days: 1 };
      const { prices } = await get(coingecko, CoinGeckoCourse, `/coins/${encodeURIComponent(id)}/market_chart`, params);
      // Every five minutes: one an hour draws the same line.
      return prices
        .filter((_, index) => index % 12 === 0 || index === prices.length - 1)
        .flatMap(([time, price]) => pointOf(time, numberToDecimal(price)));
    },
  };

  const prices = createShelf<ReadonlyMap<string, string>>(now, PRICE_SERVES_MS);
  const courses = createShelf<readonly PricePoint[]>(now, COURSE_SERVES_MS);
  return {
    now: (source, assetIds) => {
      const ids = assetIds.toSorted();
      if (ids.length === 0) return Promise.resolve(new Map());
      return prices(`${source} ${ids.join(',')}`, async () => {
        const known = await ask[source](ids);
        return new Map(known.flatMap(([id, price]) => (price === undefined ? [] : [[id, price] as const])));
      });
    },
    lastDay: (source, assetId) => courses(`${source} ${assetId}`, () => askCourse[source](assetId)),
  };
}

const pointOf = (at: number, price: string | undefined): readonly PricePoint[] =>
  price === undefined ? [] : [{ at: Math.round(at), price }];

/** Answers that still serve, one question at a time for each; what failed is asked anew. */
function createShelf<T>(now: () => number, servesMs: number) {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<T> }>();
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const at = now();
    const found = kept.get(key);
    if (found !== undefined && at >= found.at && at < found.at + servesMs) return found.value;
    for (const [other, { at: then }] of kept) if (at - then >= servesMs) kept.delete(other);
    const value = ask();
    kept.set(key, { at, value });
    value.catch(() => kept.delete(key));
    return value;
  };
}
