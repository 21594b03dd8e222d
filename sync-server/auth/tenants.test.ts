/**
 * Every route of the table that names a thing, asked by its owner and by somebody with the same rights elsewhere; every list,
 * asked by both. A route that is in neither table fails: somebody has to say what it names.
 */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { insertBlob } from '../blobs/blobs.repo.ts';
import { alerts } from '../features/alerts/alerts.tables.ts';
import { catalogueImports } from '../features/catalogue/catalogue.tables.ts';
import { insertFiscalDevice } from '../features/fiscal/fiscal.repo.ts';
import type { RouteEntry } from '../plugins/routes.ts';
import { syncDeadLetters } from '../sync/cases.tables.ts';
import { writeRows } from '../sync/rows.writer.ts';
import {
  addDevice,
  addOrganization,
  agentOf,
  createTestApp,
  enrolledDevice,
  managerOf,
  sessionOf,
  supportOf,
  type TestApp,
} from '../testing/test-app.ts';
import { SALE } from '../testing/test-fiscal.ts';
import { order, put } from '../testing/test-rows.ts';
import { shops, tokens } from './auth.tables.ts';

type Headers = Record<string, string>;
type World = Awaited<ReturnType<typeof makeWorld>>;

let server: TestApp;
let mine: World;
let foreign: World;
let phones = 0;

