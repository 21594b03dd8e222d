import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { closeServer, listenOnLoopback } from '../instrument/loopback.ts';
import { startYooKassa, type YooKassaEmulator } from './emulator.ts';
import { PENDING_MS } from './model.ts';

const DAY = 24 * 3_600_000;
const WANTED = {
  amount: { value: '480.00', currency: 'RUB' },
  capture: true,
  confirmation: { type: 'redirect', return_url: 'https://shop.example' },
  description: 'Заказ K-0001',
  metadata: { intent_id: 'i1' },
};

let bank: YooKassaEmulator;
let now: number;
/** What the shop's server was notified of; it answers with the next of `answers`, then 200. */
let heard: { event: string; object: Record<string, unknown> }[];
let answers: number[];
let stopShop: () => Promise<void>;

beforeEach(async () => {
  now = Date.UTC(2025, 9, 15);
  heard = [];
  answers = [];
  const shop = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      heard.push(JSON.parse(text));
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  const webhookUrl = `http://127.0.0.1:${await listenOnLoopback(shop, 0)}/`;
  stopShop = () => closeServer(shop);
  bank = await startYooKassa({ port: 0, controlPort: 0, shopId: '1', secretKey: 'k', webhookUrl, now: () => now });
});
afterEach(async () => {
  await bank.stop();
  await stopShop();
});

async function call(
  path: string,
  body?: unknown,
  { key = 'key', secret = 'k' }: { readonly key?: string; readonly secret?: string } = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const authorization = `Basic ${Buffer.from(`1:${secret}`).toString('base64')}`;
  const answer = await fetch(`${bank.apiUrl}/${path}`, {
    headers: { authorization, ...(body === undefined || key === '' ? {} : { 'idempotence-key': key }) },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const create = async (key = 'key'): Promise<string> => String((await call('payments', WANTED, { key })).body['id']);
const giveBack = (id: string, value: string, key = `back-${value}`) =>
  call('refunds', { payment_id: id, amount: { value, currency: 'RUB' } }, { key });

describe('API v3', () => {
  test('a payment goes from pending to succeeded, in the words of the vendor', async () => {
    const made = await call('payments', WANTED);
    const id = String(made.body['id']);
    expect(made).toMatchObject({
      status: 200,
      body: {
        status: 'pending',
        paid: false,
        refundable: false,
        amount: WANTED.amount,
        metadata: WANTED.metadata,
        confirmation: { type: 'redirect', confirmation_url: `http://127.0.0.1:${bank.port}/checkout?orderId=${id}` },
        created_at: '2025-10-15T00:00:00.000Z',
      },
    });
    expect(made.body).not.toHaveProperty('captured_at');
    now += 1000;
    bank.shop.pay(id);
    expect((await call(`payments/${id}`)).body).toMatchObject({
      status: 'succeeded',
      paid: true,
      refundable: true,
      captured_at: '2025-10-15T00:00:01.000Z',
    });
    expect(bank.asked).toEqual({ create: 1, read: 1, refund: 0 });
  });

  test('a key and a body are one act for a day; with another body, without a key, or by a stranger they are refused', async () => {
    const id = await create();
    expect(await create()).toBe(id);
    expect(bank.shop.payments.size).toBe(1);
    const other = { ...WANTED, amount: { value: '1.00', currency: 'RUB' } };
    expect(await call('payments', other)).toMatchObject({ status: 400, body: { parameter: 'Idempotence-Key' } });
    expect(await call('payments', WANTED, { key: '' })).toMatchObject({ status: 400, body: { type: 'error' } });
    expect(await call('payments', WANTED, { secret: 'x' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
    expect(bank.shop.payments.size).toBe(1);
    now += DAY;
    expect(await create()).not.toBe(id);
  });

  test.each([
    ['amount.value', { amount: { value: '480', currency: 'RUB' } }],
    ['confirmation.return_url', { confirmation: { type: 'redirect', return_url: 'shop' } }],
    ['description', { description: 'я'.repeat(129) }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, nth) => [`k${nth}`, ''])) }],
    ['capture', { capture: false }],
  ])('what the documentation does not allow is refused by its name: %s', async (parameter, change) => {
    expect(await call('payments', { ...WANTED, ...change })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', parameter },
    });
    expect(bank.shop.payments.size).toBe(0);
  });

  test('what nobody paid for an hour is cancelled, and cannot be paid any more', async () => {
    const id = await create();
    now += PENDING_MS - 1;
    expect((await call(`payments/${id}`)).body['status']).toBe('pending');
    now += 1;
    expect((await call(`payments/${id}`)).body).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'expired_on_confirmation' },
    });
    expect(() => bank.shop.pay(id)).toThrow('canceled');
  });

  test('a refund is of what was paid, and no more than that', async () => {
    const id = await create();
    expect((await giveBack(id, '480.00', 'early')).status).toBe(400);
    bank.shop.pay(id);
    expect(await giveBack(id, '180.00')).toMatchObject({ status: 200, body: { status: 'succeeded', payment_id: id } });
    expect((await giveBack(id, '180.00')).status).toBe(200);
    expect(await giveBack(id, '300.01')).toMatchObject({ status: 400, body: { parameter: 'amount' } });
    expect((await giveBack(id, '300.00')).status).toBe(200);
    expect((await call(`payments/${id}`)).body).toMatchObject({ refunded_amount: { value: '480.00' } });
    expect(bank.shop.refunds.size).toBe(2);
  });

  test('a refund that the bank refuses gives nothing back', async () => {
    const id = await create();
    bank.shop.pay(id);
    bank.behave({ refunds: 'canceled' });
    expect((await giveBack(id, '480.00')).body).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'insufficient_funds' },
    });
    expect(bank.shop.payment(id).refundedMinor).toBe(0);
  });
});

