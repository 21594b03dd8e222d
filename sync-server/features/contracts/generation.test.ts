/** Making a contract of a client's data. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import { MINUTE, openContractsWorld, PLAIN, SECOND } from '#test/doubles/contracts-world.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import { addOrganization, createTestApp, managerOf, T0 } from '../../testing/test-app.ts';

const { world, put, addClient, addAppliance, threeAppliances, ask, generate, confirm, card, rowOf, chat, lastCode } =
  openContractsWorld();

test('AM-12 without a passport or a tariff nothing is made, and the client stays where they were', async () => {
  await threeAppliances();
  const { tariffId: _, ...without } = (await rowOf(world.clientId)) as Client;
  await put('client', without);
  expect((await ask('/contract/generate')).json()).toMatchObject({ status: 400, code: 'contracts.tariff_required' });
  await put('passport', {
    id: world.clientId,
    shopId: world.organization.shopId,
    createdAt: T0,
    updatedAt: T0,
  });
  expect((await ask('/contract/generate')).json()).toMatchObject({ status: 400, code: 'contracts.passport_required' });
  expect((await card()).status).toBe('in_verification');
  expect(await chat()).toEqual([]);
});

test('AM-13 a contract has its number, its PDF and one message; the code is in no answer, no card and no log', async () => {
  await addAppliance({ photos: [] });
  const made = await generate();
  expect(made).toMatchObject({ number: 'ПЕ-251015-01', status: 'otp_sent', amount_due: 1000, signed_at: null });
  const code = await lastCode();
  expect((await chat()).map(({ body }) => body)).toEqual([`Договор ПЕ-251015-01, код подтверждения ${code}`]);
  const shown = await card();
  expect(shown.status).toBe('awaiting_contract');
  expect(shown.contract?.number).toBe('ПЕ-251015-01');
  for (const seen of [made, shown, world.server.logged, await rowOf(made.id)])
    expect(JSON.stringify(seen)).not.toContain(code);
  const { rows } = await world.server.db.execute(sql`SELECT * FROM entities, contract_codes`);
  expect(JSON.stringify(rows)).not.toContain(code);
  const { rows: papers } = await world.server.db.execute(sql`SELECT * FROM contract_papers`);
  expect(papers).toHaveLength(1);
  for (const value of [PLAIN.number, PLAIN.issuedBy, PLAIN.issueDate]) {
    expect(JSON.stringify([papers, made, await rowOf(made.id)])).not.toContain(value);
  }
  const pdf = await world.server.app.inject({
    method: 'GET',
    url: `/api/manager/clients/${world.clientId}/contracts/${made.id}/pdf`,
    headers: world.manager.headers,
  });
  expect(pdf.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
  expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect(createHash('sha256').update(pdf.rawPayload).digest('hex')).toBe(made.row.pdfSha256);
  // The passport is in it in clear.
  const reveals = await world.server.db.select().from(auditLog).where(eq(auditLog.event, 'PASSPORT_REVEALED'));
  expect(reveals.filter(({ entityId }) => entityId === world.clientId)).toMatchObject([
    { actorId: world.manager.userId, details: { number: made.number, contractId: made.id } },
  ]);
});

describe('AM-14', () => {
  test('nothing changed: the same contract and no other code; two Petrovs of a day are -01 and -02', async () => {
    await addAppliance();
    const first = await generate();
    world.server.clock.now += 30 * SECOND;
    expect(await generate()).toEqual(first);
    expect(await chat()).toHaveLength(1);
    const other = await addClient();
    const mine = world.clientId;
    world.clientId = other;
    await addAppliance();
    expect((await generate(other)).number).toBe('ПЕ-251015-02');
    world.clientId = mine;
  });

  test('what another world.manager has is theirs', async () => {
    await addAppliance();
    const colleague = await managerOf(world.server, world.organization);
    await put('client', { ...((await rowOf(world.clientId)) as Client), assignedTo: colleague.userId });
    expect((await ask('/contract/generate')).json()).toMatchObject({ code: 'clients.assigned_to_other', status: 409 });
    const foreign = await managerOf(world.server, await addOrganization(world.server));
    expect((await ask('/contract/generate', undefined, world.clientId, foreign.headers)).statusCode).toBe(404);
  });
});

test('AM-15 asked for many times at once it is one contract with one message', async () => {
  await addAppliance();
  const made = await Promise.all(Array.from({ length: 4 }, () => generate()));
  expect(new Set(made.map(({ id, number }) => `${id} ${number}`)).size).toBe(1);
  expect(await chat()).toHaveLength(1);
  const days = await world.server.db.execute(
    sql`SELECT last FROM contract_days WHERE organization_id = ${world.organization.organizationId}`,
  );
  expect(days.rows).toEqual([{ last: 1 }]);
});

test('AM-13 a photo that has not come yet keeps the contract from being made, and is in it once it has', async () => {
  const picture = await readFile('scripts/demo-photos/car-1.jpg');
  const device = await addAppliance({ title: 'Atlant XM 4208', photos: ['f'.repeat(64)] });
  const refused = await ask('/contract/generate');
  expect(refused.json()).toMatchObject({ status: 409, code: 'contracts.photos_missing', titles: 'Atlant XM 4208' });
  expect(await chat()).toEqual([]);
  expect((await card()).contract).toBeNull();
  const photos = `/api/manager/clients/${world.clientId}/devices/${device}/photos`;
  const { app } = world.server;
  const { headers } = world.manager;
  expect((await app.inject({ method: 'DELETE', url: `${photos}/${'f'.repeat(64)}`, headers })).statusCode).toBe(200);
  const webp = await ask(`/devices/${device}/photos/upload-url`, { content_type: 'image/webp' });
  expect(webp.json()).toMatchObject({
    status: 400,
    issues: [{ path: 'content_type', message: 'must be one of: image/jpeg, image/png' }],
  });
  const leave = (await ask(`/devices/${device}/photos/upload-url`, {})).json<{ url: string; file_key: string }>();
  const type = { 'content-type': 'image/jpeg' };
  expect((await app.inject({ method: 'PUT', url: leave.url, headers: type, payload: picture })).statusCode).toBe(204);
  expect((await ask(`/devices/${device}/photos`, { file_key: leave.file_key })).statusCode).toBe(201);
  const made = await generate();
  const pdf = await app.inject({ url: `/api/manager/clients/${world.clientId}/contracts/${made.id}/pdf`, headers });
  expect(pdf.rawPayload.length).toBeGreaterThan(picture.length);
});

test('AM-23 data that changed after the contract was made are not signed; the next one is of today', async () => {
  await addAppliance();
  const first = await generate();
  const code = await lastCode();
  await addAppliance({ title: 'Добавлен позже' });
  expect((await confirm(code)).json()).toMatchObject({ status: 409, code: 'contracts.outdated' });
  const second = await generate();
  expect(second.number).toBe('ПЕ-251015-02');
  expect(await rowOf(first.id)).toMatchObject({ status: 'void' });
  expect((await confirm(await lastCode())).statusCode).toBe(200);
});

test('AM-23 a photo that comes or goes makes the unsigned contract void; the signed one stays', async () => {
  const device = await addAppliance();
  const first = await generate();
  const code = await lastCode();
  const { app } = world.server;
  const photos = `/api/manager/clients/${world.clientId}/devices/${device}/photos`;
  const leave = (await ask(`/devices/${device}/photos/upload-url`, {})).json<{ url: string; file_key: string }>();
  const picture = await readFile('scripts/demo-photos/car-1.jpg');
  await app.inject({ method: 'PUT', url: leave.url, headers: { 'content-type': 'image/jpeg' }, payload: picture });
  expect((await ask(`/devices/${device}/photos`, { file_key: leave.file_key })).statusCode).toBe(201);
  expect((await card()).status).toBe('in_verification');
  for (const refused of [await confirm(code), await ask('/contract/request-otp')]) {
    expect(refused.json()).toMatchObject({ status: 409, code: 'contracts.outdated' });
  }
  const second = await generate();
  expect(second.id).not.toBe(first.id);
  expect(await rowOf(first.id)).toMatchObject({ status: 'void' });
  expect((await confirm(await lastCode())).statusCode).toBe(200);
  const [photo] = (await card()).devices[0]?.photos ?? [];
  const { headers } = world.manager;
  expect((await app.inject({ method: 'DELETE', url: `${photos}/${photo?.id}`, headers })).statusCode).toBe(200);
  expect((await generate()).id).toBe(second.id);
  expect((await card()).contract?.status).toBe('signed');
});

test('AM-26 while the support service is away the contract is made; the ten minutes begin when it has the code', async () => {
  const away = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  const port = await new Promise<number>((listening) =>
    away.listen(0, '127.0.0.1', () => listening((away.address() as AddressInfo).port)),
  );
  await new Promise((closed) => away.close(closed));
  const calm = world.server;
  const url = `http://127.0.0.1:${port}/messages`;
  world.server = await createTestApp({ ...world.env, SUPPORT_WEBHOOK_URL: url }, calm.opened);
  try {
    world.server.clock.now = T0;
    await addAppliance();
    const made = await generate();
    expect(made).toMatchObject({ status: 'generated', otp: { delivered_at: null, expires_at: null } });
    await new Promise<void>((listening) => away.listen(port, '127.0.0.1', listening));
    world.server.clock.now += MINUTE;
    // Another act of the world.server is as good a turn as that of its clock.
    expect((await ask('/contract/generate')).statusCode).toBe(200);
    expect((await ask('/contract/request-otp')).statusCode).toBe(200);
    expect((await card()).contract).toMatchObject({
      status: 'otp_sent',
      otp: {
        delivered_at: new Date(T0 + MINUTE).toISOString(),
        expires_at: new Date(T0 + 11 * MINUTE).toISOString(),
      },
    });
  } finally {
    await world.server.app.close();
    await new Promise((closed) => away.close(closed));
    world.server = calm;
  }
});
