import { eq, type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Order, PrintStatus } from '#shared/orders/orders.schema.ts';
import type { PartnerOrder, PartnerOrders } from '#shared/partner/partner.api.ts';
import { auditLog, shops } from '../../auth/auth.tables.ts';
import { insertBlob } from '../../blobs/blobs.repo.ts';
import { addDevice, addOrganization, createTestApp, sessionOf, T0, type TestApp } from '../../testing/test-app.ts';
import { type At, order, put } from '../../testing/test-rows.ts';
import { insertShop } from '../devices/devices.repo.ts';
import { findOrder, listOrders, listPrinted, selectOrders, selectPrinted } from './partner.repo.ts';
import { type PartnerScope, withinScope } from './partner.scope.repo.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp();
});
beforeEach(() => {
  server.clock.now = T0;
});
afterAll(() => server.close());

type Headers = Record<string, string>;

const partnerOf = async (at: At) => {
  const session = await sessionOf(server, at, ['partner']);
  await server.db.update(shops).set({ partnerUserId: session.userId }).where(eq(shops.id, at.shopId));
  return session;
};
const place = async (): Promise<At> => {
  const organization = await addOrganization(server);
  return { ...organization, deviceId: await addDevice(server, organization) };
};
/** Another shop of the same organisation, with a kiosk, and nobody's as yet. */
const neighbour = async ({ organizationId }: At): Promise<At> => {
  const shopId = server.newId();
  const createdAt = server.clock.now;
  await server.db.transaction((tx) =>
    insertShop(tx, { id: shopId, organizationId, partnerUserId: null, name: 'Южная', address: 'Южная, 1', createdAt }),
  );
  return { organizationId, shopId, deviceId: await addDevice(server, { organizationId, shopId }) };
};
const aged = (at: At, ms: number, change: Partial<Order> = {}): Order =>
  order(server, at, { createdAt: server.clock.now - ms, printStatus: 'new', ...change });
const printed = (at: At, ms: number, age = ms + 4 * HOUR): Order =>
  aged(at, age, { printStatus: 'printed', printedAt: server.clock.now - ms });
const ask = (url: string, headers: Headers) => server.app.inject({ url, headers });
const mark = (id: string, status: string, headers: Headers) =>
  server.app.inject({ method: 'POST', url: `/partner/orders/${id}/mark`, headers, payload: { status } });
const idsOf = (orders: readonly { readonly id: string }[]) => orders.map(({ id }) => id);
const listed = async (headers: Headers, query = '') =>
  idsOf((await ask(`/partner/orders?${query}`, headers)).json<PartnerOrders>().orders);
const marksOf = async (id: string) => {
  const rows = await server.db.select().from(auditLog).where(eq(auditLog.entityId, id)).orderBy(auditLog.seq);
  return rows.map(({ event, actorId }) => ({ event, actorId }));
};

describe('new orders', () => {
  test('AP-01 new orders window', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    const [fresh, late, justPrinted] = [aged(at, 179 * MINUTE), aged(at, 181 * MINUTE), printed(at, 14 * MINUTE)];
    const orders = [fresh, late, justPrinted, printed(at, 16 * MINUTE), aged(at, MINUTE, { printStatus: 'none' })];
    await put(server, at, { orders });
    const reply = await ask('/partner/orders/new', headers);
    expect(idsOf(reply.json<PartnerOrder[]>())).toEqual([fresh.id, justPrinted.id]);
  });

  test('an order that came out badly waits for paper again, and its photo is a link that opens', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    const imageId = 'ab'.repeat(32);
    const { organizationId } = at;
    const file = { kind: 'photo', mediaType: 'image/jpeg', size: 3, state: 'durable', received: 3, parts: [] } as const;
    const times = { createdAt: server.clock.now, updatedAt: server.clock.now };
    await insertBlob(server.db, { organizationId, id: imageId, ...file, ...times });
    const again = aged(at, 10 * MINUTE, {
      printStatus: 'not_printed',
      customer: { name: 'John Doe', phone: '+79001234567' },
      imageId,
    });
    await put(server, at, { orders: [again, aged(at, 20 * MINUTE, { imageId: 'cd'.repeat(32) })] });
    const [first, second] = (await ask('/partner/orders/new', headers)).json<PartnerOrder[]>();
    expect(first).toEqual({
      id: again.id,
      number: 'K-0412',
      customerName: 'John Doe',
      customerEmail: null,
      customerPhone: '+79001234567',
      status: 'not_printed',
      imageUrl: expect.stringMatching(new RegExp(`^/blob-link/${organizationId}/${imageId}\\?expires=\\d+&signature=`)),
      printedAt: null,
      kiosk: { id: at.deviceId, name: 'Касса 1' },
      createdAt: new Date(again.createdAt).toISOString(),
    });
    // Its bytes have not come yet.
    expect(second?.imageUrl).toBeNull();
    // Read again a moment later it is the same to the letter: a page has nothing to draw anew.
    server.clock.now += 1000;
    expect((await ask('/partner/orders/new', headers)).json<PartnerOrder[]>()).toEqual([first, second]);
  });
});

