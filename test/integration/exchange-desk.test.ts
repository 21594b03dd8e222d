/** The desk's side of commands from a phone, at the real server, over a wire that is cut. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PASSWORD } from '#server/testing/test-app.ts';
import type { IncomingCommand } from '#shared/rpc/exchange.contract.ts';
import {
  addPerson,
  type Cut,
  createDesk,
  createExchangeServer,
  type Desk,
  type DeskOptions,
  type ExchangeServerWorld,
  type Person,
} from '#test/doubles/exchange-world.ts';

const LEASE_MS = 60_000;
const SELL = 'POST /crypto/sell';

let world: ExchangeServerWorld;
const desks: Desk[] = [];
beforeAll(async () => {
  world = await createExchangeServer();
});
afterAll(async () => {
  for (const { wire, exchange } of desks) {
    exchange.close();
    await wire.close();
  }
  await world.close();
});

const pass = (ms: number): void => {
  world.app.clock.now += ms;
};

/** A desk that listens, and its person signed in there. */
async function listening(options: DeskOptions = {}): Promise<{ desk: Desk; person: Person }> {
  world.prices.set('bitcoin', '60000');
  const person = await addPerson(world);
  const desk = await createDesk(world, options);
  desks.push(desk);
  await desk.exchange.signIn(person.email, PASSWORD);
  desk.exchange.listen(true);
  return { desk, person };
}

const sellCommand = (quantity: number, extra: object = {}) => ({
  action: 'EXECUTE_DESKTOP_SELL',
  payload: { asset_id: 'bitcoin', quantity },
  ...extra,
});

/** Begins the work and waits for its question. */
async function asked({ exchange }: Desk): Promise<{ question: IncomingCommand; done: Promise<unknown> }> {
  await exchange.loops.poll.tick();
  const done = exchange.loops.work.tick().catch((error: unknown) => error);
  const question = await vi.waitFor(() => exchange.state().incoming ?? expect.unreachable('nothing is asked'), {
    interval: 2,
    timeout: 5000,
  });
  return { question, done };
}
const previewOf = ({ effect }: IncomingCommand) => {
  if (effect.kind !== 'sell') throw new Error('no sale is asked about');
  return effect.preview;
};
const accept = ({ exchange }: Desk, question: IncomingCommand) =>
  exchange.accept(question.id, previewOf(question).previewId);

test('AC-16 a command shows what it would do and is done when a person says so', async () => {
  const { desk, person } = await listening();
  const { id } = await person.send(sellCommand(0.1));
  const { question, done } = await asked(desk);
  expect(previewOf(question)).toMatchObject({ quantity: '0.1', unitPrice: '60000', proceedsMinor: 600_000 });
  expect(await person.sales()).toEqual([]);
  accept(desk, question);
  await done;
  expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await person.sales()).toMatchObject([{ quantity: '0.1', unit_price: '60000', command_id: id }]);
  expect(desk.exchange.state().handled[0]).toMatchObject({ id, outcome: 'ACKNOWLEDGED', isTold: true });
});

test('AC-16 a rejected command fails with USER_REJECTED, and one that nobody answers expires; nothing is sold', async () => {
  const { desk, person } = await listening();
  const rejected = await person.send(sellCommand(0.1));
  const first = await asked(desk);
  desk.exchange.reject(first.question.id);
  await first.done;
  expect(await person.command(rejected.id)).toMatchObject({ status: 'FAILED', fail_reason: 'USER_REJECTED' });

  const unanswered = await person.send(sellCommand(0.1, { ttl_seconds: 60 }));
  const second = await asked(desk);
  pass(60_000);
  desk.timeCame();
  await second.done;
  expect(desk.exchange.state().incoming).toBeUndefined();
  expect(await person.command(unanswered.id)).toMatchObject({ status: 'EXPIRED' });
  expect(desk.exchange.state().handled[0]).toMatchObject({ id: unanswered.id, reason: 'EXPIRED', isTold: true });
  expect(await person.sales()).toEqual([]);
});

