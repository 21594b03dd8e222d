import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { HqCategories, HqItem, HqItems, HqPrices } from '#shared/hq/catalogue.api.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import {
  addOrganization,
  createTestApp,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { readItemCursor, writeItemCursor } from './catalogue.rules.ts';

let server: TestApp;
let at: TestOrganization;
let headers: Record<string, string>;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  at = await addOrganization(server);
  ({ headers } = await sessionOf(server, at, ['hq_admin']));
});

let serial = 0;
const item = (change: Partial<CatalogueItem> = {}): CatalogueItem => ({
  id: server.newId(),
  sku: `A-${(serial += 1)}`,
  name: 'Молоко',
  category: 'Молочное',
  priceMinor: 8990,
  vat: 'vat10',
  paymentObject: 'commodity',
  unit: 'piece',
  favourite: false,
  active: true,
  ...change,
});
async function stock(...items: CatalogueItem[]): Promise<void> {
  const puts = items.map(
    (fields): RowPut => ({ type: 'catalogue_item', id: fields.id, scope: shopScope(at.shopId), fields }),
  );
  await server.db.transaction((tx) => writeRows(tx, at.organizationId, puts, server.clock.now));
}
const list = async (query = '') =>
  HqItems.parse((await server.app.inject({ url: `/hq/catalogue/items?shopId=${at.shopId}${query}`, headers })).json());
const names = async (query: string) => (await list(query)).items.map((one) => one.item.name);
const patch = (id: string, payload: object, of = headers) =>
  server.app.inject({ method: 'PATCH', url: `/hq/catalogue/items/${id}`, headers: of, payload });

test('pages join without a gap or a repeat, also where names are the same', async () => {
  const all = ['Ёлка', 'ель', 'Ель', 'ель', 'Абрикос', '10 яиц', 'ель'].map((name) => item({ name }));
  await stock(...all);
  const seen: string[] = [];
  let cursor = '';
  for (let page = 0; page < 4; page += 1) {
    const { items, next } = await list(`&limit=2${cursor}`);
    seen.push(...items.map((one) => one.item.id));
    cursor = `&cursor=${encodeURIComponent(next ?? '')}`;
    expect(next === undefined).toBe(page === 3);
  }
  expect(seen).toHaveLength(7);
  expect(new Set(seen)).toEqual(new Set(all.map(({ id }) => id)));
});

test('items are found by any part of what they are called, whatever the case', async () => {
  await stock(
    item({ name: 'Молоко 3,2%', sku: 'MLK_032', barcode: '4600000000017' }),
    item({ name: 'Молоток', category: 'Инструмент', active: false }),
  );
  expect(await names(`&q=${encodeURIComponent('ОЛОК')}`)).toEqual(['Молоко 3,2%']);
  expect(await names(`&q=${encodeURIComponent('3,2%')}`)).toEqual(['Молоко 3,2%']);
  expect(await names('&q=mlk_')).toEqual(['Молоко 3,2%']);
  expect(await names('&q=0000017')).toEqual(['Молоко 3,2%']);
  expect(await names(`&category=${encodeURIComponent('Инструмент')}`)).toEqual(['Молоток']);
  expect(await names('&active=true')).toEqual(['Молоко 3,2%']);
  expect(await names('&active=false')).toEqual(['Молоток']);
});

test('categories with how much is in each', async () => {
  await stock(item(), item(), item({ category: 'Инструмент', active: false }));
  const reply = await server.app.inject({ url: `/hq/catalogue/categories?shopId=${at.shopId}`, headers });
  expect(HqCategories.parse(reply.json()).categories).toEqual([
    { name: 'Инструмент', items: 1 },
    { name: 'Молочное', items: 2 },
  ]);
});

test('an edit goes to the row that devices pull, and an older page cannot undo it', async () => {
  const milk = item({ icon: 'droplet' });
  await stock(milk);
  const [{ ver } = { ver: 0 }] = (await list()).items;
  const reply = await patch(milk.id, { ver, priceMinor: 9990, favourite: true });
  expect(HqItem.parse(reply.json()).item).toEqual({ ...milk, priceMinor: 9990, favourite: true });
  expect((await patch(milk.id, { ver, priceMinor: 1 })).json()).toMatchObject({ status: 409, code: 'app.conflict' });
  expect((await list()).items[0]).toMatchObject({ item: { priceMinor: 9990 } });
  const { rows } = await server.db.execute(
    sql`SELECT ver, head FROM entities JOIN scope_heads USING (scope) WHERE id = ${milk.id}`,
  );
  expect(Number(rows[0]?.['ver'])).toBe(Number(rows[0]?.['head']));
  const audited = await server.db.execute(
    sql`SELECT details FROM audit_log WHERE event = 'CATALOGUE_ITEM_CHANGED' AND entity_id = ${milk.id}`,
  );
  expect(audited.rows).toEqual([{ details: { sku: milk.sku, priceMinor: [8990, 9990], favourite: [false, true] } }]);
});

