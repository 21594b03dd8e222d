import { createRouterClient, ORPCError } from '@orpc/server';
import { expect, test } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { MODES } from '#shared/kernel/mode.ts';
import { createChangeBus } from '../changes.ts';
import { createMemoryLog } from '../log/log.ts';
import { streamChanges } from './changes-stream.ts';
import { createDoor } from './door.ts';
import { type CallContext, rpc } from './rpc.ts';

const context = (facts: Partial<CallContext> = {}): CallContext => ({
  mode: 'cashier',
  connectionId: 'c1',
  signedIn: () => true,
  ...facts,
});

/** The real door before the real contract of the staff, with the given handlers. */
const behindDoor = (signIn: () => never, facts: Partial<CallContext> = {}) => {
  const log = createMemoryLog();
  const outcomes: string[] = [];
  let refs = 0;
  const door = createDoor({
    log,
    newRef: () => `ref-${(refs += 1)}`,
    onCall: (procedure, outcome) => outcomes.push(`${procedure} ${outcome}`),
  });
  const guarded = rpc.use<Record<never, never>>(door);
  const router = {
    staff: {
      signIn: guarded.staff.signIn.handler(signIn),
      list: guarded.staff.list.handler(() => [{ id: 'broken' }] as never),
      current: guarded.staff.current.handler(() => ({})),
    },
    shift: { printReport: guarded.shift.printReport.handler(() => undefined) },
    visits: { current: guarded.visits.current.handler(() => null) },
  };
  return { client: createRouterClient(router, { context: context(facts) }), log, outcomes };
};

const refused = async (call: Promise<unknown>): Promise<ORPCError<string, { ref: string }>> => {
  const error: unknown = await call.then(
    () => 'it was let through',
    (fault: unknown) => fault,
  );
  if (error instanceof ORPCError) return error;
  throw new Error(`not a fault of the contract: ${String(error)}`);
};
const never = () => {
  throw new Error('the handler must not be reached');
};
const credentials = { memberId: 'm1', pin: '1234' };

test('a call of another mode is refused before its handler and its input are looked at', async () => {
  const { client, outcomes } = behindDoor(never, { mode: 'kiosk' });
  const fault = await refused(client.staff.signIn({ nonsense: true } as never));
  expect(fault).toMatchObject({ code: 'auth.forbidden', status: 403, defined: true, data: { ref: 'ref-1' } });
  expect(outcomes).toEqual(['staff.signIn auth.forbidden']);
  expect(await refused(behindDoor(never).client.visits.current())).toMatchObject({ code: 'auth.forbidden' });
});

test('what needs a member of staff asks who is signed in at every call', async () => {
  let signedIn = false;
  const { client } = behindDoor(never, { signedIn: () => signedIn });
  expect(await refused(client.shift.printReport({ id: '0190a000-0000-7000-8000-000000000001' }))).toMatchObject({
    code: 'staff.not_signed_in',
    status: 401,
  });
  signedIn = true;
  await expect(client.shift.printReport({ id: '0190a000-0000-7000-8000-000000000001' })).resolves.toBeUndefined();
});

test('an expected fault keeps its code, its issues and its facts', async () => {
  const { client } = behindDoor(() => {
    throw new AppError('staff.locked', 'locked for five minutes', { details: { retryAt: 42 } });
  });
  expect(await refused(client.staff.signIn(credentials))).toMatchObject({
    code: 'staff.locked',
    status: 429,
    defined: true,
    data: { ref: 'ref-1', params: { retryAt: 42 } },
  });
});

test('a bad input names each field and never its value', async () => {
  const { client, log } = behindDoor(never);
  const fault = await refused(client.staff.signIn({ memberId: 5, pin: 'geheim', extra: 1 } as never));
  expect(fault).toMatchObject({ code: 'app.bad_input', status: 400, defined: true });
  const { issues } = fault.data as unknown as { issues: { path: string; message: string }[] };
  expect(issues.map((issue) => issue.path)).toEqual(expect.arrayContaining(['memberId', 'pin']));
  expect(JSON.stringify([fault, log.tail()])).not.toContain('geheim');
});

test.each([
  ['an error of a library', new Error('SELECT pin FROM staff: /home/till/device.db')],
  [
    'an undeclared fault of the framework',
    new ORPCError('TEAPOT', { message: 'SELECT pin FROM staff: /home/till/device.db' }),
  ],
])('%s leaves as app.internal with a reference to its log line', async (_, thrown) => {
  const { client, log } = behindDoor(() => {
    throw thrown;
  });
  const fault = await refused(client.staff.signIn(credentials));
  expect(fault.toJSON()).toEqual({
    code: 'app.internal',
    status: 500,
    message: 'app.internal',
    defined: true,
    data: { ref: 'ref-1' },
  });
  expect(log.tail().at(-1)).toMatchObject({ level: 'error', ref: 'ref-1', procedure: 'staff.signIn' });
  expect(JSON.stringify(log.tail().at(-1))).toContain('/home/till/device.db');
});

test('an answer that its own schema refuses is a fault of ours, not of the caller', async () => {
  const { client } = behindDoor(never);
  expect(await refused(client.staff.list())).toMatchObject({ code: 'app.internal' });
});

test('modes are three, so that a fourth is not let in by a forgotten list', () => {
  expect(MODES).toEqual(['kiosk', 'cashier', 'manager']);
});

test('changes that come faster than they are read are joined, none is lost, and leaving ends the subscription', async () => {
  const changes = createChangeBus(createMemoryLog());
  const aborter = new AbortController();
  const stream = streamChanges(changes, aborter.signal);
  const first = stream.next();
  changes.emit({ collection: 'orders', ids: ['a'] });
  expect(await first).toEqual({ done: false, value: { collection: 'orders', ids: ['a'] } });
  changes.emit({ collection: 'orders', ids: ['b'] });
  changes.emit({ collection: 'visits', ids: [] });
  changes.emit({ collection: 'orders', ids: ['b', 'c'] });
  expect((await stream.next()).value).toEqual({ collection: 'orders', ids: ['b', 'c'] });
  expect((await stream.next()).value).toEqual({ collection: 'visits', ids: [] });
  for (let n = 0; n < 600; n += 1) changes.emit({ collection: 'orders', ids: [`id-${n}`] });
  expect((await stream.next()).value).toEqual({ collection: 'orders', ids: [] });
  const last = stream.next();
  aborter.abort();
  expect(await last).toEqual({ done: true, value: undefined });
});
