/** A report on its way: by e-mail and SMS, through real servers of both on loopback. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import type { HqReports } from '#shared/hq/reports.api.ts';
import { copyCode, id, MINUTE, openReportsWorld, PDF, REQUEST } from '#test/doubles/reports-world.ts';
import { sessionOf } from '../../testing/test-app.ts';
import { readShortLink } from './short-link.ts';

const world = openReportsWorld();
const { queueOf, ask, stateOf, upload, pushReport, startSmtp, startProvider } = world;

const SMS = { to: { channel: 'sms', address: '+79001234567' } } as const;
const ADDRESSES = /anna@example\.com|9001234567/;
const smtp = (port: number) => ({ EMAIL_PROVIDER: 'smtp', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port) });

describe('by e-mail', () => {
  test('AK-24 the report is attached, in the language of the guest, once', async () => {
    const { taken, port } = await startSmtp();
    const queue = await queueOf(smtp(port));
    expect((await ask(id(1))).json()).toEqual({ id: id(1), state: 'queued', attempts: 0 });
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'queued', attempts: 0 });
    await upload();
    world.app.clock.now += 5000;
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'sent', attempts: 1 });
    expect((await ask(id(1))).json()).toMatchObject({ state: 'sent' });
    world.app.clock.now += 60 * MINUTE;
    await queue.tick();
    expect(taken).toHaveLength(1);
    const letter = await PostalMime.parse(taken[0] ?? '');
    expect(letter.subject).toBe('Отчёт о диагностике — Автомаркет');
    expect(letter.to).toEqual([{ address: 'anna@example.com', name: '' }]);
    expect(letter.text).toContain(`https://shop.example/r/${copyCode}`);
    expect(letter.messageId).toBe(`<${id(1)}@example.com>`);
    const [file] = letter.attachments;
    expect(file).toMatchObject({ filename: `${REQUEST.reportId}.pdf`, mimeType: 'application/pdf' });
    expect(Buffer.from(file?.content as ArrayBuffer).equals(PDF)).toBe(true);
    expect(world.counted).toEqual(['email sent']);
    const rows = await world.app.db.execute(sql`SELECT address FROM report_deliveries`);
    expect(rows.rows).toEqual([{ address: null }]);
  });

  test('AK-25 a server that refuses is tried again after 1, 5 and 30 minutes, then no more', async () => {
    let attempts = 0;
    const { taken, port } = await startSmtp(() => {
      attempts += 1;
      return 'busy';
    });
    const queue = await queueOf(smtp(port));
    await upload();
    await ask(id(1));
    for (const [index, minutes] of [1, 5, 30].entries()) {
      await queue.tick();
      expect(await stateOf(id(1))).toEqual({
        id: id(1),
        state: 'queued',
        attempts: index + 1,
        nextAt: world.app.clock.now + minutes * MINUTE,
        fault: 'provider_refused',
      });
      world.app.clock.now += minutes * MINUTE - 1;
      await queue.tick();
      expect(attempts).toBe(index + 1);
      world.app.clock.now += 1;
    }
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'failed', attempts: 4, fault: 'provider_refused' });
    world.app.clock.now += 100 * MINUTE;
    await queue.tick();
    expect({ attempts, taken: taken.length }).toEqual({ attempts: 4, taken: 0 });
    expect(world.counted).toEqual(Array.from({ length: 4 }, () => 'email failed'));
  });

  test('AK-25 nobody listens: tried again, and sent when somebody does', async () => {
    const { taken, port } = await startSmtp();
    await upload();
    await ask(id(1));
    await (await queueOf(smtp(1))).tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'queued', attempts: 1, fault: 'provider_unavailable' });
    world.app.clock.now += MINUTE;
    await (await queueOf(smtp(port))).tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'sent', attempts: 2 });
    expect(taken).toHaveLength(1);
  });

  test('an address that does not exist is not tried again; headquarters sends to a corrected one', async () => {
    let isWrong = true;
    const { taken, port } = await startSmtp(() => (isWrong ? 'no_such_user' : 'take'));
    const queue = await queueOf(smtp(port));
    await upload();
    await pushReport();
    await ask(id(1));
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'failed', attempts: 1, fault: 'address_refused' });

    isWrong = false;
    const desk = await sessionOf(world.app, world.organization, ['manager']);
    const again = await world.app.app.inject({
      method: 'POST',
      url: `/hq/reports/${REQUEST.reportId}/deliveries`,
      headers: desk.headers,
      payload: { channel: 'email', address: 'olga@example.com' },
    });
    expect(again.statusCode).toBe(204);
    await queue.tick();
    const [listed] = (await world.app.app.inject({ url: '/hq/reports', headers: desk.headers })).json<HqReports>()
      .reports;
    expect(listed).toMatchObject({ shopName: 'Лесная', report: { id: REQUEST.reportId, summary: { now: 1 } } });
    expect(listed?.deliveries.map(({ to, state }) => ({ to, state }))).toEqual([
      { to: 'o•••@example.com', state: 'sent' },
      { to: 'a•••@example.com', state: 'failed' },
    ]);
    expect(taken).toHaveLength(1);
    const audit = await world.app.db.execute(sql`SELECT event, details FROM audit_log WHERE event = 'REPORT_RESENT'`);
    expect(audit.rows).toEqual([{ event: 'REPORT_RESENT', details: { channel: 'email' } }]);
  });

  test('a letter whose answer was lost may have come: it is not sent again', async () => {
    const { taken, port } = await startSmtp(() => 'die_after_data');
    const queue = await queueOf(smtp(port));
    await upload();
    await ask(id(1));
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'unknown', attempts: 1, fault: 'no_answer' });
    world.app.clock.now += 100 * MINUTE;
    await queue.tick();
    expect(taken).toHaveLength(1);
  });

  test('an attempt that a dead process left is not made again', async () => {
    const { taken, port } = await startSmtp();
    const queue = await queueOf(smtp(port));
    await upload();
    await ask(id(1));
    await world.app.db.execute(
      sql`UPDATE report_deliveries SET state = 'sending', attempts = 1, lease_until = ${world.app.clock.now + MINUTE}`,
    );
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sending' });
    world.app.clock.now += MINUTE;
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'unknown', fault: 'no_answer' });
    expect(taken).toHaveLength(0);
  });

  test('two instances that look at the same moment send it once', async () => {
    const { taken, port } = await startSmtp();
    await upload();
    await ask(id(1));
    const queues = [await queueOf(smtp(port)), await queueOf(smtp(port))];
    await Promise.all(queues.map((queue) => queue.tick()));
    expect(taken).toHaveLength(1);
  });

  test('without bytes for a day there is nothing to send', async () => {
    await ask(id(1));
    world.app.clock.now += 25 * 60 * MINUTE;
    await (await queueOf({})).tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'failed', fault: 'file_missing', attempts: 0 });
  });

  test('SendGrid gets what its documentation asks for, and nobody is told twice', async () => {
    let status = 202;
    const { asked, url } = await startProvider(() => ({ status, headers: { 'x-message-id': 'sg-1' } }));
    const queue = await queueOf({ EMAIL_PROVIDER: 'sendgrid', SENDGRID_API_KEY: 'SG.key', SENDGRID_API_URL: url });
    await upload();
    await ask(id(1));
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sent' });
    expect(asked[0]).toMatchObject({ url: '/v3/mail/send', authorization: 'Bearer SG.key' });
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      personalizations: [{ to: [{ email: 'anna@example.com' }] }],
      from: { email: 'noreply@example.com' },
      content: [{ type: 'text/plain' }],
      attachments: [{ content: PDF.toString('base64'), type: 'application/pdf', disposition: 'attachment' }],
    });
    status = 500;
    await ask(id(2));
    await queue.tick();
    expect(await stateOf(id(2))).toMatchObject({ state: 'unknown' });
    status = 429;
    await ask(id(3));
    await queue.tick();
    expect(await stateOf(id(3))).toMatchObject({ state: 'queued', fault: 'provider_unavailable' });
    status = 401;
    await ask(id(4));
    await queue.tick();
    expect(await stateOf(id(4))).toMatchObject({ state: 'queued', fault: 'provider_refused' });
  });
});

describe('by SMS', () => {
  const linkOf = (text: string) => /https:\/\/shop\.example\/s\/(\S+)/.exec(text)?.[1] ?? '';

  test('AK-24 Twilio carries a short link and nothing of the guest', async () => {
    const { asked, url } = await startProvider(({ body }) => {
      const form = new URLSearchParams(body);
      if ((form.get('Body') ?? '').length > 1600) return { status: 400, body: { code: 21_617, message: 'too long' } };
      return form.get('To') === '+79001234567'
        ? { status: 201, body: { sid: 'SM1', status: 'queued' } }
        : { status: 400, body: { code: 21_211, message: 'not a number' } };
    });
    const queue = await queueOf({
      SMS_PROVIDER: 'twilio',
      SMS_FROM: '+79000000000',
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'secret',
      TWILIO_API_URL: url,
    });
    await upload();
    await ask(id(1), SMS);
    await ask(id(2), { to: { channel: 'sms', address: '+79990000000' } });
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sent' });
    expect(await stateOf(id(2))).toMatchObject({ state: 'failed', fault: 'address_refused' });
    expect(asked[0]?.url).toBe('/2010-04-01/Accounts/AC1/Messages.json');
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('AC1:secret').toString('base64')}`);
    const form = new URLSearchParams(asked[0]?.body);
    expect(form.get('From')).toBe('+79000000000');
    const text = form.get('Body') ?? '';
    expect(text).not.toMatch(ADDRESSES);
    expect(text).not.toContain('RPT-');
    expect(text.length).toBeLessThan(140);
    expect(readShortLink('a2V5', linkOf(text), world.app.clock.now)).toBe(copyCode);
  });

  test('SMSC.ru gets UTF-8 and a number of the message, and its faults mean what they mean', async () => {
    let answer: unknown = { id: 1, cnt: 1 };
    const { asked, url } = await startProvider(() => ({ status: 200, body: answer }));
    const queue = await queueOf({ SMS_PROVIDER: 'smsc', SMSC_LOGIN: 'l', SMSC_PASSWORD: 'p', SMSC_API_URL: url });
    await upload();
    await ask(id(1), SMS);
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sent' });
    const form = new URLSearchParams(asked[0]?.body);
    expect(Object.fromEntries(form)).toMatchObject({ login: 'l', psw: 'p', charset: 'utf-8', fmt: '3', id: '1' });
    expect((form.get('mes') ?? '').length).toBeLessThanOrEqual(1000);
    for (const [n, code, state, fault] of [
      [2, 7, 'failed', 'address_refused'],
      [3, 2, 'queued', 'provider_refused'],
      [4, 9, 'queued', 'provider_unavailable'],
    ] as const) {
      answer = { error: 'no', error_code: code };
      await ask(id(n), SMS);
      await queue.tick();
      expect(await stateOf(id(n))).toMatchObject({ state, fault });
    }
  });

  test('nobody is set up in PROD: it says so', async () => {
    await upload();
    await ask(id(1), SMS);
    await (
      await queueOf({
        AGENT_ENV: 'PROD',
        PAYMENT_PROVIDER: 'none',
        PASSPORT_KEY: 'a key of our own for passports',
        CONTRACT_SIGNATURE_SECRET: 'a secret of our own for contracts',
      })
    ).tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'queued', fault: 'not_configured' });
  });
});

test('in DEV messages become files of a folder', async () => {
  const queue = await queueOf({});
  await upload();
  await ask(id(1));
  await ask(id(2), SMS);
  await queue.tick();
  expect((await readdir(join(world.dir, 'outbox'))).toSorted()).toEqual([
    `${id(1)}.email.txt`,
    `${id(1)}.pdf`,
    `${id(2)}.sms.txt`,
  ]);
  expect(await readFile(join(world.dir, 'outbox', `${id(2)}.sms.txt`), 'utf8')).toContain(
    'Автомаркет: ваш отчёт готов',
  );
});
