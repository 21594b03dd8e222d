import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from './testing/test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp({ METRICS_TOKEN: 'a-token-of-sixteen-or-more' });
});
afterAll(() => server.close());

test('every route has its schemas, its words, an auth rule and a rate class', () => {
  const { routeTable } = server.app;
  expect(routeTable.length).toBeGreaterThan(20);
  for (const route of routeTable) {
    const name = `${route.method} ${route.url}`;
    expect(route.auth, name).toBeTypeOf('string');
    expect(route.rate, name).toBeTypeOf('string');
    if (route.assets) continue;
    expect(route.summary, name).toBeTypeOf('string');
    expect(route.tags, name).not.toEqual([]);
    expect(route.schemas, name).toContain('response');
    if (route.url.includes(':')) expect(route.schemas, name).toContain('params');
  }
});

test('who may call what is what we agreed', () => {
  const rules = server.app.routeTable
    .filter((route) => !route.assets)
    .map((route) => `${route.method} ${route.url} - ${route.auth} - ${route.rate}`);
  expect(rules.toSorted()).toMatchSnapshot();
});

test('the documentation names every route, and whom it is for', async () => {
  const reply = await server.app.inject({ url: '/docs/json' });
  const { paths } = reply.json<{ paths: Record<string, Record<string, { security?: unknown }>> }>();
  const documented = Object.entries(paths).flatMap(([url, of]) => Object.keys(of).map((method) => `${method} ${url}`));
  const ours = server.app.routeTable
    .filter((route) => !route.assets)
    .map((route) => `${route.method.toLowerCase()} ${route.url.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(documented.toSorted()).toEqual(ours.toSorted());
  expect(paths['/hq/orders']?.['get']?.security).toEqual([{ session: [] }]);
  expect((await server.app.inject({ url: '/docs' })).statusCode).toBe(200);
});

test('a fault is problem+json with a reference that is also in the log', async () => {
  const reply = await server.app.inject({ method: 'POST', url: '/auth/sign-in', payload: { email: 'no', extra: 1 } });
  expect(reply.statusCode).toBe(400);
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = reply.json();
  expect(problem).toMatchObject({ status: 400, code: 'app.bad_input', ref: reply.headers['x-request-id'] });
  expect(problem.issues.map(({ path }: { path: string }) => path).toSorted()).toEqual(['', 'email', 'password']);
  expect(server.logged).toContainEqual(expect.objectContaining({ reqId: problem.ref, code: 'app.bad_input' }));
});

test.each([
  ['no such place', { url: '/nowhere' }, 404, 'app.not_found'],
  [
    'broken JSON',
    { method: 'POST', url: '/auth/sign-in', payload: '{"email":', headers: { 'content-type': 'application/json' } },
    400,
    'app.bad_input',
  ],
  [
    'not JSON',
    { method: 'POST', url: '/auth/sign-in', payload: '<a/>', headers: { 'content-type': 'text/xml' } },
    400,
    'app.bad_input',
  ],
  [
    'too much',
    { method: 'POST', url: '/auth/sign-in', payload: { email: 'a@b.ru', password: 'x'.repeat(2 ** 20) } },
    413,
    'app.too_large',
  ],
] as const)('%s is refused in the same language', async (_, request, status, code) => {
  const reply = await server.app.inject(request);
  expect(reply.json()).toMatchObject({ status, code });
  expect(reply.statusCode).toBe(status);
});

test('a surprise leaves no word of itself', async () => {
  const broken = await createTestApp();
  await broken.opened.close();
  const reply = await broken.app.inject({
    method: 'POST',
    url: '/auth/sign-in',
    payload: { email: 'a@b.ru', password: 'x' },
  });
  expect(reply.json()).toEqual({
    type: expect.any(String),
    title: 'app.internal',
    status: 500,
    code: 'app.internal',
    ref: expect.any(String),
  });
  const ready = await broken.app.inject({ url: '/readyz' });
  expect(ready.json()).toMatchObject({ status: 503, code: 'app.unavailable' });
  expect((await broken.app.inject({ url: '/healthz' })).json()).toEqual({ status: 'ok' });
  await broken.app.close();
});

test('it is ready while the database answers', async () => {
  expect((await server.app.inject({ url: '/readyz' })).json()).toEqual({ status: 'ready' });
});

test('metrics are for this machine or for the token', async () => {
  const from = (remoteAddress: string, authorization?: string) =>
    server.app.inject({
      url: '/metrics',
      remoteAddress,
      ...(authorization === undefined ? {} : { headers: { authorization } }),
    });
  const here = await from('127.0.0.1');
  expect(here.headers['content-type']).toMatch(/^text\/plain/);
  expect(here.body).toMatch(/^prilavok_http_request_seconds_count\{.*route="\/readyz".*\} \d+$/m);
  expect((await from('10.0.0.5')).statusCode).toBe(401);
  expect((await from('10.0.0.5', 'Bearer a-token-of-sixteen-or-more')).statusCode).toBe(200);
  expect((await from('10.0.0.5', `Bearer ${randomUUID()}`)).statusCode).toBe(401);
});

test('a page may load our files and nothing else', async () => {
  const { headers } = await server.app.inject({ url: '/healthz' });
  expect(headers['content-security-policy']).toMatchInlineSnapshot(
    `"default-src 'none';script-src 'self';style-src 'self';img-src 'self' data: blob:;font-src 'self';connect-src 'self';manifest-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'"`,
  );
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  const said = ({ 'x-request-id': id, date: _date, ...others }: typeof headers) => ({ others, id: typeof id });
  const again = (await server.app.inject({ url: '/healthz' })).headers;
  expect(said(again)).toEqual(said(headers));
  expect(again['x-request-id']).not.toBe(headers['x-request-id']);
  const refused = (await server.app.inject({ url: '/nowhere' })).headers;
  expect(refused['content-security-policy']).toBe(headers['content-security-policy']);
});

test('a class of requests has its limit, and says when to come back', async () => {
  const strict = await createTestApp({ RATE_FACTOR: '0.1' });
  const attempt = () => strict.app.inject({ method: 'POST', url: '/devices/enrol', payload: {} });
  const statuses = [];
  for (let nth = 0; nth < 4; nth += 1) statuses.push((await attempt()).statusCode);
  expect(statuses).toEqual([400, 400, 400, 429]);
  const refused = await attempt();
  expect(refused.json()).toMatchObject({ code: 'app.rate_limited' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  await strict.close();
});
