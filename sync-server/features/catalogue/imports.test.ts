import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { HqImport, HqImportChanges, HqImports, HqItems } from '#shared/hq/catalogue.api.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { buildApp } from '../../app.ts';
import { findAuditBreak } from '../../auth/audit.repo.ts';
import { readConfig } from '../../config.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { insertShop } from '../devices/devices.repo.ts';
import { insertImport, moveImport } from './imports.repo.ts';

const HEADER = 'Артикул;Штрихкод;Название;Категория;Цена;НДС;Избранное;Активен';

let server: TestApp;
let at: TestOrganization;
let headers: Record<string, string>;
let userId: string;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  at = await addOrganization(server);
  ({ headers, userId } = await sessionOf(server, at, ['hq_admin']));
});

const item = (change: Partial<CatalogueItem> = {}): CatalogueItem => ({
  id: server.newId(),
  sku: 'M-1',
  barcode: '4600000000017',
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
async function stock(items: readonly CatalogueItem[], shopId = at.shopId): Promise<void> {
  const puts = items.map(
    (fields): RowPut => ({ type: 'catalogue_item', id: fields.id, scope: shopScope(shopId), fields }),
  );
  await server.db.transaction((tx) => writeRows(tx, at.organizationId, puts, server.clock.now));
}
async function itemsOf(shopId = at.shopId): Promise<CatalogueItem[]> {
  const reply = await server.app.inject({ url: `/hq/catalogue/items?shopId=${shopId}&limit=100`, headers });
  return HqItems.parse(reply.json()).items.map((one) => one.item);
}

const post = (url: string, on: TestApp['app'] = server.app) => on.inject({ method: 'POST', url, headers });
const upload = (body: string, query = '') =>
  server.app.inject({
    method: 'POST',
    url: `/hq/catalogue/imports?fileName=goods.csv${query}`,
    headers: { ...headers, 'content-type': 'text/csv' },
    payload: body,
  });
async function read(id: string): Promise<HqImport> {
  return HqImport.parse((await server.app.inject({ url: `/hq/catalogue/imports/${id}`, headers })).json());
}
/** The import when it no longer is at work. */
async function settled(id: string): Promise<HqImport> {
  for (;;) {
    const seen = await read(id);
    if (seen.status !== 'checking' && seen.status !== 'applying') return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
async function checked(body: string, query = ''): Promise<HqImport> {
  const reply = await upload(body, query);
  expect(reply.statusCode, reply.body).toBe(202);
  return settled(HqImport.parse(reply.json()).id);
}
async function applied(body: string, query = ''): Promise<HqImport> {
  const { id, status } = await checked(body, query);
  expect(status).toBe('ready');
  const reply = await post(`/hq/catalogue/imports/${id}/apply`);
  expect(reply.statusCode, reply.body).toBe(202);
  return settled(id);
}
const changesOf = async (id: string, query = '') =>
  HqImportChanges.parse(
    (await server.app.inject({ url: `/hq/catalogue/imports/${id}/changes${query}`, headers })).json(),
  );

describe('a table that is right', () => {
  test('is compared first, changes nothing until it is applied, and then all of it', async () => {
    const [milk, bread, lamp] = [
      item({ icon: 'droplet', kioskService: 'photo' }),
      item({ sku: 'B-1', barcode: '2', name: 'Хлеб', category: 'Хлеб', priceMinor: 5000 }),
      item({ sku: 'L-1', barcode: '3', name: 'Лампа', category: 'Свет', priceMinor: 100 }),
    ];
    await stock([milk, bread, lamp]);
    const table = `${HEADER}
m-1;4600000000017;Молоко;Молочное;99,90;10%;нет;да
B-1;2;Хлеб ржаной;Хлеб;50;10%;да;да
L-1;3;Лампа;Свет;1;10%;нет;да
N-1;4;Новинка;;10;22%;;
`;
    const ready = await checked(table);
    expect(ready).toMatchObject({
      status: 'ready',
      fileName: 'goods.csv',
      rowsRead: 4,
      rowsOk: 4,
      errorsTotal: 0,
      shops: [
        { shopId: at.shopId, shopName: 'Лесная', added: 1, repriced: 0, changed: 2, deactivated: 0, unchanged: 1 },
      ],
    });
    expect(await itemsOf()).toEqual([lamp, milk, bread]);
    const { changes } = await changesOf(ready.id);
    expect(changes.map(({ kind, before, after }) => [kind, before?.priceMinor, after.priceMinor, after.name])).toEqual([
      ['changed', 8990, 9990, 'Молоко'],
      ['changed', 5000, 5000, 'Хлеб ржаной'],
      ['added', undefined, 1000, 'Новинка'],
    ]);

    await post(`/hq/catalogue/imports/${ready.id}/apply`);
    expect((await settled(ready.id)).status).toBe('applied');
    const after = await itemsOf();
    expect(after.map(({ name }) => name)).toEqual(['Лампа', 'Молоко', 'Новинка', 'Хлеб ржаной']);
    // What a table cannot say stays, and an item keeps its id.
    expect(after[1]).toEqual({ ...milk, sku: 'm-1', priceMinor: 9990 });
    expect(after[2]).toMatchObject({ category: 'Разное', unit: 'piece', paymentObject: 'commodity', active: true });
    expect(after[3]).toMatchObject({ id: bread.id, favourite: true });
    expect(await findAuditBreak(server.db, at)).toBeUndefined();
  });

  test('again changes nothing; with a new price only prices are counted', async () => {
    const table = (price: string) => `${HEADER}\nA;1;Сыр;Еда;${price};10%;нет;да\n`;
    await applied(table('5'));
    const same = await checked(table('5'));
    expect(same.shops).toMatchObject([{ added: 0, repriced: 0, changed: 0, unchanged: 1 }]);
    const dearer = await checked(table('6'));
    expect(dearer.shops).toMatchObject([{ added: 0, repriced: 1, changed: 0, unchanged: 0 }]);
    expect((await changesOf(dearer.id, '?kind=repriced')).changes).toHaveLength(1);
    expect((await changesOf(dearer.id, '?kind=added')).changes).toEqual([]);
  });

  test('with a moment its prices are asked from then on; what is new or called otherwise is so at once', async () => {
    await stock([item()]);
    const from = server.clock.now + 60_000;
    const table = `${HEADER}\nM-1;4600000000017;Молоко 1 л;Молочное;95;10%;нет;да\nM-2;;Сыр;Молочное;300;10%;нет;да`;
    const ready = await settled(HqImport.parse((await upload(table, `&effectiveFrom=${from}`)).json()).id);
    expect(ready).toMatchObject({ status: 'ready', effectiveFrom: from, shops: [{ added: 1, changed: 1 }] });
    await post(`/hq/catalogue/imports/${ready.id}/apply`);
    await settled(ready.id);
    const coming = [{ priceMinor: 9500, effectiveFrom: from }];
    expect(await itemsOf()).toMatchObject([
      { name: 'Молоко 1 л', priceMinor: 8990, coming },
      { name: 'Сыр', priceMinor: 30_000 },
    ]);
    // The same table once more has nothing to say.
    const again = await settled(HqImport.parse((await upload(table, `&effectiveFrom=${from}`)).json()).id);
    expect(again.shops).toMatchObject([{ added: 0, changed: 0, repriced: 0, unchanged: 2 }]);
    server.clock.now = from;
    expect((await itemsOf())[0]).toMatchObject({ priceMinor: 9500 });
  });

  test('withdraws what it does not name only when asked to', async () => {
    await stock([
      item(),
      item({ sku: 'B-1', barcode: '2', name: 'Хлеб' }),
      item({ sku: 'C-1', barcode: '3', name: 'Сахар', active: false }),
    ]);
    const table = `${HEADER}\nM-1;4600000000017;Молоко;Молочное;89,90;10%;нет;да\n`;
    expect((await checked(table)).shops).toMatchObject([{ deactivated: 0, unchanged: 1 }]);
    const full = await applied(table, '&replaceMissing=true');
    expect(full.shops).toMatchObject([{ deactivated: 1, unchanged: 1 }]);
    expect((await itemsOf()).map(({ name, active }) => [name, active])).toEqual([
      ['Молоко', true],
      ['Сахар', false],
      ['Хлеб', false],
    ]);
  });

  test('goes to every shop of the organisation, each with its own items, or to the one that is named', async () => {
    const second = server.newId();
    await server.db.transaction((tx) =>
      insertShop(tx, {
        id: second,
        organizationId: at.organizationId,
        partnerUserId: null,
        name: 'Садовая',
        address: 'А',
        createdAt: 1,
      }),
    );
    const both = await applied(`${HEADER}\nA;1;Сыр;Еда;5;10%;;\n`);
    expect(both.shops.map(({ shopName, added }) => [shopName, added])).toEqual([
      ['Лесная', 1],
      ['Садовая', 1],
    ]);
    await applied(`${HEADER}\nA;1;Сыр;Еда;7;10%;;\n`, `&shopId=${second}`);
    const [here, there] = [await itemsOf(), await itemsOf(second)];
    expect([here[0]?.priceMinor, there[0]?.priceMinor]).toEqual([500, 700]);
    expect(here[0]?.id).not.toBe(there[0]?.id);
  });

  test('may hand a barcode from one item to another', async () => {
    await stock([item({ sku: 'A', barcode: '1' }), item({ sku: 'B', barcode: '2' })]);
    const done = await applied(`${HEADER}\nA;2;Молоко;Еда;1;10%;;\nB;1;Молоко;Еда;1;10%;;\n`);
    expect(done.status).toBe('applied');
    expect((await itemsOf()).map(({ sku, barcode }) => `${sku} ${barcode}`).toSorted()).toEqual(['A 2', 'B 1']);
  });
});

describe('all or nothing', () => {
  test('one wrong row and nothing may be applied; it says where, what and why', async () => {
    await stock([item()]);
    const wrong = await checked(
      `${HEADER}\nM-1;4600000000017;"Молоко\nтопленое";Молочное;1;10%;;\nB-1;2;Хлеб;Хлеб;дорого;10%;;\n`,
    );
    expect(wrong).toMatchObject({
      status: 'invalid',
      rowsRead: 2,
      rowsOk: 1,
      errorsTotal: 1,
      errors: [{ line: 4, column: 'Цена', value: 'дорого', problem: 'not_money' }],
      shops: [],
    });
    expect((await post(`/hq/catalogue/imports/${wrong.id}/apply`)).json()).toMatchObject({
      status: 409,
      code: 'catalogue.import_state',
    });
    expect((await itemsOf())[0]?.priceMinor).toBe(8990);
  });

  test('a barcode of an item that stays on sale is a fault of the row', async () => {
    await stock([item({ sku: 'OLD', name: 'Старое' })]);
    const table = `${HEADER}\nNEW;4600000000017;Новое;Еда;1;10%;;\n`;
    expect(await checked(table)).toMatchObject({
      status: 'invalid',
      errors: [
        {
          line: 2,
          column: 'Штрихкод',
          value: '4600000000017',
          problem: 'barcode_taken',
          params: { sku: 'OLD', name: 'Старое' },
        },
      ],
    });
    // Withdrawn by the same table, or not on sale at all, it holds nobody up.
    expect(await checked(table, '&replaceMissing=true')).toMatchObject({ status: 'ready' });
  });

  test('the first thousand errors are kept and the rest are counted', async () => {
    const rows = Array.from({ length: 1200 }, (_, n) => `A-${n};;Товар;Еда;?;10%;;`);
    const wrong = await checked(`${HEADER}\n${rows.join('\n')}\n`);
    expect(wrong).toMatchObject({ errorsTotal: 1200, rowsRead: 1200, rowsOk: 0 });
    expect(wrong.errors).toHaveLength(1000);
    const listed = HqImports.parse((await server.app.inject({ url: '/hq/catalogue/imports', headers })).json());
    expect(listed.imports[0]).toMatchObject({ id: wrong.id, errorsTotal: 1200, errors: [] });
  });

  test('a fault in the last row of the writing undoes the first', async () => {
    const [first, doomed] = [item({ sku: 'A', barcode: '1' }), item({ sku: 'B', barcode: '2' })];
    await stock([first, doomed]);
    const { id } = await checked(`${HEADER}\nA;1;Молоко;Еда;1;10%;;\nB;2;Молоко;Еда;1;10%;;\n`);
    await server.db.execute(sql`UPDATE entities SET deleted = true, fields = NULL WHERE id = ${doomed.id}`);
    await server.db.execute(
      sql`UPDATE catalogue_imports SET changes = jsonb_set(changes, '{0,base,items}', '1') WHERE id = ${id}`,
    );
    await server.db.execute(
      sql`UPDATE catalogue_imports SET changes = jsonb_set(changes, '{0,base,ver}', to_jsonb((SELECT max(ver) FROM entities WHERE id = ${first.id}))) WHERE id = ${id}`,
    );
    await post(`/hq/catalogue/imports/${id}/apply`);
    expect((await settled(id)).status).toBe('failed');
    expect((await itemsOf()).find(({ sku }) => sku === 'A')?.priceMinor).toBe(8990);
  });

  test('what was compared with another catalogue than the present one is not applied', async () => {
    const milk = item();
    await stock([milk]);
    const { id } = await checked(`${HEADER}\nM-1;4600000000017;Молоко;Молочное;1;10%;;\n`);
    const [listed] = HqItems.parse(
      (await server.app.inject({ url: `/hq/catalogue/items?shopId=${at.shopId}`, headers })).json(),
    ).items;
    await server.app.inject({
      method: 'PATCH',
      url: `/hq/catalogue/items/${milk.id}`,
      headers,
      payload: { ver: listed?.ver, priceMinor: 777 },
    });
    await post(`/hq/catalogue/imports/${id}/apply`);
    expect((await settled(id)).status).toBe('stale');
    expect((await itemsOf())[0]?.priceMinor).toBe(777);
  });
});

describe('the life of an import', () => {
  const long = `${HEADER}\n${Array.from({ length: 4000 }, (_, n) => `A-${n};;Товар ${n};Еда;1;10%;;`).join('\n')}\n`;

  test('another one waits until this one is done', async () => {
    const first = HqImport.parse((await upload(long)).json());
    expect((await upload(long)).json()).toMatchObject({ status: 409, code: 'catalogue.import_running' });
    expect((await settled(first.id)).status).toBe('ready');
    // What was ready and not wanted gives way.
    const second = await checked(`${HEADER}\nA;1;Сыр;Еда;5;10%;;\n`);
    expect((await read(first.id)).status).toBe('cancelled');
    expect((await changesOf(first.id)).changes).toEqual([]);
    expect(second.status).toBe('ready');
  });

  test('cancelled while it is checked, when it is ready, and while it is applied', async () => {
    const running = HqImport.parse((await upload(long)).json());
    expect((await post(`/hq/catalogue/imports/${running.id}/cancel`)).json()).toMatchObject({ status: 'cancelled' });
    const { id } = await checked(long);
    expect((await post(`/hq/catalogue/imports/${id}/cancel`)).json()).toMatchObject({ status: 'cancelled' });
    expect((await post(`/hq/catalogue/imports/${id}/apply`)).json()).toMatchObject({ code: 'catalogue.import_state' });
    const next = await checked(long);
    await post(`/hq/catalogue/imports/${next.id}/apply`);
    const answer = (await post(`/hq/catalogue/imports/${next.id}/cancel`)).json<{
      status: string | number;
      code?: string;
    }>();
    const end = await settled(next.id);
    // With one connection the cancellation may come after the commit; then it is refused, and all of it is there.
    expect([end.status, (await itemsOf()).length > 0]).toEqual(
      answer.code === undefined ? ['cancelled', false] : ['applied', true],
    );
  });

  test('a server that stops at work leaves it interrupted, and nothing of it applied', async () => {
    const other = await buildApp({
      config: readConfig({ file: {}, env: { RATE_FACTOR: '1000', RENDERER_DIR: 'none' }, argv: [] }),
      opened: server.opened,
      now: () => server.clock.now,
      newId: server.newId,
      random: server.random,
      logger: server.app.log,
      version: 'other',
    });
    const checking = HqImport.parse(
      (
        await other.inject({
          method: 'POST',
          url: '/hq/catalogue/imports',
          headers: { ...headers, 'content-type': 'text/csv' },
          payload: long,
        })
      ).json(),
    );
    await other.close();
    expect((await read(checking.id)).status).toBe('interrupted');
    expect(await itemsOf()).toEqual([]);
    expect((await checked(`${HEADER}\nA;1;Сыр;Еда;5;10%;;\n`)).status).toBe('ready');
  });

  test('one whose process was killed is interrupted by the next start, ready ones are not', async () => {
    const ready = await checked(`${HEADER}\nA;1;Сыр;Еда;5;10%;;\n`);
    const killed = server.newId();
    const about = { fileName: 'x', bytes: 1, shopIds: [at.shopId], replaceMissing: false, createdBy: userId };
    await server.db.transaction((tx) =>
      insertImport(tx, {
        ...about,
        id: killed,
        organizationId: at.organizationId,
        createdAt: server.clock.now,
        // By whatever clock the next server has.
        heartbeatAt: 0,
      }),
    );
    await moveImport(server.db, at, killed, ['checking'], { status: 'applying' });
    const again = await createTestApp({}, { ...server.opened, close: () => Promise.resolve() });
    expect((await read(killed)).status).toBe('interrupted');
    expect((await read(ready.id)).status).toBe('ready');
    await again.close();
  });

  test('what is no table, too large, or of another organisation is refused', async () => {
    const json = await server.app.inject({ method: 'POST', url: '/hq/catalogue/imports', headers, payload: {} });
    expect(json.json()).toMatchObject({ status: 400, code: 'app.bad_input' });
    expect((await upload('x', `&shopId=${server.newId()}`)).json()).toMatchObject({ issues: [{ path: 'shopId' }] });
    const { id } = await checked(`${HEADER}\nA;1;Сыр;Еда;5;10%;;\n`);
    const theirs = await sessionOf(server, await addOrganization(server), ['hq_admin']);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/changes'],
      ['POST', '/apply'],
      ['POST', '/cancel'],
    ] as const) {
      const reply = await server.app.inject({
        method,
        url: `/hq/catalogue/imports/${id}${path}`,
        headers: theirs.headers,
      });
      expect(reply.json(), path).toMatchObject({ status: 404 });
    }
    expect((await read(id)).status).toBe('ready');
  });

  test('more than 64 MiB is refused as it comes in', async () => {
    const reply = await upload('x'.repeat(67_108_865));
    expect(reply.json()).toMatchObject({ status: 413, code: 'app.too_large' });
  });
});

test('the rows are pulled by the devices of the shop, and only by them', async () => {
  const till = await enrolledDevice(server, at);
  await applied(`${HEADER}\nA;1;Сыр;Еда;5;10%;;\n`);
  const pull = (of: Record<string, string>, deviceId: string) =>
    server.app.inject({
      method: 'POST',
      url: '/sync/pull',
      headers: of,
      payload: { proto: 1, schema: 1, writer: { deviceId, incarnation: 1 }, cursors: {} },
    });
  expect((await pull(till.headers, till.deviceId)).json()).toMatchObject({
    complete: true,
    rows: [{ type: 'catalogue_item', scope: shopScope(at.shopId), fields: { name: 'Сыр', priceMinor: 500 } }],
  });
  const stranger = await enrolledDevice(server, await addOrganization(server));
  expect((await pull(stranger.headers, stranger.deviceId)).json()).toMatchObject({ rows: [] });
});
