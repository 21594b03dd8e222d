/** What can be had of a report: its copy, and by whom it is sent. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { copyCode, id, MINUTE, openReportsWorld, PDF, REQUEST } from '#test/doubles/reports-world.ts';
import { addOrganization, enrolledDevice, sessionOf, T0 } from '../../testing/test-app.ts';
import { makeShortLink } from './short-link.ts';

const world = openReportsWorld();
const { queueOf, ask, stateOf, upload, pushReport, startSmtp } = world;

const SMS = { to: { channel: 'sms', address: '+79001234567' } } as const;
const ADDRESSES = /anna@example\.com|9001234567/;
const smtp = (port: number) => ({ EMAIL_PROVIDER: 'smtp', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port) });

describe('the copy', () => {
  const get = (url: string) => world.app.app.inject({ url });

  test('opens by the code on the paper for a month, and by nothing else', async () => {
    await upload();
    expect((await get(`/r/${copyCode}`)).statusCode).toBe(404);
    await pushReport();
    const copy = await get(`/r/${copyCode}`);
    expect(copy.headers['content-type']).toBe('application/pdf');
    expect(copy.headers['cache-control']).toBe('private, no-store');
    expect(copy.rawPayload.equals(PDF)).toBe(true);
    expect((await get(`/r/${copyCode.replace('A', 'B')}`)).statusCode).toBe(404);
    world.app.clock.now = T0 + 30 * 24 * 60 * MINUTE + 1;
    expect((await get(`/r/${copyCode}`)).json()).toMatchObject({ code: 'reports.link_expired' });
  });

  test('a phone gets a page in its language where there is no report, or not yet, or not any more', async () => {
    const page = (url: string) =>
      world.app.app.inject({ url, headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': 'he-IL,he;q=0.9' } });
    for (const url of [`/r/${copyCode}`, '/r/what-is-this', '/s/what-is-this']) {
      const unknown = await page(url);
      expect(unknown.statusCode, url).toBe(404);
      expect(unknown.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(unknown.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(unknown.body).toContain('אין דוח כזה');
    }
    await pushReport();
    expect((await page(`/r/${copyCode}`)).body).toContain('הדוח בדרך');
    await upload();
    expect((await page(`/r/${copyCode}`)).rawPayload.equals(PDF)).toBe(true);
    world.app.clock.now = T0 + 30 * 24 * 60 * MINUTE + 1;
    expect((await page(`/r/${copyCode}`)).body).toContain('תוקף הקישור פג');
  });

  test('a signed short link opens until its time, and no made-up one does', async () => {
    await upload();
    await pushReport();
    const [row] = (await world.app.db.execute<{ secret: string }>(sql`SELECT secret FROM report_link_keys`)).rows;
    const link = makeShortLink(row?.secret ?? '', copyCode, T0 + 60 * MINUTE);
    expect((await get(`/s/${link}`)).rawPayload.equals(PDF)).toBe(true);
    const forged = makeShortLink('bm90IHRoZSBrZXk', copyCode, T0 + 60 * MINUTE);
    expect((await get(`/s/${forged}`)).json()).toMatchObject({ code: 'blobs.link_invalid' });
    const longer = `${makeShortLink('', copyCode, T0 + 999 * MINUTE).slice(0, 26)}${link.slice(26)}`;
    expect((await get(`/s/${longer}`)).json()).toMatchObject({ code: 'blobs.link_invalid' });
    world.app.clock.now = T0 + 60 * MINUTE;
    expect((await get(`/s/${link}`)).json()).toMatchObject({ code: 'reports.link_expired' });
  });
});

test('a device sees its own deliveries only, and an id is of one report', async () => {
  await ask(id(1));
  for (const place of [world.organization, await addOrganization(world.app)]) {
    const other = await enrolledDevice(world.app, place, { mode: 'kiosk' });
    const seen = await world.app.app.inject({ url: `/reports/deliveries?ids=${id(1)}`, headers: other.headers });
    expect(seen.json()).toEqual({ deliveries: [] });
    const taken = await world.app.app.inject({
      method: 'PUT',
      url: `/reports/deliveries/${id(1)}`,
      headers: other.headers,
      payload: REQUEST,
    });
    expect(taken.json()).toMatchObject({ code: 'app.conflict' });
  }
  expect(await stateOf(id(1))).toMatchObject({ state: 'queued', attempts: 0 });
});

test('one report is sent eight times, however many a device asks at once; headquarters may send it still', async () => {
  const to = (n: number) => ({ to: { channel: 'sms', address: `+7900000000${n}` } }) as const;
  for (let n = 1; n < 8; n += 1) expect((await ask(id(n), to(n))).statusCode).toBe(200);
  const last = await Promise.all([8, 9].map((n) => ask(id(n), to(n))));
  expect(new Set(last.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 429]));
  expect(last.find(({ statusCode }) => statusCode === 429)?.json()).toMatchObject({ code: 'reports.sent_enough' });
  // What was asked for before is answered as before, and another report has its own eight.
  expect((await ask(id(1), to(1))).json()).toMatchObject({ state: 'queued' });
  expect((await ask(id(10), { ...to(1), reportId: 'RPT-DIAG-1D7K2M9QX-4TZ8W3RB' })).statusCode).toBe(200);
  await pushReport();
  const hq = await sessionOf(world.app, world.organization, ['manager']);
  const url = `/hq/reports/${REQUEST.reportId}/deliveries`;
  const sent = await world.app.app.inject({ method: 'POST', url, headers: hq.headers, payload: to(1).to });
  expect(sent.statusCode).toBe(204);
});

test('headquarters of another organisation send nobody’s report to anybody', async () => {
  await upload();
  await pushReport();
  const stranger = await sessionOf(world.app, await addOrganization(world.app), ['manager']);
  const reply = await world.app.app.inject({
    method: 'POST',
    url: `/hq/reports/${REQUEST.reportId}/deliveries`,
    headers: stranger.headers,
    payload: { channel: 'email', address: 'olga@example.com' },
  });
  expect(reply.statusCode).toBe(404);
  expect((await world.app.db.execute(sql`SELECT id FROM report_deliveries`)).rows).toEqual([]);
});

test('no address and no secret is in the log', async () => {
  const { port } = await startSmtp(() => 'no_such_user');
  const queue = await queueOf({ ...smtp(port), SMTP_USER: 'user', SMTP_PASS: 'hidden-password' });
  await upload();
  await ask(id(1));
  await ask(id(2), SMS);
  await queue.tick();
  const log = JSON.stringify(world.app.logged);
  expect(log).toContain('a report was sent, or not');
  expect(log).not.toMatch(ADDRESSES);
  expect(log).not.toContain('hidden-password');
});