describe('the list', () => {
  test('AP-02 30-day limit', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    const [within, beyond] = [aged(at, 30 * DAY - HOUR), aged(at, 30 * DAY + HOUR)];
    await put(server, at, { orders: [within, beyond] });
    expect(await listed(headers)).toEqual([within.id]);
    const sixtyDaysAgo = new Date(server.clock.now - 60 * DAY).toISOString().slice(0, 10);
    expect(await listed(headers, `from=${sixtyDaysAgo}`)).toEqual([within.id]);
    expect((await ask(`/partner/orders/${beyond.id}`, headers)).json()).toMatchObject({ code: 'orders.not_found' });
  });

  test('AP-03 filters', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    const other = { ...at, deviceId: await addDevice(server, at) };
    const stranger = await place();
    const john = aged(at, HOUR, { ...printedNow(), customer: { name: 'JOHN Doe' } });
    const byMail = aged(at, 2 * HOUR, { ...printedNow(), customer: { email: 'john@example.com' } });
    await put(server, at, {
      orders: [
        john,
        byMail,
        aged(at, HOUR, { customer: { name: 'John, unprinted' } }),
        aged(other, HOUR, { ...printedNow(), customer: { name: 'John, elsewhere' } }),
        aged(at, HOUR, { ...printedNow(), customer: { name: 'Mary 100%' }, number: 'K-7' }),
      ],
    });
    await put(server, stranger, { orders: [aged(stranger, HOUR, { customer: { name: 'John' } })] });
    expect(await listed(headers, `status=printed&kioskId=${at.deviceId}&q=john`)).toEqual([john.id, byMail.id]);
    const foreign = await ask(`/partner/orders?kioskId=${stranger.deviceId}`, headers);
    expect(foreign.json()).toEqual({ orders: [] });
    expect(foreign.statusCode).toBe(200);
    // Signs of a pattern are letters here; the kiosk's name and the beginning of a number are searched as well.
    expect(await listed(headers, 'q=100%25')).toHaveLength(1);
    expect(await listed(headers, 'q=100_')).toHaveLength(0);
    expect(await listed(headers, 'q=k-7')).toHaveLength(1);
    expect(await listed(headers, `q=${encodeURIComponent('касса 1')}`)).toHaveLength(5);
    expect((await ask('/partner/orders?status=lost', headers)).statusCode).toBe(400);
    expect((await ask('/partner/orders?limit=1000', headers)).statusCode).toBe(400);
    expect((await ask('/partner/orders?cursor=nonsense', headers)).json()).toMatchObject({ code: 'app.bad_input' });
  });

  test('days are those of the organisation, both ends included', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    // The clock says 12:00Z of the 15th; Moscow's 14th begins at 21:00Z of the 13th.
    const [before, first, last, after] = [39 * HOUR + 1, 39 * HOUR, 15 * HOUR + 1, 15 * HOUR].map((ms) => aged(at, ms));
    const orders = [before, first, last, after].filter((one) => one !== undefined);
    await put(server, at, { orders });
    expect(await listed(headers, 'from=2025-10-14&to=2025-10-14')).toEqual([last?.id, first?.id]);
    expect(await listed(headers, 'to=2025-10-13')).toEqual([before?.id]);
  });

  test('pages follow each other without a gap or a repeat while orders come, over few shops and over many', async () => {
    const at = await place();
    const { headers, userId } = await partnerOf(at);
    const places = [at, await neighbour(at)];
    const own = async ({ shopId }: At) => {
      await server.db.update(shops).set({ partnerUserId: userId }).where(eq(shops.id, shopId));
    };
    for (const one of places) await own(one);
    // Of the same millisecond too: then the id decides.
    const orders = Array.from({ length: 25 }, (_, nth) => aged(places[nth % 2] ?? at, Math.floor(nth / 3) * MINUTE));
    await put(server, at, { orders });
    const newest = orders.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    const readAll = async () => {
      const seen: string[] = [];
      for (let next: string | undefined = ''; next !== undefined; ) {
        const reply = await ask(`/partner/orders?limit=10${next === '' ? '' : `&cursor=${next}`}`, headers);
        const page = reply.json<PartnerOrders>();
        expect(page.orders.length).toBeLessThanOrEqual(10);
        seen.push(...idsOf(page.orders));
        if (next === '') await put(server, at, { orders: [aged(at, -MINUTE)] });
        next = page.next;
      }
      return seen;
    };
    expect(await readAll()).toEqual(idsOf(newest));
    await server.db.execute(sql`INSERT INTO shops (id, organization_id, partner_user_id, name, address, created_at)
      SELECT ${at.shopId} || '-' || n, ${at.organizationId}, ${userId}, 'Shop', 'Street', 0 FROM generate_series(1, 120) AS n`);
    // By now one order that came while the first pages were read.
    expect((await readAll()).slice(1)).toEqual(idsOf(newest));
  });

  test('new orders of many shops are those of few', async () => {
    const at = await place();
    const { headers, userId } = await partnerOf(at);
    const other = await neighbour(at);
    const [waiting, late, justPrinted] = [aged(at, MINUTE), aged(at, 181 * MINUTE), printed(at, 14 * MINUTE)];
    await put(server, at, { orders: [waiting, late, justPrinted, printed(at, 16 * MINUTE)] });
    await put(server, other, { orders: [aged(other, MINUTE), printed(other, MINUTE)] });
    const fresh = async () => idsOf((await ask('/partner/orders/new', headers)).json<PartnerOrder[]>());
    const few = await fresh();
    expect(few).toEqual([waiting.id, justPrinted.id]);
    await server.db.execute(sql`INSERT INTO shops (id, organization_id, partner_user_id, name, address, created_at)
      SELECT ${at.shopId} || '-' || n, ${at.organizationId}, ${userId}, 'Shop', 'Street', 0 FROM generate_series(1, 120) AS n`);
    expect(await fresh()).toEqual(few);
  });
});

