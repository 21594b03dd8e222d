/** The code of a client, and what it leaves. */
import { createHmac } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdsTogether } from '#node/audit-link.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import { MINUTE, openContractsWorld, SECOND, SECRET, wrong } from '#test/doubles/contracts-world.ts';
import { findAuditBreak } from '../../auth/audit.repo.ts';
import { createTestApp, managerOf, T0 } from '../../testing/test-app.ts';

const { world, put, addAppliance, threeAppliances, ask, generate, confirm, card, rowOf, chat, lastCode, sign } =
  openContractsWorld();

test('AM-16 wrong codes are counted, the fifth locks, and another code opens after a minute', async () => {
  await addAppliance();
  await generate();
  const code = await lastCode();
  for (let left = 4; left > 0; left -= 1) {
    expect((await confirm(wrong(code))).json()).toMatchObject({
      status: 400,
      code: 'contracts.otp_invalid',
      attempts_left: left,
    });
  }
  expect((await confirm(wrong(code))).json()).toMatchObject({ status: 429, code: 'contracts.otp_locked' });
  expect((await confirm(code)).json()).toMatchObject({ status: 429, code: 'contracts.otp_locked' });
  expect((await card()).contract?.status).toBe('otp_locked');
  world.server.clock.now += 59 * SECOND;
  expect((await ask('/contract/request-otp')).json()).toMatchObject({
    status: 429,
    code: 'contracts.otp_paused',
    retryAfterSeconds: 1,
  });
  world.server.clock.now += SECOND;
  expect((await ask('/contract/request-otp')).statusCode).toBe(200);
  const next = await lastCode();
  if (next !== code) expect((await confirm(code)).statusCode).toBe(400);
  expect((await confirm(next)).statusCode).toBe(200);
});

describe('AM-16 whoever guesses on', () => {
  const guess = async (tries: number) => {
    const code = await lastCode();
    for (let n = 0; n < tries; n += 1) await confirm(wrong(code));
  };

  test('has the tries that are left, whatever code or contract they are spent on', async () => {
    await addAppliance();
    await generate();
    await guess(3);
    world.server.clock.now += 60 * SECOND;
    expect((await ask('/contract/request-otp')).json()).toMatchObject({ otp: { attempts_left: 2 } });
    await guess(1);
    await addAppliance({ title: 'Ещё один' });
    expect((await generate()).otp).toMatchObject({ attempts_left: 1 });
    await guess(1);
    expect((await card()).contract?.status).toBe('otp_locked');
  });

  test('waits longer after each locked code, for another contract too and after a restart; a signature ends it', async () => {
    await addAppliance();
    await generate();
    for (const minutes of [1, 5, 30, 1440, 1440]) {
      await guess(5);
      const until = world.server.clock.now + minutes * MINUTE;
      expect((await card()).contract?.otp?.next_at).toBe(new Date(until).toISOString());
      world.server.clock.now = until - SECOND;
      // A day is longer than a token lives.
      if (minutes > 60) world.manager = await managerOf(world.server, world.organization);
      expect((await ask('/contract/request-otp')).json()).toMatchObject({ status: 429, code: 'contracts.otp_paused' });
      if (minutes === 5) {
        await addAppliance({ title: 'Повод для нового договора' });
        const refused = { status: 429, code: 'contracts.otp_paused', retryAfterSeconds: 1, hours: 0, minutes: 1 };
        expect((await ask('/contract/generate')).json()).toMatchObject(refused);
        const calm = world.server;
        world.server = await createTestApp(world.env, calm.opened);
        world.server.clock.now = until - SECOND;
        expect((await ask('/contract/generate')).json()).toMatchObject(refused);
        await world.server.app.close();
        world.server = calm;
        world.server.clock.now = until;
        expect((await generate()).otp).toMatchObject({ attempts_left: 5 });
        continue;
      }
      world.server.clock.now = until;
      expect((await ask('/contract/request-otp')).statusCode).toBe(200);
    }
    expect((await confirm(await lastCode())).statusCode).toBe(200);
    await addAppliance({ title: 'После подписи' });
    await generate();
    await guess(5);
    world.server.clock.now += MINUTE;
    expect((await ask('/contract/request-otp')).statusCode).toBe(200);
  });
});

