import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyAudit } from '../../auth/audit.repo.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import {
  addOrganization,
  addUser,
  createTestApp,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { createFixedPrices, type Desk, deskOf, type FixedPrices, loginAs } from '../../testing/test-exchange.ts';

let server: TestApp;
let organization: TestOrganization;
let prices: FixedPrices;
let desk: Desk;
beforeAll(async () => {
  prices = createFixedPrices();
  server = await createTestApp({}, undefined, { prices });
  organization = await addOrganization(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  prices.set('bitcoin', '60000');
  desk = await deskOf(server, organization);
});

const get = async (url: string, by: Desk = desk) => (await server.app.inject({ url, headers: by.headers })).json();
const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  server.app.inject({ method: 'POST', url, payload, headers: { ...desk.headers, ...headers } });
const preview = (payload: object) => post('/crypto/sell/preview', payload);
const sell = (payload: object, key = server.newId()) => post('/crypto/sell', payload, { 'idempotency-key': key });
const BTC = (quantity: unknown) => ({ asset_id: 'bitcoin', quantity });

/** What the wallet is, as far as a sale may change it. */
async function standing() {
  const { cash_balance: cash, holdings } = await get('/crypto/sell/overview');
  const sales = (await get('/crypto/transactions')).filter(({ tx_type }: { tx_type: string }) => tx_type === 'SELL');
  return { cash, left: holdings[0]?.quantity ?? '0', sales: sales.length };
}
const UNTOUCHED = { cash: '1000.00', left: '0.5', sales: 0 };

test('AC-02 a right password gets a token, every wrong one the same words; a partner has no wallet', async () => {
  const right = await loginAs(server, desk.email.toUpperCase());
  expect(right.statusCode).toBe(200);
  expect(right.headers['cache-control']).toBe('no-store');
  expect(right.json()).toMatchObject({ token_type: 'bearer', expires_in: 7200, user: { id: desk.userId } });
  const partner = await addUser(server, organization, ['partner']);
  for (const [email, password] of [
    [desk.email, 'wrong'],
    ['nobody@prilavok.example', 'wrong'],
    [partner.email, undefined],
  ] as const) {
    const wrong = await loginAs(server, email, password);
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'auth.bad_credentials']);
  }
});

test('AC-03 the dashboard: 31000.00 in all, one holding, 10000.00 won, 50.00 %', async () => {
  expect(await get('/crypto/dashboard')).toMatchObject({
    currency: 'USD',
    portfolio_balance: '31000.00',
    holdings_balance: '30000.00',
    cash_balance: '1000.00',
    unrealized_pnl: '10000.00',
    unrealized_pnl_pct: '50.00',
    balance_change_pct: '0.00',
    portfolio: [{ id: 'bitcoin', quantity: '0.5', avg_buy_price: '40000', share_pct: '100.00' }],
  });
});

test('AC-04 the overview: the price, how much may be sold; a holding of nothing is not listed', async () => {
  expect(await get('/crypto/sell/overview')).toMatchObject({
    cash_balance: '1000.00',
    holdings: [{ id: 'bitcoin', current_price: '60000', max_quantity: '0.5', current_value: '30000.00' }],
    total_sellable_value: '30000.00',
  });
  expect((await sell({ asset_id: 'bitcoin', sell_all: true })).json()).toMatchObject({ received: '30000.00' });
  expect(await get('/crypto/sell/overview')).toMatchObject({ cash_balance: '31000.00', holdings: [] });
});

test('AC-05 a preview binds the price for thirty seconds and changes nothing', async () => {
  const reply = await preview(BTC(0.25));
  expect(reply.json()).toMatchObject({
    unit_price: '60000',
    quantity: '0.25',
    proceeds: '15000.00',
    available_quantity: '0.5',
    is_full_position: false,
    price_source: 'coingecko',
    expires_at: new Date(server.clock.now + 30_000).toISOString(),
    server_time: new Date(server.clock.now).toISOString(),
  });
  expect(await standing()).toEqual(UNTOUCHED);
  expect((await preview(BTC('0.50'))).json()).toMatchObject({ is_full_position: true });
});

