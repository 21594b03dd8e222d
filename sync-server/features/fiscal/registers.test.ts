import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqRegister, HqRegisters, MyRegister } from '#shared/hq/fiscal.api.ts';
import { createTestApp, enrolledDevice, type TestApp } from '../../testing/test-app.ts';
import { DOCUMENT, type FiscalDesk, openFiscalDesk, SALE, TASK_ID, UNREACHABLE } from '../../testing/test-fiscal.ts';

let server: TestApp;
let desk: FiscalDesk;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  desk = await openFiscalDesk(server);
});

const wanted = (change: Record<string, unknown> = {}) => ({
  id: 'kkt-3',
  name: 'АТОЛ 27Ф у окна',
  shopId: desk.organization.shopId,
  kktIp: '192.168.0.10',
  kktPort: 5555,
  taxationSystem: 'usn_income',
  operatorName: 'Петрова А.',
  operatorVatin: '123456789047',
  ...change,
});
const create = (change: Record<string, unknown> = {}) => desk.send('POST', '/fiscal-devices', wanted(change));
const change = (set: Record<string, unknown>, id = 'kkt-3') => desk.send('PATCH', `/fiscal-devices/${id}`, set);
const archive = (id = 'kkt-3') => desk.send('DELETE', `/fiscal-devices/${id}`);
const registers = async () => HqRegisters.parse((await desk.send('GET', '/fiscal-devices')).json()).registers;
const register = async (id: string) => (await registers()).find((one) => one.id === id);

test('a register is made, listed, changed, and every step is on record', async () => {
  const made = await create({ kktIp: ' KKT-3.Shop.Local ' });
  expect(made.statusCode).toBe(201);
  expect(HqRegister.parse(made.json())).toEqual({
    ...wanted({ kktIp: 'kkt-3.shop.local' }),
    shopName: 'Лесная',
    createdAt: server.clock.now,
    online: false,
    tokens: 0,
    queue: { waiting: 0, inProgress: 0, stale: 0, uncertain: 0 },
  });
  expect((await registers()).map(({ id }) => id).toSorted()).toEqual(['fd-1', 'fd-2', 'kkt-3']);
  const changed = await change({ name: 'У двери', kktPort: 5560, operatorVatin: null });
  expect(changed.json()).toMatchObject({ id: 'kkt-3', name: 'У двери', kktPort: 5560, kktIp: 'kkt-3.shop.local' });
  expect(changed.json()).not.toHaveProperty('operatorVatin');
  expect((await desk.events()).filter(({ entityType }) => entityType === 'register')).toMatchObject([
    { event: 'REGISTER_CREATED', entityId: 'kkt-3', actorId: desk.hq.userId },
    { event: 'REGISTER_CHANGED', details: { fields: ['name', 'kktPort', 'operatorVatin'] } },
  ]);
});

test.each([
  ['id', { id: 'касса' }],
  ['id', { id: 'mine' }],
  ['name', { name: '  ' }],
  ['shopId', { shopId: 'x' }],
  ['shopId', { shopId: crypto.randomUUID() }],
  ['kktIp', { kktIp: '192.168.0.999' }],
  ['kktIp', { kktIp: 'http://10.0.0.1' }],
  ['kktIp', { kktIp: '-bad.local' }],
  ['kktPort', { kktPort: 0 }],
  ['kktPort', { kktPort: 65_536 }],
  ['taxationSystem', { taxationSystem: 'usn' }],
  ['operatorName', { operatorName: '' }],
  ['operatorVatin', { operatorVatin: '123456789048' }],
  ['operatorVatin', { operatorVatin: '7707083893' }],
])('a wrong %s is named: %j', async (path, wrong) => {
  expect((await create(wrong)).json()).toMatchObject({ status: 400, code: 'app.bad_input', issues: [{ path }] });
  if (path === 'id') return;
  expect((await change(wrong, 'fd-1')).json()).toMatchObject({ status: 400, issues: [{ path }] });
  expect(await register('kkt-3')).toBeUndefined();
});