test('AC-16 a price that ran out is shown anew, and what was accepted before it sells nothing', async () => {
  const { desk, person } = await listening();
  await person.send(sellCommand(0.1, { ttl_seconds: 300 }));
  const { question, done } = await asked(desk);
  world.prices.set('bitcoin', '50000');
  pass(30_000);
  desk.timeCame();
  await vi.waitFor(() => {
    const { incoming } = desk.exchange.state();
    expect(incoming === undefined ? '' : previewOf(incoming).unitPrice).toBe('50000');
  });
  expect(() => accept(desk, question)).toThrow('another price');
  const shown = desk.exchange.state().incoming;
  if (shown === undefined) throw new Error('nothing is asked');
  // The price moves once more after it was seen: it is asked about again, not sold at another.
  world.prices.set('bitcoin', '49000');
  accept(desk, shown);
  await vi.waitFor(() => {
    const { incoming } = desk.exchange.state();
    expect(incoming === undefined ? '' : previewOf(incoming).unitPrice).toBe('49000');
  });
  expect(await person.sales()).toEqual([]);
  desk.exchange.reject(shown.id);
  await done;
});

test('AC-17 within the limit nothing is asked; above it a person is', async () => {
  const { desk, person } = await listening({ autoConfirm: { isOn: true, maxMinor: 50_000 } });
  const small = await person.send(sellCommand(0.005));
  await desk.round();
  expect(await person.command(small.id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await person.sales()).toHaveLength(1);
  await person.send(sellCommand(0.1));
  const { question, done } = await asked(desk);
  expect(question.effect).toMatchObject({ kind: 'sell', isAboveLimit: true, preview: { proceedsMinor: 600_000 } });
  desk.exchange.reject(question.id);
  await done;
  expect(await person.sales()).toHaveLength(1);
});

const AUTO: DeskOptions = { autoConfirm: { isOn: true, maxMinor: 100_000_000 } };

test('AC-18 an ack that is lost is sent again when the command comes again; it is sold once', async () => {
  const { desk, person } = await listening(AUTO);
  const { id } = await person.send(sellCommand(0.1, { ttl_seconds: 600 }));
  desk.wire.cut = (call) => (call.endsWith('/ack') ? 'unreachable' : undefined);
  await desk.round().catch(() => undefined);
  expect(await person.command(id)).toMatchObject({ status: 'DELIVERED' });
  desk.wire.cut = () => undefined;
  pass(LEASE_MS);
  await desk.round();
  expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await person.sales()).toHaveLength(1);
  expect(desk.wire.seen.filter((call) => call === SELL)).toHaveLength(1);
});

test.each<[string, Cut]>([
  ['before it arrived', 'unreachable'],
  ['after it was sold', 'no_answer'],
])(
  'AC-19 a sale whose answer was lost %s is asked for again by its key after a restart: one sale',
  async (_when, cut) => {
    const { desk, person } = await listening(AUTO);
    const { id } = await person.send(sellCommand(0.1, { ttl_seconds: 600 }));
    desk.wire.cut = (call) => (call === SELL ? cut : undefined);
    await desk.round().catch(() => undefined);
    desk.wire.cut = () => undefined;
    const again = await desk.restart();
    pass(LEASE_MS);
    await again.round();
    await again.round();
    expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
    expect(await person.sales()).toMatchObject([{ quantity: '0.1', command_id: id }]);
  },
);

test('AC-19 a command whose time is over after the restart sells nothing more, and what was sold is known', async () => {
  for (const [cut, sales] of [
    ['unreachable', 0],
    ['no_answer', 1],
  ] as const) {
    const { desk, person } = await listening(AUTO);
    const { id } = await person.send(sellCommand(0.1, { ttl_seconds: 60 }));
    desk.wire.cut = (call) => (call === SELL ? cut : undefined);
    await desk.round().catch(() => undefined);
    desk.wire.cut = () => undefined;
    pass(10 * LEASE_MS);
    const again = await desk.restart();
    await again.round();
    expect(await person.sales()).toHaveLength(sales);
    expect(again.exchange.state().handled[0]).toMatchObject(
      sales === 1 ? { outcome: 'ACKNOWLEDGED', isTold: true } : { outcome: 'FAILED', reason: 'EXPIRED', isTold: true },
    );
    expect(await person.command(id)).toMatchObject({ status: sales === 1 ? 'ACKNOWLEDGED' : 'EXPIRED' });
  }
});