test('AC-06 a sale: money, holding, gain, one transaction, one link of the audit', async () => {
  const { preview_id } = (await preview(BTC('0.25'))).json();
  const reply = await sell({ ...BTC('0.25'), preview_id });
  expect(reply.statusCode).toBe(200);
  expect(reply.json()).toMatchObject({
    received: '15000.00',
    price: '60000',
    cash_balance: '16000.00',
    total_balance: '31000.00',
    remaining_quantity: '0.25',
    realized_pnl: '5000.00',
  });
  expect(await standing()).toEqual({ cash: '16000.00', left: '0.25', sales: 1 });
  const [newest] = await get('/crypto/transactions');
  expect(newest).toMatchObject({
    tx_type: 'SELL',
    asset_id: 'bitcoin',
    total_value: '15000.00',
    realized_pnl: '5000.00',
  });
  const verdict = await verifyAudit(server.db, organization);
  expect(verdict.brokenAt).toBeUndefined();
  const links = await server.db.select().from(auditLog).where(eq(auditLog.entityId, reply.json().transaction_id));
  expect(links).toMatchObject([
    { event: 'SELL_EXECUTED', actorId: desk.userId, details: { receivedMinor: 1_500_000 } },
  ]);
  const again = await sell({ ...BTC('0.25'), preview_id });
  expect([again.statusCode, again.json().code]).toEqual([409, 'exchange.preview_expired']);
});

test('AC-07 without a preview it is sold at the price of the moment', async () => {
  prices.set('bitcoin', '61234.56');
  expect((await sell(BTC('0.1'))).json()).toMatchObject({ price: '61234.56', received: '6123.45' });
});

test('AC-08 more than there is is refused with what there is', async () => {
  for (const reply of [await preview(BTC('0.6')), await sell(BTC('0.6'))]) {
    expect([reply.statusCode, reply.json().code, reply.json().max_quantity]).toEqual([
      422,
      'exchange.quantity_exceeds_available',
      '0.5',
    ]);
  }
  expect(await standing()).toEqual(UNTOUCHED);
});

test('AC-09 nonsense is refused, and what is not held is not owned', async () => {
  const wrong = [
    BTC(0),
    BTC(-1),
    BTC('abc'),
    { asset_id: 'bitcoin' },
    { ...BTC('0.1'), amount_usd: '5' },
    { ...BTC('0.1'), source: 'x' },
    { asset_id: 'bitcoin', amount_usd: '0.001' },
    BTC('0.000000000000000001'),
  ];
  for (const body of wrong) {
    for (const reply of [await preview(body), await sell(body)]) {
      expect([reply.statusCode, reply.json().code], JSON.stringify(body)).toEqual([400, 'app.bad_input']);
    }
  }
  for (const asset_id of ['ethereum', 'no-such-coin']) {
    for (const reply of [await preview({ asset_id, quantity: '1' }), await sell({ asset_id, quantity: '1' })]) {
      expect([reply.statusCode, reply.json().code]).toEqual([400, 'exchange.asset_not_owned']);
    }
  }
  expect(await standing()).toEqual(UNTOUCHED);
});

test('AC-10 a preview of 31 seconds ago sells nothing', async () => {
  const { preview_id } = (await preview(BTC('0.25'))).json();
  server.clock.now += 31_000;
  const reply = await sell({ ...BTC('0.25'), preview_id });
  expect([reply.statusCode, reply.json().code]).toEqual([409, 'exchange.preview_expired']);
  expect(await standing()).toEqual(UNTOUCHED);
});

test('AC-11 a price that moved sells nothing; one that moved a little sells at what was seen', async () => {
  const { preview_id } = (await preview(BTC('0.25'))).json();
  prices.set('bitcoin', '59000');
  const moved = await sell({ ...BTC('0.25'), preview_id });
  expect([moved.statusCode, moved.json().code]).toEqual([409, 'exchange.price_changed']);
  expect(moved.json()).toMatchObject({ old: '60000', new: '59000' });
  expect(await standing()).toEqual(UNTOUCHED);
  prices.set('bitcoin', '59820');
  expect((await sell({ ...BTC('0.25'), preview_id })).json()).toMatchObject({ price: '60000', received: '15000.00' });
});