/** One of everything that a route can name. */
async function makeWorld() {
  const { db, newId, clock } = server;
  const organization = await addOrganization(server);
  const { organizationId, shopId } = organization;
  const at = clock.now;
  const hq = await sessionOf(server, organization, ['hq_admin']);
  const partner = await sessionOf(server, organization, ['partner']);
  await db.update(shops).set({ partnerUserId: partner.userId }).where(eq(shops.id, shopId));
  const kiosk = await enrolledDevice(server, organization, { mode: 'kiosk' });
  const other = await addDevice(server, organization);
  const register = `fd-${newId()}`;
  await db.transaction((tx) =>
    insertFiscalDevice(tx, {
      organizationId,
      id: register,
      shopId,
      name: register,
      kktIp: '127.0.0.1',
      kktPort: 5999,
      taxationSystem: 'osn',
      operatorName: 'Иванов И.',
      operatorVatin: '123456789047',
      createdAt: at,
    }),
  );
  const agent = await agentOf(server, organization, register);
  const [token] = await db.select({ id: tokens.id }).from(tokens).where(eq(tokens.fiscalDeviceId, register));
  const task = newId();
  const sale = { ...SALE, taskId: task, fiscalDeviceId: register };
  const posted = await server.app.inject({
    method: 'POST',
    url: '/fiscal-tasks',
    headers: agent.headers,
    payload: sale,
  });
  expect(posted.statusCode).toBe(201);
  const [alert, imported, letter, item, user] = [newId(), newId(), newId(), newId(), newId()];
  await db
    .insert(alerts)
    .values({ id: alert, organizationId, kind: 'payment.late', subjectType: 'x', subjectId: alert, details: {}, at });
  const file = { fileName: 'a.csv', bytes: 1, shopIds: [shopId], replaceMissing: false, createdBy: hq.userId };
  await db
    .insert(catalogueImports)
    .values({ id: imported, organizationId, status: 'cancelled', ...file, createdAt: at, heartbeatAt: at });
  const writer = { deviceId: kiosk.deviceId, incarnation: 1, mid: 1 };
  const refused = { kind: 'refused', name: 'order.place', args: '{}', at } as const;
  await db.insert(syncDeadLetters).values({ id: letter, organizationId, ...writer, ...refused });
  const photo = newId().replaceAll('-', '').padEnd(64, 'a');
  const image = { kind: 'photo', mediaType: 'image/jpeg', size: 3, state: 'durable', received: 3, parts: [] } as const;
  await insertBlob(db, { organizationId, id: photo, ...image, createdAt: at, updatedAt: at });
  const made = order(server, { ...organization, deviceId: kiosk.deviceId }, { printStatus: 'new', imageId: photo });
  await put(server, organization, { orders: [made] });
  const goods: RowPut = {
    type: 'catalogue_item',
    id: item,
    scope: shopScope(shopId),
    fields: {
      id: item,
      sku: item,
      name: 'Масло',
      category: 'Масла',
      priceMinor: 100,
      vat: 'vat22',
      paymentObject: 'commodity',
      unit: 'piece',
      favourite: false,
      active: true,
    },
  };
  await db.transaction((tx) => writeRows(tx, organizationId, [goods], at));
  await server.app.inject({
    method: 'POST',
    url: '/hq/users',
    headers: hq.headers,
    payload: { id: user, name: 'Пётр', email: `${user}@prilavok.example`, roles: ['manager'] },
  });
  const command = newId();
  const asked = await server.app.inject({
    method: 'POST',
    url: `/hq/devices/${kiosk.deviceId}/commands`,
    headers: hq.headers,
    payload: { id: command, order: { kind: 'restart' } },
  });
  expect(asked.statusCode).toBe(204);
  const desk = await managerOf(server, organization, ['hq_admin']);
  const asManager = async (method: 'POST' | 'PUT', path: string, payload: object) => {
    const reply = await server.app.inject({ method, url: `/api/manager${path}`, headers: desk.headers, payload });
    expect(reply.statusCode).toBeLessThan(300);
  };
  const [client, appliance, line, clientUser] = [newId(), newId(), newId(), newId()];
  const phone = `99${`${(phones += 1)}`.padStart(8, '0')}`;
  await asManager('POST', '/clients', { id: client, name: 'Иван Петров', phone });
  await asManager('POST', `/clients/${client}/devices`, { id: appliance, device_type: 'Плита', title: 'Gorenje' });
  await asManager('PUT', `/tariffs/${line}`, { name: 'Базовый' });
  const app = await supportOf(server, organization);
  const asApp = { url: `/api/support/users/${clientUser}`, headers: app.headers };
  await server.app.inject({ ...asApp, method: 'PUT', payload: { name: 'Пётр' } });
  const message = { id: newId(), body: 'Когда?' };
  const written = await server.app.inject({ ...asApp, method: 'POST', url: `${asApp.url}/messages`, payload: message });
  const { ticket_id: ticket } = written.json<{ ticket_id: string }>();
  const ofManagers = { client, appliance, line, clientUser, ticket };
  const ids = { shop: shopId, kiosk: kiosk.deviceId, other, register, token: token?.id ?? '', task, alert, imported };
  const more = { ...ofManagers, letter, item, user, photo, order: made.id, command, second: newId(), form: 'profile' };
  return {
    ids: { ...ids, ...more },
    hq: hq.headers,
    partner: partner.headers,
    device: kiosk.headers,
    agent: agent.headers,
    desk: desk.headers,
    app: app.headers,
  };
}

beforeAll(async () => {
  server = await createTestApp();
  [mine, foreign] = [await makeWorld(), await makeWorld()];
});
afterAll(() => server.close());

type Ids = World['ids'];
interface Example {
  readonly params: readonly (keyof Ids)[];
  readonly body?: (ids: Ids) => object;
  /** What its owner is told of a world that has not come so far. */
  readonly refusal?: number;
}
const of = (...params: readonly (keyof Ids)[]): Example => ({ params });
const told = (param: keyof Ids, body: object | ((ids: Ids) => object)): Example => ({
  params: [param],
  body: typeof body === 'function' ? (body as (ids: Ids) => object) : () => body,
});
const because = { reason: 'проверено по ленте' };

const early = (param: keyof Ids, refusal: number, body: object = {}): Example => ({ ...told(param, body), refusal });