test('AC-22 what is not understood fails with its reason, and the next command is done', async () => {
  const { desk, person } = await listening(AUTO);
  const format = await person.send({ action: 'FORMAT_DISK' });
  const empty = await person.send({ action: 'EXECUTE_DESKTOP_SELL', payload: { quantity: 0.1 } });
  const tooMuch = await person.send(sellCommand(7));
  const good = await person.send(sellCommand(0.1));
  await desk.round();
  expect(await person.command(format.id)).toMatchObject({ status: 'FAILED', fail_reason: 'UNSUPPORTED_ACTION' });
  expect(await person.command(empty.id)).toMatchObject({ status: 'FAILED', fail_reason: 'INVALID_PAYLOAD' });
  expect(await person.command(tooMuch.id)).toMatchObject({
    status: 'FAILED',
    fail_reason: 'exchange.quantity_exceeds_available',
  });
  expect(await person.command(good.id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await person.sales()).toHaveLength(1);
});

/** As a phone: types the code that the desk shows. */
async function pair(desk: Desk, person: Person): Promise<void> {
  const { code } = await desk.exchange.pair();
  await person.call('POST', '/crypto/pairings', { code });
}
const loginCommand = async (desk: Desk, person: Person) => {
  const target_device_id = desk.deviceId;
  const { login_ticket } = await person.call<{ login_ticket: string }>('POST', '/crypto/login-tickets', {
    target_device_id,
  });
  return { action: 'LOGIN_ON_DESKTOP', payload: { login_ticket }, target_device_id };
};

test('AC-23 a ticket from the phone signs the desk in once; another person is asked about first', async () => {
  const desk = await createDesk(world, { isEnrolled: true });
  desks.push(desk);
  const [anna, boris] = [await addPerson(world), await addPerson(world)];
  await pair(desk, anna);
  const command = await loginCommand(desk, anna);
  const first = await anna.send(command);
  await desk.round();
  expect(desk.exchange.state().user?.email).toBe(anna.email);
  expect(await anna.command(first.id)).toMatchObject({ status: 'ACKNOWLEDGED' });

  await desk.exchange.signOut();
  const used = await anna.send(command);
  await desk.round();
  expect(await anna.command(used.id)).toMatchObject({ status: 'FAILED', fail_reason: 'TICKET_INVALID' });
  const late = await anna.send(await loginCommand(desk, anna));
  pass(59_999);
  const old = await loginCommand(desk, anna);
  pass(61_000);
  const over = await anna.send(old);
  await desk.round();
  expect(await anna.command(late.id)).toMatchObject({ status: 'EXPIRED' });
  expect(await anna.command(over.id)).toMatchObject({ status: 'FAILED', fail_reason: 'TICKET_INVALID' });
  expect(desk.exchange.state().user).toBeUndefined();

  await desk.exchange.signIn(anna.email, PASSWORD);
  await pair(desk, boris);
  const switching = await boris.send(await loginCommand(desk, boris));
  desk.exchange.hear();
  const { question, done } = await asked(desk);
  expect(question.effect).toEqual({ kind: 'switch_user', from: anna.email });
  desk.exchange.accept(question.id, undefined);
  await done;
  expect(desk.exchange.state().user?.email).toBe(boris.email);
  expect(await boris.command(switching.id)).toMatchObject({ status: 'ACKNOWLEDGED' });
});

test('a wallet is of whoever stood at the till when it was opened: it outlives a lock, and not another person', async () => {
  const desk = await createDesk(world);
  desks.push(desk);
  const person = await addPerson(world);
  const wish = { assetId: 'bitcoin', amount: { by: 'quantity', quantity: '0.1' } } as const;
  desk.stands('ivanov');
  await desk.exchange.signIn(person.email, PASSWORD);
  desk.stands(undefined);
  desk.stands('ivanov');
  expect(desk.exchange.state().user?.email).toBe(person.email);

  desk.stands('petrova');
  expect(desk.exchange.state().user).toBeUndefined();
  await expect(desk.exchange.preview(wish)).rejects.toMatchObject({ code: 'exchange.sign_in_needed' });

  // The plug was pulled, and somebody else begins the day.
  await desk.exchange.signIn(person.email, PASSWORD);
  const next = await desk.restart();
  desks.push(next);
  expect(next.exchange.state().user?.email).toBe(person.email);
  next.stands('ivanov');
  expect(next.exchange.state().user).toBeUndefined();
  expect(await person.sales()).toEqual([]);
});

test('a wallet that a phone opened while nobody stood there is of whoever comes first', async () => {
  const desk = await createDesk(world, { isEnrolled: true });
  desks.push(desk);
  const person = await addPerson(world);
  await pair(desk, person);
  await person.send(await loginCommand(desk, person));
  await desk.round();
  desk.stands('ivanov');
  await vi.waitFor(() => expect(desk.exchange.state().user?.email).toBe(person.email));
  desk.stands('petrova');
  await vi.waitFor(() => expect(desk.exchange.state().user).toBeUndefined());
});

test('a code that a phone has typed goes away and the desk says whose phone it is, until it is let go', async () => {
  const desk = await createDesk(world, { isEnrolled: true });
  desks.push(desk);
  const person = await addPerson(world);
  const { code } = await desk.exchange.pair();
  await desk.round();
  expect(desk.exchange.state()).toMatchObject({ pairing: { code } });
  expect(desk.exchange.state().pairedWith).toBeUndefined();
  await person.call('POST', '/crypto/pairings', { code });
  await desk.round();
  expect(desk.exchange.state().pairing).toBeUndefined();
  expect(desk.exchange.state().pairedWith).toEqual({ name: 'Анна Смирнова' });
  await desk.exchange.pair();
  await desk.round();
  expect(desk.exchange.state()).toMatchObject({ pairing: {}, pairedWith: { name: 'Анна Смирнова' } });
  desk.exchange.listen(false);
  expect(desk.exchange.state().pairing).toBeUndefined();

  desk.exchange.listen(true);
  await person.call('DELETE', `/crypto/pairings/${desk.deviceId}`);
  desk.exchange.hear();
  await desk.round();
  expect(desk.exchange.state().pairedWith).toBeUndefined();
});

test('AC-24 the dashboard opens for who is signed in; without anybody it fails as NOT_AUTHENTICATED', async () => {
  const desk = await createDesk(world, { isEnrolled: true });
  desks.push(desk);
  const person = await addPerson(world);
  await pair(desk, person);
  const nobody = await person.send({ action: 'OPEN_DESKTOP_DASHBOARD', target_device_id: desk.deviceId });
  await desk.round();
  expect(await person.command(nobody.id)).toMatchObject({ status: 'FAILED', fail_reason: 'NOT_AUTHENTICATED' });
  expect(desk.exchange.state().opened).toBeUndefined();
  await person.send(await loginCommand(desk, person));
  await desk.round();
  const { id } = await person.send({ action: 'OPEN_DESKTOP_DASHBOARD', target_device_id: desk.deviceId });
  await desk.round();
  expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(desk.exchange.state().opened?.commandId).toBe(id);
  expect((await desk.exchange.dashboard()).value).toMatchObject({ balanceMinor: 3_100_000, pnlMinor: 1_000_000 });
});

test('AC-25 signing out ends the session at the server, and here even when nobody answers', async () => {
  const { desk } = await listening();
  expect(await desk.exchange.signOut()).toBe(true);
  expect(desk.exchange.state().user).toBeUndefined();
  await expect(desk.exchange.overview()).rejects.toMatchObject({ code: 'exchange.sign_in_needed' });
  const { desk: cut } = await listening();
  cut.wire.cut = () => 'unreachable';
  expect(await cut.exchange.signOut()).toBe(false);
  expect(cut.exchange.state().user).toBeUndefined();
  expect((await cut.restart()).exchange.state().user).toBeUndefined();
});

test('AC-26 a session that is over stops the asking until somebody signs in again', async () => {
  const { desk, person } = await listening(AUTO);
  // Over at the server, as after its time.
  await world.app.db.execute('UPDATE exchange_sessions SET revoked_at = 1');
  await expect(desk.exchange.loops.poll.tick()).rejects.toMatchObject({ code: 'exchange.sign_in_needed' });
  expect(desk.exchange.state()).toMatchObject({ isSessionOver: true, isListening: true });
  const before = desk.wire.seen.length;
  for (let minute = 0; minute < 10; minute += 1) {
    pass(60_000);
    await desk.round();
  }
  expect(desk.wire.seen.length).toBe(before);
  await desk.exchange.signIn(person.email, PASSWORD);
  expect(desk.exchange.state()).toMatchObject({ isSessionOver: false, user: { email: person.email } });
  await desk.round();
});

test('AC-27 with the network gone nothing is sold or kept to be sold; what was seen stays readable, and it goes on after', async () => {
  const { desk, person } = await listening();
  const seen = await desk.exchange.overview();
  await desk.exchange.transactions();
  desk.wire.cut = () => 'unreachable';
  const wish = { assetId: 'bitcoin', amount: { by: 'quantity', quantity: '0.1' } } as const;
  await expect(desk.exchange.preview(wish)).rejects.toMatchObject({ code: 'device.server_unreachable' });
  await expect(desk.exchange.execute('key-1', wish, undefined)).rejects.toMatchObject({
    code: 'device.server_unreachable',
  });
  await expect(desk.exchange.loops.poll.tick()).rejects.toMatchObject({ code: 'device.server_unreachable' });
  expect(desk.exchange.state()).toMatchObject({ link: 'unreachable', isListening: true });
  expect(await desk.exchange.overview()).toEqual({
    ...seen,
    isFresh: false,
    fault: 'device.server_unreachable',
  });
  expect(await desk.exchange.transactions()).toMatchObject({ isFresh: false });
  pass(600_000);
  desk.wire.cut = () => undefined;
  await desk.round();
  expect(desk.exchange.state().link).toBe('ok');
  expect(await person.sales()).toEqual([]);
});

test('AC-28 whether it is too late is the server to tell: a clock ten minutes behind or ahead changes nothing', async () => {
  for (const skewMs of [-600_000, 600_000]) {
    const { desk, person } = await listening();
    desk.skewMs = skewMs;
    const { id } = await person.send(sellCommand(0.1));
    const { question, done } = await asked(desk);
    expect(desk.exchange.state().clockOffsetMs).toBe(-skewMs);
    accept(desk, question);
    await done;
    expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
    await person.send(sellCommand(0.1));
    const late = await asked(desk);
    // Nobody was there, and the device was off: only the server's word makes it too late.
    const again = await desk.restart();
    again.skewMs = skewMs;
    await again.exchange.loops.work.tick();
    expect(again.exchange.state().handled).toHaveLength(1);
    pass(60_000);
    await again.round();
    expect(again.exchange.state().handled[0]).toMatchObject({ id: late.question.id, reason: 'EXPIRED' });
    desk.exchange.close();
    await late.done;
  }
});

test('a form that the phone asked for is sold by what the person at the desk chose, and the phone is told', async () => {
  const { desk, person } = await listening();
  const payload = { preferred_asset_id: 'bitcoin', suggested_quantity: '0.2' };
  const { id } = await person.send({ action: 'REQUEST_DESKTOP_SELL', payload });
  const { question, done } = await asked(desk);
  expect(question.effect).toEqual({ kind: 'form', assetId: 'bitcoin', quantity: '0.2' });
  const wish = { assetId: 'bitcoin', amount: { by: 'usd', amountMinor: 60_000 } } as const;
  const { previewId } = await desk.exchange.preview(wish);
  expect(await desk.exchange.executeForm(id, wish, previewId)).toMatchObject({
    receivedMinor: 60_000,
    quantity: '0.01',
  });
  await done;
  expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await person.sales()).toHaveLength(1);
});