test.each(['192.168.0.10', '::1', 'fe80::1', 'kkt', 'kkt-1.shop.local'])('%s is an address', async (kktIp) => {
  expect((await create({ kktIp })).statusCode).toBe(201);
});

test('a name and an address are each for one register', async () => {
  await create();
  expect((await create({ kktPort: 5570 })).json()).toMatchObject({
    status: 409,
    code: 'fiscal.device_exists',
    issues: [{ path: 'id' }],
  });
  const taken = { status: 409, code: 'fiscal.address_taken', issues: [{ path: 'kktIp' }] };
  expect((await create({ id: 'kkt-4' })).json()).toMatchObject(taken);
  expect((await change({ kktIp: '127.0.0.1', kktPort: 5556 })).json()).toMatchObject(taken);
  // Its own address is no other register's.
  expect((await change({ kktIp: '192.168.0.10', name: 'То же' })).statusCode).toBe(200);
  const atOnce = await Promise.all(['a', 'b', 'c'].map((id) => create({ id, kktPort: 6000 })));
  expect(atOnce.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
});

test('out of service: no new tasks, no token, no change; its address is free and its history stays', async () => {
  await create();
  const token = (await desk.send('POST', '/fiscal-devices/kkt-3/tokens')).json<{ token: string }>().token;
  const agent = { headers: { authorization: `Bearer ${token}` } };
  const task = { ...SALE, fiscalDeviceId: 'kkt-3' };
  await desk.post(task, agent);
  await desk.next(agent, 'kkt-3');
  expect((await archive()).json()).toMatchObject({ status: 409, code: 'fiscal.device_in_use' });
  await desk.report({ status: 'done', fiscal: DOCUMENT }, { ...desk.t1, ...agent });
  expect([(await archive()).statusCode, (await archive()).statusCode]).toEqual([204, 204]);
  expect((await desk.next(agent, 'kkt-3')).statusCode).toBe(401);
  const gone = { status: 409, code: 'fiscal.device_archived' };
  expect((await desk.post({ ...task, taskId: crypto.randomUUID() }, desk.hq)).json()).toMatchObject(gone);
  expect((await desk.post(task, desk.hq)).statusCode).toBe(200);
  expect((await change({ name: 'x' })).json()).toMatchObject(gone);
  expect((await desk.send('POST', '/fiscal-devices/kkt-3/tokens')).json()).toMatchObject(gone);
  expect((await create({ id: 'kkt-4' })).statusCode).toBe(201);
  expect(await register('kkt-3')).toMatchObject({ archivedAt: server.clock.now, tokens: 0, online: false });
  expect((await registers()).at(-1)?.id).toBe('kkt-3');
  expect((await desk.send('GET', `/hq/fiscal-tasks/${TASK_ID}`)).json()).toMatchObject({ task: { status: 'done' } });
  expect((await desk.events()).filter(({ event }) => event === 'REGISTER_ARCHIVED')).toHaveLength(1);
});

test.each([
  ['waits', async () => undefined],
  ['waits for its retry', () => desk.next().then(() => desk.report(UNREACHABLE))],
  ['is in doubt', () => desk.next().then(() => desk.report({ status: 'error', uncertain: true }))],
])('a register whose task %s stays in service', async (_, come) => {
  await desk.post();
  await come();
  expect((await archive('fd-1')).json()).toMatchObject({ status: 409, code: 'fiscal.device_in_use' });
});

test('a failed task of a register out of service is not requeued', async () => {
  await desk.post();
  await desk.next();
  await desk.report({ status: 'error', error: 'ФН заполнен' });
  expect((await archive('fd-1')).statusCode).toBe(204);
  expect((await desk.act('requeue')).json()).toMatchObject({ status: 409, code: 'fiscal.device_archived' });
});

test('a register shows who drives it, when it was last heard of, and what waits for it', async () => {
  await desk.post(SALE, desk.hq);
  expect(await register('fd-1')).toMatchObject({ online: false, tokens: 1, queue: { waiting: 1 } });
  await desk.next();
  expect(await register('fd-1')).toMatchObject({
    online: true,
    lastSeenAt: server.clock.now,
    queue: { waiting: 0, inProgress: 1, stale: 0, uncertain: 0 },
  });
  server.clock.now += 120_001;
  expect(await register('fd-1')).toMatchObject({ online: false, queue: { inProgress: 1, stale: 1 } });
  await desk.report({ status: 'in_progress', uncertain: true });
  expect(await register('fd-1')).toMatchObject({ online: true, queue: { stale: 0, uncertain: 1 } });
  await enrolledDevice(server, desk.organization, { fiscalDeviceId: 'fd-2' });
  expect(await register('fd-2')).toMatchObject({ deviceName: 'Касса 1', online: true });
});

test('what a register says of itself is shown as it was said last, by our clock', async () => {
  const report = {
    ageMs: 4000,
    kktSerial: '00106700000001',
    fnNumber: '9999078902001234',
    fnValidUntil: server.clock.now + 20 * 86_400_000,
    unsentDocuments: 3,
    unsentSince: server.clock.now - 3_600_000,
    shift: { state: 'open', number: 12, leftMs: 7_200_000 },
    aMemberOfTomorrow: true,
  };
  const tell = (said: object, by: { headers: Record<string, string> } = desk.t1) =>
    desk.send('POST', '/fiscal-devices/mine/state', said, by);
  expect((await register('fd-1'))?.state).toBeUndefined();
  expect((await tell(report)).statusCode).toBe(204);
  expect((await register('fd-1'))?.state).toEqual({
    at: server.clock.now - 4000,
    kktSerial: report.kktSerial,
    fnNumber: report.fnNumber,
    fnValidUntil: report.fnValidUntil,
    unsentDocuments: 3,
    unsentSince: report.unsentSince,
    shiftState: 'open',
    shiftNumber: 12,
    shiftEndsAt: server.clock.now + 7_200_000,
  });
  expect((await register('fd-2'))?.state).toBeUndefined();
  const { fnValidUntil: _, unsentSince: __, ...closed } = report;
  await tell({ ...closed, unsentDocuments: 0, shift: { state: 'closed', number: 12 } });
  expect((await register('fd-1'))?.state).toEqual({
    at: server.clock.now - 4000,
    kktSerial: report.kktSerial,
    fnNumber: report.fnNumber,
    unsentDocuments: 0,
    shiftState: 'closed',
    shiftNumber: 12,
  });
  const unbound = await enrolledDevice(server, desk.organization);
  expect((await tell(report, unbound)).json()).toMatchObject({ status: 404, code: 'fiscal.device_not_found' });
  expect((await tell({ ...report, ageMs: -1 })).statusCode).toBe(400);
});

test('a token alone is enough to learn the register: an agent of a stranger, and a device of ours', async () => {
  const device = await enrolledDevice(server, desk.organization, { fiscalDeviceId: 'fd-2' });
  const mine = (by: { headers: Record<string, string> }) => desk.send('GET', '/fiscal-devices/mine', undefined, by);
  expect(MyRegister.parse((await mine(desk.t1)).json())).toEqual({
    fiscalDeviceId: 'fd-1',
    name: 'fd-1',
    kkt: { ip: '127.0.0.1', port: 5555 },
    operator: { name: 'Кассир Иванов И.', vatin: '123456789047' },
    taxationSystem: 'osn',
  });
  expect((await mine(device)).json()).toMatchObject({ fiscalDeviceId: 'fd-2', kkt: { port: 5556 } });
  const unbound = await enrolledDevice(server, desk.organization);
  expect((await mine(unbound)).json()).toMatchObject({ status: 404, code: 'fiscal.device_not_found' });
  expect((await mine(desk.hq)).statusCode).toBe(401);
});