/** In this order: what ends a thing comes after what asks of it. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  'GET /partner/orders/:id': of('order'),
  'POST /partner/orders/:id/mark': told('order', { status: 'printed' }),
  'GET /partner/kiosks/:id': of('kiosk'),
  'GET /partner/kiosks/:id/errors': of('kiosk'),
  'POST /partner/kiosks/:id/status': told('kiosk', { status: 'inactive' }),
  'POST /partner/kiosks/:id/language': told('kiosk', { language: 'he' }),
  'POST /partner/kiosks/:id/code': told('kiosk', {}),
  'POST /partner/kiosks/:id/errors/clear': told('kiosk', {}),
  'POST /kiosk/:id/code/key': told('kiosk', {}),
  'POST /kiosk/:id/errors': told('kiosk', { code: 'B2', message: 'Paper jam' }),
  'POST /kiosk/:id/heartbeat': told('kiosk', {}),
  'GET /hq/fiscal-tasks/:id': of('task'),
  'POST /fiscal-tasks/:id/requeue': told('task', because),
  'POST /fiscal-tasks/:id/settle': told('task', { verdict: 'not_printed', ...because }),
  'POST /fiscal-tasks/:id/status': told('task', ({ task }) => ({ taskId: task, status: 'in_progress' })),
  'POST /fiscal-tasks/:id/cancel': told('task', because),
  'PATCH /fiscal-devices/:id': told('register', { name: 'Касса' }),
  'GET /fiscal-devices/:id/tokens': of('register'),
  'POST /fiscal-devices/:id/tokens': told('register', {}),
  'POST /fiscal-devices/:id/tokens/:tokenId/rotate': of('register', 'token'),
  'POST /fiscal-devices/:id/tokens/:tokenId/revoke': of('register', 'token'),
  'DELETE /fiscal-devices/:id': of('register'),
  'GET /hq/catalogue/imports/:id': of('imported'),
  'GET /hq/catalogue/imports/:id/changes': of('imported'),
  'POST /hq/catalogue/imports/:id/apply': told('imported', {}),
  'POST /hq/catalogue/imports/:id/cancel': told('imported', {}),
  'PATCH /hq/catalogue/items/:id': told('item', { ver: 0, name: 'Масло' }),
  'GET /hq/catalogue/items/:id/prices': of('item'),
  'POST /hq/catalogue/items/:id/prices': told('item', () => ({
    ver: 0,
    priceMinor: 1,
    effectiveFrom: server.clock.now + 1000,
  })),
  'POST /hq/catalogue/items/:id/prices/cancel': told('item', { ver: 0, effectiveFrom: 1 }),
  'POST /hq/alerts/:id/acknowledge': told('alert', {}),
  'POST /hq/blobs/:id/link': told('photo', {}),
  'POST /hq/sync/cases/:id/settle': told('letter', { note: 'видели' }),
  'GET /hq/kiosks/:id': of('kiosk'),
  'GET /hq/devices/:id/commands': of('kiosk'),
  'POST /hq/devices/:id/commands': told('kiosk', ({ second }) => ({ id: second, order: { kind: 'restart' } })),
  'POST /hq/commands/:id/cancel': told('command', {}),
  'PATCH /hq/shops/:id': told('shop', { name: 'Лесная' }),
  'POST /hq/users/:id/invitation': told('user', {}),
  'PATCH /hq/users/:id': told('user', { name: 'Пётр' }),
  'GET /hq/devices/:id/grants': of('kiosk'),
  'PUT /hq/devices/:id/grants': told('kiosk', ({ shop }) => ({ shopIds: [shop], lateWork: 'accept' })),
  'POST /hq/devices/:id/enrolment-code': told('other', {}),
  'POST /hq/devices/:id/revoke': told('other', {}),
  'GET /api/manager/clients/:id': of('client'),
  'PATCH /api/manager/clients/:id/profile': told('client', { name: 'Иван' }),
  'POST /api/manager/clients/:id/assign': told('client', { manager_id: null }),
  'PUT /api/manager/clients/:id/passport': told('client', { series: '4509' }),
  'POST /api/manager/clients/:id/passport/reveal': of('client'),
  'POST /api/manager/clients/:id/passport/photo/upload-url': told('client', {}),
  'POST /api/manager/clients/:id/passport/photo': {
    ...told('client', ({ client }) => ({ file_key: `clients/${client}/passport/1` })),
  },
  'DELETE /api/manager/clients/:id/passport/photo': of('client'),
  'POST /api/manager/clients/:id/devices': told('client', { device_type: 'Плита', title: 'Gorenje' }),
  'PATCH /api/manager/clients/:id/devices/:deviceId': {
    params: ['client', 'appliance'],
    body: () => ({ title: 'LG' }),
  },
  'POST /api/manager/clients/:id/devices/:deviceId/photos/upload-url': {
    params: ['client', 'appliance'],
    body: () => ({}),
  },
  'POST /api/manager/clients/:id/devices/:deviceId/photos': {
    params: ['client', 'appliance'],
    body: ({ client, appliance }) => ({ file_key: `clients/${client}/devices/${appliance}/1` }),
  },
  'DELETE /api/manager/clients/:id/devices/:deviceId/photos/:photoId': of('client', 'appliance', 'photo'),
  'DELETE /api/manager/clients/:id/devices/:deviceId': of('client', 'appliance'),
  'POST /api/manager/clients/:id/conflicts/resolve': {
    ...told('client', ({ client }) => ({
      row: 'client',
      id: client,
      field: 'comment',
      choose: { device_id: client, incarnation: 1, mid: 1 },
    })),
    refusal: 409,
  },
  'GET /api/manager/clients/:id/drafts': of('client'),
  'PUT /api/manager/clients/:id/drafts/:form': {
    params: ['client', 'form'],
    body: () => ({ typed: { city: 'Москва' }, was: {} }),
  },
  'POST /api/manager/clients/:id/tariff/calculate': told('client', {}),
  'POST /api/manager/clients/:id/tariff/apply': told('client', {}),
  'GET /api/manager/clients/:id/messages': of('client'),
  'POST /api/manager/clients/:id/contract/generate': early('client', 400),
  'POST /api/manager/clients/:id/contract/request-otp': early('client', 404),
  'POST /api/manager/clients/:id/contract/confirm': early('client', 404, { otp_code: '123456' }),
  'POST /api/manager/clients/:id/payment/confirm': early('client', 409, { amount: 1 }),
  'GET /api/support/users/:id/tickets': of('clientUser'),
  'GET /api/support/users/:id/tickets/:ticketId/messages': of('clientUser', 'ticket'),
  'POST /api/support/users/:id/messages': told('clientUser', ({ second }) => ({ id: second, body: 'Когда?' })),
};

/** What these name is the caller's own by what it is made of; the test that holds it is beside them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'GET /blob/:id': 'blobs.test.ts',
  'PATCH /blob/:id': 'blobs.test.ts',
  'GET /psp/intents/:id': 'payments.test.ts',
  'POST /psp/intents/:id/claim': 'payments.test.ts',
  'POST /psp/intents/:id/cancel': 'payments.test.ts',
  'POST /psp/intents/:id/refund': 'payments.test.ts',
  'PUT /reports/deliveries/:id': 'reports.test.ts',
  'POST /hq/reports/:id/deliveries': 'reports.test.ts',
  'POST /devices/commands/:id/result': 'test/integration/commands.test.ts',
  'GET /commands/:id/log': 'test/integration/commands.test.ts',
  'POST /kiosk/:id/code/redeem': 'kiosk.test.ts',
  'PUT /api/support/users/:id': 'support.test.ts',
  // A line of another's is a line that there is not: the caller's own first version.
  'PUT /api/manager/tariffs/:id': 'manager.test.ts',
  'GET /api/manager/clients/:id/contracts/:contract_id/pdf': 'contracts.test.ts',
  'POST /api/manager/clients/:id/invoices/:invoice_id/pay-online': 'contracts.test.ts',
  'POST /api/manager/clients/:id/billing/notify': 'contracts.test.ts',
  'GET /crypto/device-commands/:id': 'exchange-commands.test.ts',
  'POST /crypto/device-commands/:id/ack': 'exchange-commands.test.ts',
  'DELETE /crypto/pairings/:id': 'exchange-commands.test.ts',
  // One of three words, the same for everybody; what is counted behind it is of the caller's organisation.
  'POST /hq/connections/:name/check': 'connections.test.ts',
};

const nameOf = ({ method, url }: RouteEntry): string => `${method} ${url}`;
/** Who of a world asks it. */
const askerOf = (world: World, { auth = '' }: RouteEntry): Headers => {
  if (auth.includes('hq_admin')) return world.hq;
  if (auth === 'manager token') return world.desk;
  if (auth === 'client application token') return world.app;
  if (auth === 'session: partner') return world.partner;
  return auth === 'device token' ? world.device : world.agent;
};
const ask = (route: RouteEntry, example: Example, ids: Ids, by: World) => {
  const filled = example.params.reduce((url, param) => url.replace(/:\w+/, ids[param]), route.url);
  return server.app.inject({
    method: route.method as 'GET',
    url: filled,
    headers: askerOf(by, route),
    ...(example.body === undefined ? {} : { payload: example.body(ids) }),
  });
};

