import { beforeEach, expect, test } from 'vitest';
import { freeCodes, kioskLedger } from '#main/domains/kiosk/kiosk.tables.ts';
import { codeHash } from '#node/code-hash.ts';
import type { FreeCode } from '#shared/kiosk/kiosk.schema.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { ANNA, type CounterWorld, createCounterWorld } from '#test/doubles/counter-world.ts';
import { createPaymentWatch } from './payments.service.ts';
import { createDevProvider } from './provider.ts';

const MINUTE = 60_000;
const BY_HAND = createDevProvider({ autoConfirmDelayMs: 2000, manualMode: true });

let world: CounterWorld;
let visitId: string;
const begin = () => {
  visitId = world.visits.start({ kind: 'diagnostics', language: 'ru' }).id;
};
beforeEach(() => {
  world = createCounterWorld({ provider: BY_HAND });
  begin();
});

/** As a pull would bring it. */
const bring = (code: string, type: FreeCode['type'] = 'cash', change: Partial<FreeCode> = {}): string => {
  const { deviceId } = world.sync.writer();
  const id = world.core.newId();
  const fields: FreeCode = {
    id,
    deviceId,
    hash: codeHash('ab'.repeat(32), deviceId, code),
    type,
    issuedAt: world.core.now(),
    expiresAt: world.core.now() + 60 * 24 * 60 * MINUTE,
    ...change,
  };
  world.core.db
    .insert(freeCodes)
    .values({ id, scope: `device:${deviceId}`, ver: 1, fields })
    .run();
  return id;
};
const codes = () =>
  world.core.db
    .select()
    .from(freeCodes)
    .all()
    .map(({ fields }) => fields);
const ledger = () =>
  world.core.db
    .select()
    .from(kioskLedger)
    .all()
    .map(({ fields: { kind, amountMinor } }) => [kind, amountMinor]);
const pay = (code: string) => world.payments.payByCode(visitId, code);
const watch = () => createPaymentWatch(world.payments, { intervalMs: 500, log: quietLog }).tick();
const refusal = (code: string, details: object = {}) => ({ code, details: expect.objectContaining(details) });
/** The same disk and clock, another life of the program. */
const restart = () => {
  const { codeKey, isOnline, pulledAt } = world.state;
  world = createCounterWorld({ provider: BY_HAND, left: world.core });
  Object.assign(world.state, { codeKey, isOnline, pulledAt });
};

test('AP-18, AP-24 offline: a cash code is cash with its receipt, and the debt of what it paid for', async () => {
  bring('0042');
  const intent = await pay('0042');
  expect(intent).toMatchObject({ status: 'confirmed', provider: 'code', amountMinor: 48_000 });
  expect(codes()).toMatchObject([{ consumedAt: world.core.now(), redemptionId: intent.id }]);
  expect(ledger()).toEqual([['code_cash', 48_000]]);
  const { order, payments } = world.orders.get(intent.orderId ?? '');
  expect(order.status).toBe('paid');
  expect(payments).toMatchObject([{ id: intent.id, method: 'cash', provider: 'code' }]);
  expect(world.receipts()).toMatchObject([{ receipt: { payments: [{ type: 'cash', sumMinor: 48_000 }] } }]);
  world.visits.finish(visitId, 'completed');
  await watch();
  begin();
  await expect(pay('0042')).rejects.toMatchObject(refusal('codes.already_used', { attemptsLeft: 4 }));
  expect(ledger()).toHaveLength(1);
});

test('AP-18 a code of amends is nobody’s money: no debt and no receipt, the service all the same', async () => {
  bring('4821', 'error');
  const { orderId } = await pay('4821');
  expect(world.orders.get(orderId ?? '')).toMatchObject({
    order: { status: 'paid' },
    payments: [{ method: 'free_code' }],
  });
  expect(world.receipts()).toEqual([]);
  expect(ledger()).toEqual([]);
});

test('a round that was not given frees its code, takes the debt back and returns the receipt; once', async () => {
  for (const type of ['cash', 'error'] as const) bring(type === 'cash' ? '1111' : '2222', type);
  await pay('1111');
  await world.payments.giveBack(visitId);
  await watch();
  expect(ledger()).toEqual([
    ['code_cash', 48_000],
    ['code_returned', 48_000],
  ]);
  expect(world.receipts().map(({ type }) => type)).toEqual(['sale', 'refund']);
  begin();
  await pay('2222');
  await world.payments.giveBack(visitId);
  await watch();
  expect(world.receipts()).toHaveLength(2);
  expect(codes().filter(({ redemptionId }) => redemptionId !== undefined)).toEqual([]);
  begin();
  expect(await pay('1111')).toMatchObject({ status: 'confirmed' });
});

test('AP-22 offline: five wrong codes in five minutes close the pad for the right one too, over a restart', async () => {
  bring('4821');
  for (const wrong of ['0000', '0001', '0002', '0003', '0004']) {
    world.core.advance(1000);
    await expect(pay(wrong)).rejects.toMatchObject({ code: 'codes.need_connection' });
  }
  restart();
  const retryAt = world.core.now() - 4000 + 5 * MINUTE;
  await expect(pay('4821')).rejects.toMatchObject(refusal('codes.locked', { retryAt }));
  world.core.advance(5 * MINUTE - 4000);
  expect(await pay('4821')).toMatchObject({ status: 'confirmed' });
});