test.each([false, true])(
  'the statements ask for what is his by themselves, were there no wall behind them (many shops: %s)',
  async (hasMany) => {
    const at = await place();
    const { userId } = await partnerOf(at);
    const strange = [await neighbour(at), await place()];
    const [own, ownPrinted] = [aged(at, MINUTE), printed(at, MINUTE)];
    await put(server, at, { orders: [own, ownPrinted] });
    for (const other of strange) await put(server, other, { orders: [aged(other, MINUTE), printed(other, MINUTE)] });
    const foreign = aged(at, MINUTE, { shopId: strange[0]?.shopId ?? '' });
    await put(server, strange[0] ?? at, { orders: [foreign] });
    const scope = {
      organizationId: at.organizationId,
      userId,
      hasMany,
      timeZone: 'Europe/Moscow',
      currency: 'RUB',
    } as const;
    const seen = await server.db.transaction(async (tx) => ({
      waiting: await listOrders(tx, scope, { from: 0, limit: 50, statuses: ['new'] }),
      all: await listOrders(tx, scope, { from: 0, limit: 50 }),
      printed: await listPrinted(tx, scope, 0, 50),
      foreign: await findOrder(tx, scope, foreign.id, 0, 'read'),
      own: await findOrder(tx, scope, own.id, 0, 'change'),
    }));
    const ids = (found: readonly { readonly order: Order }[]) => idsOf(found.map((one) => one.order));
    expect(ids(seen.waiting)).toEqual([own.id]);
    expect(ids(seen.all)).toEqual([own.id, ownPrinted.id]);
    expect(ids(seen.printed)).toEqual([ownPrinted.id]);
    expect([seen.foreign, seen.own?.order.id]).toEqual([undefined, own.id]);
  },
);

