/** Every route of the table against everybody who may ask: whom it lets past its guard. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isErrorCode } from '#shared/kernel/errors.ts';
import {
  addOrganization,
  agentOf,
  createTestApp,
  enrolledDevice,
  managerOf,
  sessionOf,
  supportOf,
  type TestApp,
} from '../testing/test-app.ts';
import { deskOf } from '../testing/test-exchange.ts';

const WHO = [
  'nobody',
  'agent',
  'device',
  'cashier',
  'manager',
  'partner',
  'hq_admin',
  'desk',
  'client_app',
  'phone',
] as const;
type Who = (typeof WHO)[number];

/** Which of them each rule lets in. A rule that is not here fails the test: it has to be thought about. */
const LETS_IN: Readonly<Record<string, readonly Who[]>> = {
  open: WHO,
  'loopback, or the metrics token': ['nobody', 'cashier', 'manager', 'partner', 'hq_admin'],
  'manager token': ['desk'],
  'currency token': ['phone'],
  'currency token, or device token': ['phone', 'device'],
  'client application token': ['client_app'],
  // Who stands elsewhere is let in to be told of, and refused there (AK-17 of the payments).
  "the provider's addresses": WHO,
  session: ['cashier', 'manager', 'partner', 'hq_admin'],
  'session: hq_admin': ['hq_admin'],
  'session: hq_admin, manager': ['hq_admin', 'manager'],
  'session: partner': ['partner'],
  'device token': ['device'],
  'device or agent token': ['device', 'agent'],
  'device or agent token, or session: hq_admin, manager': ['device', 'agent', 'hq_admin', 'manager'],
};
const REFUSALS: ReadonlySet<string> = new Set(['auth.unauthorized', 'auth.forbidden']);

let server: TestApp;
let headersOf: Record<Who, Record<string, string>>;
beforeAll(async () => {
  server = await createTestApp();
  const organization = await addOrganization(server);
  headersOf = {
    nobody: {},
    agent: (await agentOf(server, organization, 'fd-1')).headers,
    device: (await enrolledDevice(server, organization)).headers,
    cashier: (await sessionOf(server, organization, ['cashier'])).headers,
    manager: (await sessionOf(server, organization, ['manager'])).headers,
    partner: (await sessionOf(server, organization, ['partner'])).headers,
    hq_admin: (await sessionOf(server, organization, ['hq_admin'])).headers,
    desk: (await managerOf(server, organization)).headers,
    phone: (await deskOf(server, organization)).headers,
    client_app: (await supportOf(server, organization)).headers,
  };
});
afterAll(() => server.close());

test('each rule lets in whom it names, and nobody else', async () => {
  const wrong: string[] = [];
  // Last what ends the session that asks.
  const routes = server.app.routeTable.toSorted((a) =>
    a.url.endsWith('/sign-out') || a.url.endsWith('/logout') ? 1 : -1,
  );
  for (const { method, url, auth, assets } of routes) {
    if (assets) continue;
    const allowed = LETS_IN[auth ?? ''];
    expect(Object.keys(LETS_IN), `the rule of ${method} ${url}`).toContain(auth);
    for (const who of WHO) {
      const reply = await server.app.inject({
        method: method as 'GET' | 'POST',
        url: url.replaceAll(/:\w+/g, server.newId()) + (url === '/fiscal-tasks/next' ? '?wait=0' : ''),
        headers: headersOf[who],
        ...(method === 'POST' ? { payload: {} } : {}),
      });
      const { code } = reply.headers['content-type']?.toString().includes('problem')
        ? reply.json()
        : { code: undefined };
      if (reply.statusCode >= 500 || (code !== undefined && !isErrorCode(code)))
        wrong.push(`${who} breaks ${method} ${url}: ${reply.body}`);
      if (REFUSALS.has(code) === (allowed?.includes(who) ?? false)) {
        wrong.push(
          `${who} is ${REFUSALS.has(code) ? 'refused' : 'let in'} at ${method} ${url} (${reply.statusCode} ${code})`,
        );
      }
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);