test('an edit that changes nothing is no change', async () => {
  const milk = item();
  await stock(milk);
  const [{ ver } = { ver: 0 }] = (await list()).items;
  expect(HqItem.parse((await patch(milk.id, { ver, priceMinor: 8990 })).json()).ver).toBe(ver);
});

test('what is wrong in an edit is named', async () => {
  const [milk, other] = [item({ barcode: '1', active: false }), item({ barcode: '1', sku: 'OTHER' })];
  await stock(milk, other);
  const ver = (await list()).items.find((one) => one.item.id === milk.id)?.ver;
  expect((await patch(milk.id, { ver, priceMinor: -1, name: '  ' })).json()).toMatchObject({
    issues: [{ path: 'name' }, { path: 'priceMinor' }],
  });
  expect((await patch(milk.id, { ver, active: true })).json()).toMatchObject({
    issues: [{ path: 'active', message: 'barcode 1 is of OTHER, which is on sale' }],
  });
  expect((await patch(server.newId(), { ver: 1 })).json()).toMatchObject({ code: 'app.not_found' });
});

test('one organisation sees nothing of another, and cannot touch it', async () => {
  const milk = item();
  await stock(milk);
  const theirs = await sessionOf(server, await addOrganization(server), ['hq_admin']);
  for (const url of [`/hq/catalogue/items?shopId=${at.shopId}`, `/hq/catalogue/categories?shopId=${at.shopId}`]) {
    const reply = await server.app.inject({ url, headers: theirs.headers });
    expect(Object.values(reply.json())).toEqual([[]]);
  }
  expect((await patch(milk.id, { ver: 1, priceMinor: 1 }, theirs.headers)).json()).toMatchObject({ status: 404 });
});

test('a cursor comes back as it went, and another text is refused', () => {
  const cursor = { id: '0199e7bd-ce00-7527-a3b1-8d9fe8593ddc', name: 'ёлка «Зима», 2 м' };
  expect(readItemCursor(writeItemCursor(cursor))).toEqual(cursor);
  for (const text of ['', 'x', Buffer.from('not an id at all, though it is long enough').toString('base64url')]) {
    expect(() => readItemCursor(text)).toThrow(expect.objectContaining({ code: 'app.bad_input' }));
  }
});

test('the list is read by its index', async () => {
  const plan = await server.db.transaction(async (tx) => {
    // A table of a few rows is read whole, whatever its indexes: this asks whether they could be used.
    await tx.execute(sql`SET LOCAL enable_seqscan = off`);
    await tx.execute(sql`SET LOCAL enable_sort = off`);
    const { rows } = await tx.execute(sql`EXPLAIN SELECT fields FROM entities WHERE scope = 'shop:1'
      AND organization_id = 'o' AND type = 'catalogue_item' AND NOT deleted
      AND (lower(fields->>'name'), id) > ('а', 'x') ORDER BY lower(fields->>'name'), id LIMIT 50`);
    return JSON.stringify(rows);
  });
  expect(plan).toContain('entities_items_by_name');
});

test('what kiosks of a shop sell is read by an index of it', async () => {
  const plan = await server.db.transaction(async (tx) => {
    await tx.execute(sql`SET LOCAL enable_seqscan = off`);
    await tx.execute(sql`SET LOCAL enable_sort = off`);
    const { rows } =
      await tx.execute(sql`EXPLAIN SELECT fields FROM entities WHERE organization_id = 'o' AND scope = 'shop:1'
      AND type = 'catalogue_item' AND NOT deleted AND fields ? 'kioskService' AND fields->'active' = 'true'::jsonb
      ORDER BY fields->>'name', id`);
    return JSON.stringify(rows);
  });
  expect(plan).toContain('entities_kiosk_services');
});