test('the few that are not printed, or just were, are found among very many by an index of their own, behind the wall too', async () => {
  const at = await place();
  const partner = await partnerOf(at);
  await server.db.execute(sql`
    INSERT INTO entities (organization_id, type, id, scope, ver, fields, received_at, updated_at)
    SELECT ${at.organizationId}, 'order', ${at.shopId} || nth, 'shop:' || ${at.shopId}::text || '-' || nth % 200, nth,
      jsonb_build_object('createdAt', nth, 'printedAt', nth, 'printStatus', CASE nth % 21 WHEN 7 THEN 'not_printed' ELSE 'printed' END), 0, 0
    FROM generate_series(1, 4000) AS nth`);
  await server.db.execute(sql`ANALYZE entities`);
  const planOf = (hasMany: boolean, query: (scope: PartnerScope) => SQL) =>
    withinScope(server.db, { ...at, userId: partner.userId }, async (tx, scope) => {
      // Of a table of a few pages all are soon read.
      await tx.execute(sql`SET LOCAL enable_seqscan = off`);
      await tx.execute(sql`SET LOCAL enable_bitmapscan = off`);
      return JSON.stringify((await tx.execute(sql`EXPLAIN ${query({ ...scope, hasMany })}`)).rows);
    });
  const plan = (hasMany: boolean, statuses?: readonly PrintStatus[]) =>
    planOf(hasMany, (scope) => selectOrders(scope, { from: 0, limit: 51, statuses }));
  for (const statuses of [['not_printed'], ['new', 'not_printed']] as const) {
    expect(await plan(false, statuses)).toContain('entities_waiting_of_shop');
    expect(await plan(true, statuses)).toContain('entities_waiting_by_time');
  }
  for (const statuses of [['printed'], undefined] as const) {
    expect(await plan(false, statuses)).not.toContain('waiting_of');
  }
  const printed = (hasMany: boolean) => planOf(hasMany, (scope) => selectPrinted(scope, 3990, 500));
  expect(await printed(false)).toContain('entities_printed_of_shop');
  expect(await printed(true)).toContain('entities_printed_by_time');
});

const printedNow = (): Partial<Order> => ({ printStatus: 'printed', printedAt: server.clock.now });