test('every route that names a thing has an example, or a test of its own', () => {
  const naming = server.app.routeTable.filter(
    ({ url, auth, assets }) => !assets && url.includes(':') && auth !== 'open',
  );
  const known = new Set([...Object.keys(EXAMPLES), ...Object.keys(ELSEWHERE)]);
  expect(naming.map(nameOf).filter((name) => !known.has(name))).toEqual([]);
  const there = new Set(naming.map(nameOf));
  expect([...known].filter((name) => !there.has(name))).toEqual([]);
});

test('a list says nothing of another organisation', async () => {
  const wrong: string[] = [];
  let seen = '';
  for (const route of server.app.routeTable) {
    const { method, url, auth = '', assets } = route;
    if (method !== 'GET' || url.includes(':') || url.includes('/next') || assets || auth === 'open') continue;
    const query =
      url === '/hq/catalogue' || url.endsWith('/items') || url.endsWith('/categories')
        ? `?shopId=${foreign.ids.shop}`
        : '';
    const by = askerOf(mine, route);
    const reply = await server.app.inject({ url: `${url}${query}`, headers: by });
    seen += reply.body;
    for (const [what, id] of Object.entries(foreign.ids)) {
      if (reply.statusCode < 300 && reply.body.includes(id)) wrong.push(`${url} tells of the ${what} of another`);
    }
  }
  expect(wrong).toEqual([]);
  // And the lists were not empty.
  const { ids } = mine;
  for (const id of [ids.order, ids.kiosk, ids.shop, ids.register, ids.task, ids.letter, ids.user])
    expect(seen).toContain(id);
});

