/** Three doors of one server: headquarters, managers, the currency desk. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addOrganization,
  addUser,
  createTestApp,
  PASSWORD,
  type TestApp,
  type TestOrganization,
} from '../testing/test-app.ts';

const MINUTE = 60_000;
const DOORS = { headquarters: '/auth/sign-in', managers: '/api/manager/auth/login', desk: '/auth/login' } as const;
type Door = keyof typeof DOORS;

let server: TestApp;
let organization: TestOrganization;
beforeAll(async () => {
  server = await createTestApp();
  organization = await addOrganization(server);
});
afterAll(() => server.close());

const knock = (door: Door, email: string, password: string, at = server) =>
  at.app.inject({ method: 'POST', url: DOORS[door], payload: { email, password } });

test('failures of one person at three doors are counted together, and a restart forgives none of them', async () => {
  const { email } = await addUser(server, organization, ['hq_admin', 'manager']);
  const other = await addUser(server, organization, ['hq_admin', 'manager']);
  const tries: readonly [Door, string][] = [
    ['managers', email],
    ['managers', email.toUpperCase()],
    ['desk', email],
    ['headquarters', email],
  ];
  for (const [door, as] of tries) expect([door, (await knock(door, as, 'wrong')).statusCode]).toEqual([door, 401]);
  const restarted = await createTestApp({}, server.opened);
  restarted.clock.now = server.clock.now;
  // The fifth is one too many at headquarters, and so at every door.
  expect((await knock('headquarters', email, 'wrong', restarted)).statusCode).toBe(401);
  for (const door of ['headquarters', 'managers', 'desk'] as const) {
    for (const at of [server, restarted]) {
      const refused = await knock(door, email, PASSWORD, at);
      expect([door, refused.statusCode]).toEqual([door, 429]);
      expect(refused.json()).toMatchObject({ code: 'auth.locked', retryAfterSeconds: 900 });
    }
  }
  await restarted.app.close();
  expect((await knock('managers', other.email, PASSWORD)).statusCode).toBe(200);
  server.clock.now += 15 * MINUTE;
  for (const door of ['managers', 'headquarters'] as const) {
    expect([door, (await knock(door, email, PASSWORD)).statusCode]).toEqual([door, 200]);
  }
});

test('who came in is forgiven at every door; an address of nobody is counted too', async () => {
  const { email } = await addUser(server, organization, ['hq_admin', 'manager']);
  for (let nth = 0; nth < 4; nth += 1) await knock('desk', email, 'wrong');
  expect((await knock('managers', email, PASSWORD)).statusCode).toBe(200);
  for (let nth = 0; nth < 4; nth += 1) expect((await knock('headquarters', email, 'wrong')).statusCode).toBe(401);
  expect((await knock('headquarters', email, PASSWORD)).statusCode).toBe(200);
  const nobody = 'nobody@prilavok.example';
  for (let nth = 0; nth < 5; nth += 1) {
    const door = nth % 2 === 0 ? 'headquarters' : 'desk';
    expect((await knock(door, nobody, 'wrong')).statusCode).toBe(401);
  }
  expect((await knock('managers', nobody, 'wrong')).statusCode).toBe(429);
});