describe('faults on demand', () => {
  test.each([
    ['error', 500, 0],
    ['error_after', 500, 1],
    ['refuse', 403, 0],
    ['busy', 429, 0],
  ] as const)('%s is answered %i, and %i payments are made; then it works', async (fault, status, payments) => {
    bank.fail('create', fault);
    expect(await call('payments', WANTED)).toMatchObject({ status, body: { type: 'error' } });
    expect(bank.shop.payments.size).toBe(payments);
    const id = await create();
    expect([...bank.shop.payments.keys()]).toEqual([id]);
  });

  test('a connection that is cut leaves the payment behind', async () => {
    bank.fail('create', 'cut');
    await expect(call('payments', WANTED)).rejects.toThrow('fetch failed');
    const [left] = bank.shop.payments.keys();
    expect(await create()).toBe(left);
  });

  test('an act that is not answered has happened', async () => {
    bank.fail('create', 'hang');
    const asking = new AbortController();
    const hanging = fetch(`${bank.apiUrl}/payments`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('1:k')}`, 'idempotence-key': 'key' },
      body: JSON.stringify(WANTED),
      signal: asking.signal,
    });
    await vi.waitFor(() => expect(bank.shop.payments.size).toBe(1));
    asking.abort();
    await expect(hanging).rejects.toThrow('aborted');
    expect([...bank.shop.payments.keys()]).toEqual([await create()]);
  });

  test('what was planned and forgotten does not happen', async () => {
    bank.fail('create', 'error', 3);
    bank.heal();
    expect((await call('payments', WANTED)).status).toBe(200);
  });
});

describe('notifications', () => {
  const pay = async (key: string): Promise<string> => bank.shop.pay(await create(key)).id;
  const events = () => heard.map(({ event, object }) => `${event} ${String(object['id'])}`);

  test('an honest one comes once, again until it is taken', async () => {
    answers = [500, 503];
    const id = await pay('a');
    await bank.idle();
    expect(events()).toEqual(Array.from({ length: 3 }, () => `payment.succeeded ${id}`));
    expect(bank.notifications.map(({ status }) => status)).toEqual([500, 503, 200]);
    const refund = await giveBack(id, '480.00');
    await bank.idle();
    expect(events().at(-1)).toBe(`refund.succeeded ${String(refund.body['id'])}`);
  });

  test('one is lost, comes twice, or after the one that followed it', async () => {
    bank.behave({ webhooks: 'lost' });
    await pay('a');
    await bank.idle();
    expect(heard).toEqual([]);
    bank.behave({ webhooks: 'twice' });
    const twice = await pay('b');
    await bank.idle();
    expect(events()).toEqual([`payment.succeeded ${twice}`, `payment.succeeded ${twice}`]);
    heard = [];
    bank.behave({ webhooks: 'reversed' });
    const [first, second] = [await pay('c'), await pay('d')];
    await bank.idle();
    expect(events()).toEqual([`payment.succeeded ${second}`, `payment.succeeded ${first}`]);
  });
});

describe('payers', () => {
  const checkout = async (id: string, act?: string) => {
    const url = `http://127.0.0.1:${bank.port}/checkout?orderId=${id}`;
    const answer = await fetch(url, act === undefined ? {} : { method: 'POST', body: `act=${act}` });
    return { status: answer.status, html: await answer.text() };
  };

  test('one pays at the page, another is declined there; of a payment that is not there is no page', async () => {
    const [paid, declined] = [await create('a'), await create('b')];
    expect((await checkout(paid)).html).toContain('480');
    expect(bank.shop.payment(paid).status).toBe('pending');
    await checkout(paid, 'pay');
    await checkout(declined, 'decline');
    expect(bank.shop.payment(paid).status).toBe('succeeded');
    expect(bank.shop.payment(declined)).toMatchObject({ status: 'canceled', reason: 'insufficient_funds' });
    expect((await checkout('nobody')).status).toBe(404);
  });

  test('those who come by themselves: the first is declined, and of the others another sum is taken', async () => {
    bank.behave({ payAfterMs: 0, declineFirst: 1, takenMinor: 100 });
    const declined = await create('a');
    await vi.waitFor(() => expect(bank.shop.payment(declined).status).toBe('canceled'));
    const paid = await create('b');
    await vi.waitFor(() => expect(bank.shop.payment(paid).status).toBe('succeeded'));
    expect((await call(`payments/${paid}`)).body).toMatchObject({ amount: { value: '1.00' } });
  });
});

test('the control port plans, pays and tells', async () => {
  const tell = (path: string, body?: object) =>
    fetch(
      `${bank.url}${path}`,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    );
  await tell('/fault', { operation: 'create', fault: 'busy' });
  expect((await call('payments', WANTED)).status).toBe(429);
  const id = await create();
  await tell('/pay', { id });
  expect(await (await tell('/state')).json()).toMatchObject({
    asked: { create: 2 },
    payments: [{ id, status: 'succeeded', amountMinor: 48_000, refundedMinor: 0, metadata: WANTED.metadata }],
  });
  expect((await tell('/fault', { operation: 'create', fault: 'sulk' })).ok).toBe(false);
});