test('what is somebody else’s is not there, and what is one’s own is', async () => {
  const wrong: string[] = [];
  const routes = new Map(server.app.routeTable.map((route) => [nameOf(route), route]));
  const stray = Object.values(mine.ids);
  // First the stranger, while everything is there.
  for (const [name, example] of Object.entries(EXAMPLES)) {
    const route = routes.get(name);
    if (route === undefined) continue;
    const reply = await ask(route, example, mine.ids, foreign);
    const said = reply.body.replaceAll(example.params.map((param) => mine.ids[param])[0] ?? '', '');
    // A kiosk is told that the path is not its own; an empty list is no answer about whose it is.
    const isHidden =
      reply.statusCode === 404 ||
      (reply.statusCode === 403 && name.includes(' /kiosk/')) ||
      (reply.statusCode === 200 && /^\{"\w+":\[\]\}$/.test(reply.body));
    if (!isHidden || stray.some((id) => said.includes(id)))
      wrong.push(`foreign ${name}: ${reply.statusCode} ${reply.body}`);
  }
  for (const [name, example] of Object.entries(EXAMPLES)) {
    const route = routes.get(name);
    if (route === undefined) continue;
    const reply = await ask(route, example, mine.ids, mine);
    // A state that does not allow it is known to nobody but its owner.
    if (reply.statusCode >= 300 && reply.statusCode !== 409 && reply.statusCode !== example.refusal)
      wrong.push(`own ${name}: ${reply.statusCode} ${reply.body}`);
  }
  expect(wrong).toEqual([]);
});