test('AP-22 online a code that nobody knows is wrong, and says how many are left', async () => {
  world.state.isOnline = true;
  await expect(pay('0000')).rejects.toMatchObject(refusal('codes.invalid', { attemptsLeft: 4 }));
  await expect(pay('0001')).rejects.toMatchObject(refusal('codes.invalid', { attemptsLeft: 3 }));
  // Two at once count as two.
  await Promise.allSettled(['0002', '0003', '0004', '0005'].map(pay));
  await expect(pay('0006')).rejects.toMatchObject({ code: 'codes.locked' });
  expect(await world.metric('codes_refused_total')).toMatchObject({ invalid: 5 });
});

test('AP-25 offline, code issued after the last sync: not a wrong one once it has come', async () => {
  for (const code of ['4821', '4822', '4823', '4824', '4825']) {
    await expect(pay(code)).rejects.toMatchObject({ code: 'codes.need_connection' });
  }
  await expect(pay('4821')).rejects.toMatchObject({ code: 'codes.locked' });
  world.core.advance(1000);
  for (const code of ['4821', '4822']) bring(code);
  world.state.pulledAt = world.core.now();
  expect(await pay('4821')).toMatchObject({ status: 'confirmed' });
  // Three of the five were wrong indeed.
  world.visits.finish(visitId, 'completed');
  begin();
  world.state.isOnline = true;
  await expect(pay('9999')).rejects.toMatchObject(refusal('codes.invalid', { attemptsLeft: 1 }));
});

test('online a code that has only just been given out is fetched', async () => {
  world.state.isOnline = true;
  world.state.onPull = () => void bring('7777');
  expect(await pay('7777')).toMatchObject({ status: 'confirmed' });
});

test('AP-26 a code that is over is wrong, with or without a network', async () => {
  bring('4821', 'cash', { expiresAt: world.core.now() });
  await expect(pay('4821')).rejects.toMatchObject(refusal('codes.invalid', { attemptsLeft: 4 }));
});

test('a kiosk that never had its key cannot tell a code, so nothing is counted', async () => {
  world.state.codeKey = undefined;
  for (let n = 0; n < 9; n += 1) await expect(pay('4821')).rejects.toMatchObject({ code: 'codes.need_connection' });
  expect((await world.payments.means()).code).toBe(false);
});

test('a code in place of the bank’s: that is given up; money that was faster keeps the code whole', async () => {
  bring('4821');
  bring('4822');
  const atBank = await world.payments.createIntent(visitId);
  expect(await pay('4821')).toMatchObject({ provider: 'code', status: 'confirmed' });
  expect(await world.payments.intent(atBank.id)).toMatchObject({ status: 'cancelled' });
  world.visits.finish(visitId, 'completed');
  begin();
  const second = await world.payments.createIntent(visitId);
  await world.payments.confirmByHand(second.id);
  expect(await pay('4822')).toMatchObject({ id: second.id, provider: 'dev' });
  expect(codes().filter(({ consumedAt }) => consumedAt !== undefined)).toHaveLength(1);
});

test('a power cut after the code was spent and before it was said: paid all the same', async () => {
  bring('4821');
  world.state.queueFails = true;
  await expect(pay('4821')).rejects.toThrow('the disk is full');
  expect(codes()).toMatchObject([{ redemptionId: expect.any(String) }]);
  restart();
  await watch();
  expect(await world.payments.payByCode(visitId, '4821').catch((error: { code: string }) => error.code)).toBe(
    'codes.already_used',
  );
  expect(await world.payments.createIntent(visitId)).toMatchObject({ provider: 'code', status: 'confirmed' });
  expect(ledger()).toEqual([['code_cash', 48_000]]);
  expect(world.receipts()).toHaveLength(1);
});

test('AP-29 online payment uses no code', async () => {
  const { id } = await world.payments.createIntent(visitId);
  await world.payments.confirmByHand(id);
  expect(codes()).toEqual([]);
  expect(ledger()).toEqual([]);
});

test('the attendant takes the money and says so: the receipt is theirs, in the tender they took', async () => {
  const { id, orderId } = await world.payments.payAtDesk(visitId);
  expect(await world.payments.payAtDesk(visitId)).toMatchObject({ id });
  const taken = { id, memberId: ANNA.id, tender: 'card' as const };
  await expect(world.payments.confirmAtDesk({ ...taken, pin: '0000' })).rejects.toMatchObject({
    code: 'staff.pin_wrong',
  });
  expect(world.receipts()).toEqual([]);
  expect(await world.payments.confirmAtDesk({ ...taken, pin: '1234' })).toMatchObject({ status: 'confirmed' });
  expect(await world.payments.confirmAtDesk({ ...taken, pin: '1234' })).toMatchObject({ status: 'confirmed' });
  expect(world.orders.get(orderId ?? '').payments).toMatchObject([{ method: 'card', provider: 'cashdesk' }]);
  expect(world.receipts()).toMatchObject([
    { operator: { name: ANNA.name }, receipt: { payments: [{ type: 'card', sumMinor: 48_000 }] } },
  ]);
  await world.payments.giveBack(visitId);
  await watch();
  expect(world.receipts()).toMatchObject([{ type: 'sale' }, { type: 'refund' }]);
});

test('a guest who went from the attendant to the bank owes the attendant nothing', async () => {
  const atDesk = await world.payments.payAtDesk(visitId);
  const atBank = await world.payments.createIntent(visitId);
  expect(atBank.id).not.toBe(atDesk.id);
  await expect(
    world.payments.confirmAtDesk({ id: atDesk.id, memberId: ANNA.id, pin: '1234', tender: 'cash' }),
  ).rejects.toMatchObject({ code: 'payments.illegal_transition' });
  expect(await world.payments.means()).toEqual({
    bank: true,
    desk: [ANNA, { id: expect.any(String), name: 'Ольга Смирнова' }].map(({ id, name }) => ({ id, name })),
    code: true,
  });
});