describe('one order', () => {
  test('AP-04 foreign order', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    const strange = [await neighbour(at), await place()];
    for (const other of strange) {
      const foreign = aged(other, HOUR);
      await put(server, other, { orders: [foreign] });
      for (const reply of [
        await ask(`/partner/orders/${foreign.id}`, headers),
        await mark(foreign.id, 'printed', headers),
      ]) {
        expect(reply.json()).toMatchObject({ status: 404, code: 'orders.not_found' });
      }
      expect(await marksOf(foreign.id)).toEqual([]);
      const { rows } = await server.db.execute(
        sql`SELECT fields->>'printStatus' AS is FROM entities WHERE id = ${foreign.id}`,
      );
      expect(rows).toEqual([{ is: 'new' }]);
    }
  });

  test('AP-05 mark printed', async () => {
    const at = await place();
    const { headers, userId } = await partnerOf(at);
    const [made, paperless] = [aged(at, HOUR), aged(at, HOUR, { printStatus: 'none' })];
    await put(server, at, { orders: [made, paperless] });
    const when = new Date(server.clock.now).toISOString();
    const first = await mark(made.id, 'printed', headers);
    expect(first.json()).toMatchObject({ id: made.id, status: 'printed', printedAt: when });
    server.clock.now += MINUTE;
    const again = await mark(made.id, 'printed', headers);
    expect([again.statusCode, again.json().printedAt]).toEqual([200, when]);
    const byUser = { actorId: userId };
    expect(await marksOf(made.id)).toEqual([{ event: 'ORDER_MARK_PRINTED', ...byUser }]);
    expect((await mark(made.id, 'not_printed', headers)).json()).toMatchObject({
      status: 'not_printed',
      printedAt: null,
    });
    expect(await marksOf(made.id)).toEqual([
      { event: 'ORDER_MARK_PRINTED', ...byUser },
      { event: 'ORDER_MARK_NOT_PRINTED', ...byUser },
    ]);
    expect((await mark(made.id, 'lost', headers)).statusCode).toBe(400);
    expect((await mark(paperless.id, 'printed', headers)).json()).toMatchObject({ code: 'orders.not_found' });
  });

  test('marks that two pages make at once are one mark', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    const made = aged(at, HOUR);
    await put(server, at, { orders: [made] });
    const replies = await Promise.all([1, 2, 3].map(() => mark(made.id, 'printed', headers)));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await marksOf(made.id)).toHaveLength(1);
  });

  test('a mark reaches the devices of the shop: the row has a new version, and the digest is right', async () => {
    const at = await place();
    const { headers } = await partnerOf(at);
    const made = aged(at, HOUR);
    await put(server, at, { orders: [made] });
    const state = async () => {
      const { rows } = await server.db.execute(sql`
        SELECT h.head, h.digest, e.ver FROM entities e JOIN scope_heads h ON h.scope = e.scope WHERE e.id = ${made.id}`);
      return rows[0];
    };
    const before = await state();
    await mark(made.id, 'printed', headers);
    const after = await state();
    expect(after).toMatchObject({ head: Number(before?.['head']) + 1, ver: Number(before?.['head']) + 1 });
    expect(after?.['digest']).not.toBe(before?.['digest']);
  });
});

test('AP-06 counters', async () => {
  const at = await place();
  const { headers } = await partnerOf(at);
  const today = [1, 2, 3].map((nth) => aged(at, nth * HOUR, printedNow()));
  const waiting = [4, 5].map((nth) => aged(at, nth * HOUR));
  // Of yesterday by UTC, 23:59 and 00:01 in Moscow.
  const edges = [15 * HOUR + MINUTE, 15 * HOUR - MINUTE].map((ms) => aged(at, ms));
  await put(server, at, { orders: [...today, ...waiting, ...edges] });
  expect((await ask('/partner/orders/daily-counters', headers)).json()).toEqual({ all: 6, printed: 3 });
  const { days } = (await ask('/partner/orders/days', headers)).json<{ days: readonly object[] }>();
  expect(days).toHaveLength(14);
  expect(days.slice(-2)).toEqual([
    { day: '2025-10-14', all: 1, printed: 0 },
    { day: '2025-10-15', all: 6, printed: 3 },
  ]);
});

test('a partner sees his own shops: not those of another partner, not those of another organisation', async () => {
  const at = await place();
  const rival = await sessionOf(server, at, ['partner']);
  const { headers } = await partnerOf(at);
  await put(server, at, { orders: [aged(at, 5 * MINUTE)] });
  const elsewhere = await place();
  const stranger = await partnerOf(elsewhere);
  for (const url of ['/partner/orders/new', '/partner/orders']) {
    const seen = async (who: Headers) => JSON.stringify((await ask(url, who)).json());
    expect(await seen(headers)).toContain(at.deviceId);
    expect(await seen(rival.headers)).not.toContain(at.deviceId);
    expect(await seen(stranger.headers)).not.toContain(at.deviceId);
  }
  expect((await ask('/partner/orders/daily-counters', rival.headers)).json()).toEqual({ all: 0, printed: 0 });
});