test('AM-17 a blank is no code, before the signature and after it, and costs no try', async () => {
  await addAppliance();
  await generate();
  const blanks = [{ otp_code: '' }, { otp_code: ' ' }, {}, undefined, { otp_code: null }, { otp_code: 123_456 }];
  const refuseAll = async () => {
    for (const body of blanks) {
      const reply = await ask('/contract/confirm', body);
      expect(reply.json()).toMatchObject({ status: 400, code: 'contracts.otp_invalid' });
    }
  };
  await refuseAll();
  expect((await card()).contract?.otp?.attempts_left).toBe(5);
  expect((await confirm(await lastCode())).statusCode).toBe(200);
  await refuseAll();
});

test('AM-18 a code is over ten minutes and a second after its delivery', async () => {
  await addAppliance();
  await generate();
  const code = await lastCode();
  world.server.clock.now += 10 * MINUTE + SECOND;
  expect((await confirm(code)).json()).toMatchObject({ status: 400, code: 'contracts.otp_expired' });
  await ask('/contract/request-otp');
  world.server.clock.now += 10 * MINUTE;
  expect((await confirm(await lastCode())).statusCode).toBe(200);
});

describe('AM-19 the right code', () => {
  test('leaves what proves it, an invoice of what is due, and the client where they pay', async () => {
    await threeAppliances();
    const { contract, signed } = await sign();
    expect(signed).toMatchObject({
      id: contract.id,
      status: 'signed',
      signed_at: new Date(T0).toISOString(),
      pep_agreed_at: new Date(T0).toISOString(),
      signature_hash: contract.row.pdfSha256,
      signature_hmac: createHmac('sha256', SECRET).update(contract.row.pdfSha256).digest('hex'),
      signed_user_agent: 'Prilavok test',
      signed_ip: '127.0.0.1',
      otp: null,
    });
    const trail = signed.row.signature?.trail ?? expect.unreachable();
    expect(holdsTogether(trail)).toBe(true);
    expect(holdsTogether({ ...trail, details: { ...trail.details, pdfSha256: 'f'.repeat(64) } })).toBe(false);
    expect(await findAuditBreak(world.server.db, world.organization)).toBeUndefined();
    const { status, invoices } = await card();
    expect(status).toBe('awaiting_payment');
    expect(invoices).toMatchObject([{ amount: 3000, due_date: '2025-10-18', status: 'pending' }]);
    expect((await chat()).map(({ body }) => body)).toEqual([
      // Erased as soon as it was of no more use.
      'Договор ПЕ-251015-01, код подтверждения {secret}',
      'Выставлен счёт по договору ПЕ-251015-01: 3000.00 ₽. Оплатите до 18.10.2025',
    ]);
  });

  test('with nothing due the client is done', async () => {
    await addAppliance();
    const tariff = (await rowOf(world.tariffId)) as Tariff;
    await put('tariff', { ...tariff, extraPerApplianceMinor: 0 });
    await sign();
    expect(await card()).toMatchObject({ status: 'processed', invoices: [] });
  });
});

test('AM-20 signed once is signed: a second code changes nothing', async () => {
  await addAppliance();
  const { signed } = await sign();
  expect((await confirm('123456')).json()).toMatchObject({ status: 409, code: 'contracts.already_signed' });
  expect(await rowOf(signed.id)).toEqual(signed.row);
  expect((await ask('/contract/request-otp')).json()).toMatchObject({ code: 'contracts.already_signed' });
});

test('AM-21 a stored file of which one byte is another is neither signed nor shown', async () => {
  await addAppliance();
  const made = await generate();
  const names = await readdir(world.blobs, { recursive: true });
  const path = join(world.blobs, names.find((name) => name.endsWith(made.row.fileId)) ?? expect.unreachable('no file'));
  const bytes = await readFile(path);
  bytes[bytes.length - 100] = (bytes.at(-100) ?? 0) ^ 1;
  await writeFile(path, bytes);
  expect((await confirm(await lastCode())).json()).toMatchObject({ status: 409, code: 'contracts.pdf_changed' });
  expect((await card()).contract?.signed_at).toBeNull();
  const pdf = await world.server.app.inject({
    method: 'GET',
    url: `/api/manager/clients/${world.clientId}/contracts/${made.id}/pdf`,
    headers: world.manager.headers,
  });
  expect(pdf.json()).toMatchObject({ code: 'contracts.pdf_changed' });
});
