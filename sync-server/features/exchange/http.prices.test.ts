import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHttpPrices } from './http.prices.ts';
import type { Prices } from './price-source.port.ts';

/** Both sources in one: what they answer, as their documents have it. */
let app: FastifyInstance;
let url: string;
let asked: string[] = [];
let answer: Record<string, unknown> = {};
let status = 200;
let now = 0;
let prices: Prices;
beforeAll(async () => {
  app = Fastify();
  app.get('/*', async (request, reply) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`.trim());
    return reply.code(status).send(answer);
  });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());
beforeEach(() => {
  [asked, status, now] = [[], 200, 1_760_529_600_000];
  const { signal } = new AbortController();
  prices = createHttpPrices({ coincapUrl: url, coincapKey: 'k', coingeckoUrl: `${url}/`, now: () => now, signal });
});

test('a price keeps every digit that its source wrote', async () => {
  answer = {
    data: [
      { id: 'bitcoin', priceUsd: '60000.1234567890123456789' },
      { id: 'dust', priceUsd: null },
    ],
  };
  expect([...(await prices.now('coincap', ['dust', 'bitcoin']))]).toEqual([['bitcoin', '60000.123456789012345678']]);
  expect(asked).toEqual(['/assets?ids=bitcoin,dust Bearer k']);
  answer = { bitcoin: { usd: 60_000.12 }, shiba: { usd: 1.2e-7 }, gone: {} };
  expect([...(await prices.now('coingecko', ['bitcoin', 'shiba', 'gone']))]).toEqual([
    ['bitcoin', '60000.12'],
    ['shiba', '0.00000012'],
  ]);
  expect(asked[1]).toBe('/simple/price?ids=bitcoin,gone,shiba&vs_currencies=usd&precision=full');
});

test('an answer serves for three seconds, and is asked for once by many', async () => {
  answer = { bitcoin: { usd: 1 } };
  await Promise.all([prices.now('coingecko', ['bitcoin']), prices.now('coingecko', ['bitcoin'])]);
  expect(asked).toHaveLength(1);
  now += 3000;
  await prices.now('coingecko', ['bitcoin']);
  expect(asked).toHaveLength(2);
});

test('AC-12 a source that fails or says nonsense has no price, and is asked anew', async () => {
  status = 429;
  await expect(prices.now('coingecko', ['bitcoin'])).rejects.toMatchObject({ code: 'exchange.price_unavailable' });
  [status, answer] = [200, { bitcoin: 'much' }];
  await expect(prices.now('coingecko', ['bitcoin'])).rejects.toMatchObject({ code: 'exchange.price_unavailable' });
  await expect(prices.lastDay('coincap', 'bitcoin')).rejects.toMatchObject({ code: 'exchange.price_unavailable' });
  answer = { bitcoin: { usd: 2 } };
  expect((await prices.now('coingecko', ['bitcoin'])).get('bitcoin')).toBe('2');
});

test('a day is drawn by the hour', async () => {
  answer = { prices: Array.from({ length: 25 }, (_, index) => [index, 100 + index]) };
  expect(await prices.lastDay('coingecko', 'bitcoin')).toEqual([
    { at: 0, price: '100' },
    { at: 12, price: '112' },
    { at: 24, price: '124' },
  ]);
  answer = { data: [{ priceUsd: '7.5', time: 5 }] };
  expect(await prices.lastDay('coincap', 'bitcoin')).toEqual([{ at: 5, price: '7.5' }]);
});