describe('prices from a moment on', () => {
  /** Within a session. */
  const SOON = 600_000;
  const plan = (id: string, payload: object) =>
    server.app.inject({ method: 'POST', url: `/hq/catalogue/items/${id}/prices`, headers, payload });
  const cancel = (id: string, payload: object) =>
    server.app.inject({ method: 'POST', url: `/hq/catalogue/items/${id}/prices/cancel`, headers, payload });
  const history = async (id: string) =>
    HqPrices.parse((await server.app.inject({ url: `/hq/catalogue/items/${id}/prices`, headers })).json()).prices;
  const stocked = async () => {
    const milk = item();
    await stock(milk);
    const [row] = (await list(`&q=${milk.sku}`)).items;
    return { milk, ver: row?.ver ?? 0 };
  };

  test('a price to come is in the row that devices pull at once, and headquarters shows the one of the moment', async () => {
    const { milk, ver } = await stocked();
    const from = server.clock.now + 3 * SOON;
    const reply = HqItem.parse((await plan(milk.id, { ver, priceMinor: 9990, effectiveFrom: from })).json());
    expect(reply.item).toEqual({ ...milk, coming: [{ priceMinor: 9990, effectiveFrom: from }] });
    const { rows } = await server.db.execute(
      sql`SELECT fields->'coming' AS coming, e.ver = h.head AS newest FROM entities e JOIN scope_heads h USING (scope) WHERE id = ${milk.id}`,
    );
    expect(rows).toEqual([{ coming: [{ priceMinor: 9990, effectiveFrom: from }], newest: true }]);
    server.clock.now = from;
    expect((await list(`&q=${milk.sku}`)).items[0]?.item).toEqual({ ...milk, priceMinor: 9990 });
    // The next edit is of what is sold now, and does not bring the old price back.
    const renamed = HqItem.parse((await patch(milk.id, { ver: reply.ver, name: 'Кефир' })).json());
    expect(renamed.item).toEqual({ ...milk, name: 'Кефир', priceMinor: 9990 });
  });

  test('a price to come is taken back, one that has begun is not, and history keeps them all with who decided', async () => {
    const { milk, ver } = await stocked();
    const [first, second] = [server.clock.now + SOON, server.clock.now + 2 * SOON];
    const one = HqItem.parse((await plan(milk.id, { ver, priceMinor: 9990, effectiveFrom: first })).json());
    const two = HqItem.parse((await plan(milk.id, { ver: one.ver, priceMinor: 11990, effectiveFrom: second })).json());
    const decidedAt = server.clock.now;
    const left = HqItem.parse((await cancel(milk.id, { ver: two.ver, effectiveFrom: second })).json());
    expect(left.item.coming).toEqual([{ priceMinor: 9990, effectiveFrom: first }]);
    server.clock.now = first;
    expect((await cancel(milk.id, { ver: left.ver, effectiveFrom: first })).json()).toMatchObject({ status: 404 });
    const now = HqItem.parse((await patch(milk.id, { ver: left.ver, priceMinor: 9500 })).json());
    expect(now.item).toEqual({ ...milk, priceMinor: 9500 });
    const decidedBy = expect.any(String);
    expect(await history(milk.id)).toEqual([
      { priceMinor: 11990, effectiveFrom: second, decidedAt, decidedBy, cancelledAt: decidedAt },
      { priceMinor: 9500, effectiveFrom: first, decidedAt: first, decidedBy },
      { priceMinor: 9990, effectiveFrom: first, decidedAt, decidedBy },
    ]);
    const audited = await server.db.execute(sql`SELECT event FROM audit_log WHERE entity_id = ${milk.id} ORDER BY seq`);
    expect(audited.rows.map(({ event }) => event)).toEqual([
      'CATALOGUE_PRICE_PLANNED',
      'CATALOGUE_PRICE_PLANNED',
      'CATALOGUE_PRICE_CANCELLED',
      'CATALOGUE_ITEM_CHANGED',
    ]);
  });

  test.each([
    ['now', () => server.clock.now],
    ['three years ahead', () => server.clock.now + 3 * 366 * 86_400_000],
  ])('a price from %s is refused by its field', async (_name, at) => {
    const { milk, ver } = await stocked();
    expect((await plan(milk.id, { ver, priceMinor: 1, effectiveFrom: at() })).json()).toMatchObject({
      code: 'app.bad_input',
      issues: [{ path: 'effectiveFrom' }],
    });
  });

  test('an older page plans nothing, and no more prices are to come than a person can follow', async () => {
    const { milk, ver } = await stocked();
    let seen = ver;
    for (let n = 1; n <= 12; n += 1) {
      const reply = await plan(milk.id, { ver: seen, priceMinor: n, effectiveFrom: server.clock.now + n });
      seen = HqItem.parse(reply.json()).ver;
    }
    const more = { priceMinor: 1, effectiveFrom: server.clock.now + SOON };
    expect((await plan(milk.id, { ver: seen, ...more })).json()).toMatchObject({ code: 'app.bad_input' });
    expect((await plan(milk.id, { ver, ...more })).json()).toMatchObject({ code: 'app.conflict' });
  });
});
