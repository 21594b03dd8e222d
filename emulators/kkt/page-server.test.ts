import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAULT_POINTS } from './faults.ts';
import { type Bench, openBench } from './testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.dispose());

/** fetch does not let a caller choose the Host header; a rebinding page does. */
const statusOf = (path: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: bench.register().pagePort, path, headers, method: 'GET' },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    asked.on('error', reject);
    asked.end();
  });

test('serves a page that can load nothing but itself', async () => {
  const page = await fetch(bench.register().url);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(html).not.toMatch(/<script>|style=|onclick=|https?:\/\//);
  for (const point of FAULT_POINTS) expect(html).toContain(`data-fault="${point}"`);
  for (const path of ['/page.css', '/page.js']) expect((await fetch(bench.register().url + path)).status).toBe(200);
});

test('answers only to its own name and its own page', async () => {
  const port = bench.register().pagePort;
  expect(await statusOf('/state', { host: `127.0.0.1:${port}` })).toBe(200);
  expect(await statusOf('/state', { host: `localhost:${port}` })).toBe(200);
  expect(await statusOf('/state', { host: `evil.example:${port}` })).toBe(403);
  expect(await statusOf('/state', { host: `127.0.0.1:${port}`, origin: 'http://evil.example' })).toBe(403);
});

test('refuses what is not JSON, not a fault, or not there, and says what is wrong', async () => {
  const plain = await fetch(`${bench.register().url}/faults`, { method: 'POST', body: '{"point":"hang"}' });
  expect(plain.status).toBe(415);
  const unknown = await bench.post('/faults', { point: 'flood' });
  expect(unknown.status).toBe(400);
  expect(await unknown.text()).toContain('point');
  const excess = await bench.post('/faults', { point: 'hang', seconds: -1 });
  expect(await excess.text()).toContain('seconds');
  expect((await bench.post('/faults', { point: 'shift_expired' })).status).toBe(409);
  expect((await bench.post('/nowhere', {})).status).toBe(405);
  expect((await fetch(`${bench.register().url}/../package.json`)).status).toBe(404);
});

test('arms, lists and clears faults', async () => {
  await bench.arm({ point: 'hang', seconds: 2, times: 3, method: 'close_receipt' });
  expect((await bench.state())['faults']).toMatchObject([{ point: 'hang', seconds: 2, times: 3 }]);
  await bench.post('/faults/clear', {});
  expect((await bench.state())['faults']).toEqual([]);
});

test('streams the state to open pages as it changes', async () => {
  const response = await fetch(`${bench.register().url}/events`);
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let seen = '';
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(seen)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended without ${pattern}`);
      seen += decoder.decode(value);
    }
  };
  await until(/event: tape\ndata: \[\]/);
  await until(/"paper":true/);
  await bench.post('/paper', { present: false });
  await until(/"paper":false/);
  await reader.cancel();
});