test('AC-11 a preview of one sale is no preview of another, nor of somebody else', async () => {
  const { preview_id } = (await preview(BTC('0.25'))).json();
  expect((await sell({ ...BTC('0.3'), preview_id })).statusCode).toBe(400);
  const other = await deskOf(server, organization);
  const payload = { ...BTC('0.25'), preview_id };
  const headers = { ...other.headers, 'idempotency-key': server.newId() };
  const foreign = await server.app.inject({ method: 'POST', url: '/crypto/sell', payload, headers });
  expect(foreign.json()).toMatchObject({ code: 'exchange.preview_expired' });
});

test('AC-12 without a price, or at a price of nothing, nothing is sold', async () => {
  for (const price of ['0', undefined]) {
    prices.set('bitcoin', price);
    for (const reply of [await preview(BTC('0.1')), await sell(BTC('0.1'))]) {
      expect([reply.statusCode, reply.json().code]).toEqual([502, 'exchange.price_unavailable']);
    }
  }
  prices.set('bitcoin', '60000');
  expect(await standing()).toEqual(UNTOUCHED);
});

test('AC-13 two clicks are one sale; the key of one sale makes no other; no key, no sale', async () => {
  const key = server.newId();
  const [one, two] = await Promise.all([sell(BTC('0.1'), key), sell(BTC('0.10'), key)]);
  expect([one.statusCode, two.statusCode]).toEqual([200, 200]);
  expect(two.json()).toEqual(one.json());
  prices.set('bitcoin', undefined);
  expect((await sell(BTC('0.1'), key)).json()).toEqual(one.json());
  const other = await sell(BTC('0.2'), key);
  expect([other.statusCode, other.json().code]).toEqual([409, 'exchange.idempotency_conflict']);
  const without = await post('/crypto/sell', BTC('0.1'));
  expect([without.statusCode, without.json().code]).toEqual([400, 'app.bad_input']);
  prices.set('bitcoin', '60000');
  expect(await standing()).toEqual({ cash: '7000.00', left: '0.4', sales: 1 });
});

test('AC-14 of two desktops that sell everything one does', async () => {
  const replies = await Promise.all([sell(BTC('0.5')), sell(BTC('0.5'))]);
  expect(replies.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 422]);
  const refused = replies.find(({ statusCode }) => statusCode === 422);
  expect(refused?.json()).toMatchObject({ code: 'exchange.quantity_exceeds_available', max_quantity: '0' });
  expect(await standing()).toEqual({ cash: '31000.00', left: '0', sales: 1 });
});

test('AC-25 a token of a session that was ended opens nothing', async () => {
  expect((await post('/auth/logout', {})).json()).toEqual({ message: 'signed out' });
  const after = await server.app.inject({ url: '/crypto/dashboard', headers: desk.headers });
  expect([after.statusCode, after.json().code]).toEqual([401, 'auth.unauthorized']);
});

test('AC-26 a token ends after two hours, and says so', async () => {
  server.clock.now += 120 * 60_000;
  const late = await server.app.inject({ url: '/crypto/dashboard', headers: desk.headers });
  expect([late.statusCode, late.json().code]).toEqual([401, 'auth.token_expired']);
});

test('AC-30 of three tenths a tenth and two tenths leave nothing, and no cost behind', async () => {
  desk = await deskOf(server, organization, { quantity: '0.3' });
  await sell(BTC(0.1));
  expect((await sell(BTC(0.2))).json()).toMatchObject({ remaining_quantity: '0', realized_pnl: '4000.00' });
  expect(await get('/crypto/dashboard')).toMatchObject({
    portfolio: [],
    cash_balance: '19000.00',
    portfolio_balance: '19000.00',
  });
});

test('an amount in dollars is met to the cent', async () => {
  prices.set('bitcoin', '58765.43');
  const { preview_id, quantity, proceeds } = (await preview({ asset_id: 'bitcoin', amount_usd: 100 })).json();
  expect(proceeds).toBe('100.00');
  const order = { asset_id: 'bitcoin', amount_usd: '100.00', preview_id };
  expect((await sell(order)).json()).toMatchObject({ received: '100.00', quantity });
});
