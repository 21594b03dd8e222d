/** The real server over its real routes, with the clock of the test; the client's side of the chat is read by its own API. */
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startYooKassa, type YooKassaEmulator } from '#emulators/yookassa/emulator.ts';
import { holdsTogether } from '#node/audit-link.ts';
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { ManagerClient, ManagerContract, ManagerInvoice } from '#shared/clients/manager.api.ts';
import { PASSPORT_FIELDS, type Passport } from '#shared/clients/passport.schema.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import type { Contract } from '#shared/contracts/contracts.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { findAuditBreak } from '../../auth/audit.repo.ts';
import { createOrganizationKeys } from '../../organization-keys.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { entities } from '../../sync/sync.tables.ts';
import {
  addOrganization,
  createTestApp,
  managerOf,
  T0,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { fiscalTasks } from '../fiscal/fiscal.tables.ts';

const PASSPORT_KEY = 'a key of the test of contracts';
const MANAGER_JWT_SECRET = 'signs tokens of the test of contracts';
const SECRET = 'a signature secret of the test';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const PLAIN = {
  lastName: 'Петров',
  firstName: 'Иван',
  series: '4509',
  number: '567890',
  issuedBy: 'ОВД «Тверской»',
  issueCode: '770-001',
  issueDate: '2020-01-01',
  address: 'г. Москва, ул. Садовая, д. 10',
} as const;

let blobs: string;
let psp: YooKassaEmulator;
let server: TestApp;
let organization: TestOrganization;
let manager: Awaited<ReturnType<typeof managerOf>>;
let clientId: string;
let tariffId: string;

beforeAll(async () => {
  blobs = await mkdtemp(join(tmpdir(), 'prilavok-contracts-'));
  psp = await startYooKassa({
    port: 0,
    controlPort: 0,
    shopId: '100500',
    secretKey: 'test_secret',
    now: () => server.clock.now,
  });
  server = await createTestApp({
    PASSPORT_KEY,
    MANAGER_JWT_SECRET,
    BLOB_DIR: blobs,
    CONTRACT_SIGNATURE_SECRET: SECRET,
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_SECRET_KEY: 'test_secret',
    YOOKASSA_API_URL: psp.apiUrl,
  });
});
afterAll(async () => {
  await server.close();
  await psp.stop();
  await rm(blobs, { recursive: true, force: true });
});
/** An organisation of its own for each: numbers are counted by organisation and day. */
beforeEach(async () => {
  server.clock.now = T0;
  organization = await addOrganization(server);
  manager = await managerOf(server, organization);
  tariffId = server.newId();
  clientId = await addClient();
  const tariff: Tariff = {
    id: tariffId,
    lineId: server.newId(),
    version: 1,
    name: 'Базовый',
    baseFeeMinor: 0,
    extraPerApplianceMinor: 100_000,
    effectiveFrom: 0,
    active: true,
  };
  await put('tariff', tariff);
});

const scope = () => shopScope(organization.shopId);
const put = (type: 'client' | 'passport' | 'appliance' | 'tariff', fields: Client | Passport | Appliance | Tariff) =>
  server.db.transaction((tx) =>
    writeRows(
      tx,
      organization.organizationId,
      [{ type, id: fields.id, scope: scope(), fields } as Parameters<typeof writeRows>[2][number]],
      server.clock.now,
    ),
  );

async function addClient(more: Partial<Client> = {}): Promise<string> {
  const id = server.newId();
  const at = server.clock.now;
  const { shopId } = organization;
  const client: Client = {
    id,
    shopId,
    name: 'Иван Петров',
    phone: '+79991234567',
    tariffId,
    phones: [],
    tags: [],
    status: 'in_verification',
    createdAt: at,
    updatedAt: at,
    ...more,
  };
  await put('client', client);
  const sealing = createOrganizationKeys(PASSPORT_KEY).sealingOf(organization);
  const sealed = Object.fromEntries(
    PASSPORT_FIELDS.flatMap((field) =>
      field in PLAIN ? [[field, sealing.seal(['passport', id, field], PLAIN[field as keyof typeof PLAIN])]] : [],
    ),
  );
  await put('passport', { id, shopId, ...sealed, createdAt: at, updatedAt: at });
  return id;
}

async function addAppliance(more: Partial<Appliance> = {}): Promise<string> {
  const id = server.newId();
  const at = server.clock.now;
  await put('appliance', {
    id,
    clientId,
    shopId: organization.shopId,
    kind: 'television',
    title: 'Samsung QE55Q60',
    extraFeeMinor: 0,
    photos: [],
    createdAt: at,
    updatedAt: at,
    ...more,
  });
  return id;
}
const threeAppliances = async () => {
  for (let n = 0; n < 3; n += 1) await addAppliance({ title: `Samsung ${n}` });
};

const ask = (path: string, payload?: object, of = clientId, headers = manager.headers) =>
  server.app.inject({
    method: 'POST',
    url: `/api/manager/clients/${of}${path}`,
    headers: { ...headers, 'user-agent': 'Prilavok test' },
    ...(payload === undefined ? {} : { payload }),
  });
const generate = async (of = clientId) => {
  const reply = await ask('/contract/generate', undefined, of);
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<ManagerContract & { row: Contract }>();
};
const confirm = (code: unknown) => ask('/contract/confirm', { otp_code: code });
const card = async (): Promise<ManagerClient> =>
  (
    await server.app.inject({ method: 'GET', url: `/api/manager/clients/${clientId}`, headers: manager.headers })
  ).json();
const rowOf = async (id: string) => {
  const [row] = await server.db.select({ fields: entities.fields }).from(entities).where(eq(entities.id, id));
  return row?.fields;
};

/** What the client reads in their application. */
async function chat(of = clientId): Promise<readonly { kind: string; body: string }[]> {
  const { rows } = await server.db.execute<{ id: string; kind: string; body: string; secret: string | null }>(
    sql`SELECT id, kind, body, secret FROM support_messages WHERE client_id = ${of} ORDER BY created_at, id`,
  );
  const sealing = createOrganizationKeys(PASSPORT_KEY).sealingOf(organization);
  return rows.map(({ id, kind, body, secret }) => ({
    kind,
    body: secret === null ? body : body.replace('{secret}', sealing.open(['support', id, 'secret'], secret)),
  }));
}
const lastCode = async (): Promise<string> => {
  const said = (await chat()).filter(({ kind }) => kind === 'otp').at(-1)?.body;
  return said?.match(/код подтверждения (\d{6})$/)?.[1] ?? expect.unreachable(`no code in ${said}`);
};
const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');
const sign = async () => {
  const contract = await generate();
  const reply = await confirm(await lastCode());
  expect(reply.statusCode, reply.body).toBe(200);
  return { contract, signed: reply.json<ManagerContract & { row: Contract }>() };
};
const tasks = () =>
  server.db.select().from(fiscalTasks).where(eq(fiscalTasks.organizationId, organization.organizationId));

test('AM-12 without a passport or a tariff nothing is made, and the client stays where they were', async () => {
  await threeAppliances();
  const { tariffId: _, ...without } = (await rowOf(clientId)) as Client;
  await put('client', without);
  expect((await ask('/contract/generate')).json()).toMatchObject({ status: 400, code: 'contracts.tariff_required' });
  await put('passport', {
    id: clientId,
    shopId: organization.shopId,
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
  for (const seen of [made, shown, server.logged, await rowOf(made.id)])
    expect(JSON.stringify(seen)).not.toContain(code);
  const { rows } = await server.db.execute(sql`SELECT * FROM entities, contract_codes`);
  expect(JSON.stringify(rows)).not.toContain(code);
  const { rows: papers } = await server.db.execute(sql`SELECT * FROM contract_papers`);
  expect(papers).toHaveLength(1);
  for (const value of [PLAIN.number, PLAIN.issuedBy, PLAIN.issueDate]) {
    expect(JSON.stringify([papers, made, await rowOf(made.id)])).not.toContain(value);
  }
  const pdf = await server.app.inject({
    method: 'GET',
    url: `/api/manager/clients/${clientId}/contracts/${made.id}/pdf`,
    headers: manager.headers,
  });
  expect(pdf.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
  expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect(createHash('sha256').update(pdf.rawPayload).digest('hex')).toBe(made.row.pdfSha256);
});

describe('AM-14', () => {
  test('nothing changed: the same contract and no other code; two Petrovs of a day are -01 and -02', async () => {
    await addAppliance();
    const first = await generate();
    server.clock.now += 30 * SECOND;
    expect(await generate()).toEqual(first);
    expect(await chat()).toHaveLength(1);
    const other = await addClient();
    const mine = clientId;
    clientId = other;
    await addAppliance();
    expect((await generate(other)).number).toBe('ПЕ-251015-02');
    clientId = mine;
  });

  test('what another manager has is theirs', async () => {
    await addAppliance();
    const colleague = await managerOf(server, organization);
    await put('client', { ...((await rowOf(clientId)) as Client), assignedTo: colleague.userId });
    expect((await ask('/contract/generate')).json()).toMatchObject({ code: 'clients.assigned_to_other', status: 409 });
    const foreign = await managerOf(server, await addOrganization(server));
    expect((await ask('/contract/generate', undefined, clientId, foreign.headers)).statusCode).toBe(404);
  });
});

test('AM-15 asked for many times at once it is one contract with one message', async () => {
  await addAppliance();
  const made = await Promise.all(Array.from({ length: 4 }, () => generate()));
  expect(new Set(made.map(({ id, number }) => `${id} ${number}`)).size).toBe(1);
  expect(await chat()).toHaveLength(1);
  const days = await server.db.execute(
    sql`SELECT last FROM contract_days WHERE organization_id = ${organization.organizationId}`,
  );
  expect(days.rows).toEqual([{ last: 1 }]);
});

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
  server.clock.now += 59 * SECOND;
  expect((await ask('/contract/request-otp')).json()).toMatchObject({
    status: 429,
    code: 'contracts.otp_cooldown',
    retryAfterSeconds: 1,
  });
  server.clock.now += SECOND;
  expect((await ask('/contract/request-otp')).statusCode).toBe(200);
  const next = await lastCode();
  if (next !== code) expect((await confirm(code)).statusCode).toBe(400);
  expect((await confirm(next)).statusCode).toBe(200);
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
  server.clock.now += 10 * MINUTE + SECOND;
  expect((await confirm(code)).json()).toMatchObject({ status: 400, code: 'contracts.otp_expired' });
  await ask('/contract/request-otp');
  server.clock.now += 10 * MINUTE;
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
    expect(await findAuditBreak(server.db, organization)).toBeUndefined();
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
    const tariff = (await rowOf(tariffId)) as Tariff;
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
  const names = await readdir(blobs, { recursive: true });
  const path = join(blobs, names.find((name) => name.endsWith(made.row.fileId)) ?? expect.unreachable('no file'));
  const bytes = await readFile(path);
  bytes[bytes.length - 100] = (bytes.at(-100) ?? 0) ^ 1;
  await writeFile(path, bytes);
  expect((await confirm(await lastCode())).json()).toMatchObject({ status: 409, code: 'contracts.pdf_changed' });
  expect((await card()).contract?.signed_at).toBeNull();
  const pdf = await server.app.inject({
    method: 'GET',
    url: `/api/manager/clients/${clientId}/contracts/${made.id}/pdf`,
    headers: manager.headers,
  });
  expect(pdf.json()).toMatchObject({ code: 'contracts.pdf_changed' });
});

test('AM-22 after a signature what is added needs a new contract, and only it is billed', async () => {
  await threeAppliances();
  const first = await sign();
  await ask('/payment/confirm', { amount: 3000 });
  server.clock.now += MINUTE;
  await addAppliance({ title: 'Ещё один' });
  const second = await generate();
  expect(second).toMatchObject({ number: 'ПЕ-251015-02', version: 2, total: 4000, amount_due: 1000 });
  expect((await card()).status).toBe('awaiting_contract');
  // Until the new one is signed the old one is in force.
  expect(((await rowOf(first.signed.id)) as Contract).status).toBe('paid');
  expect((await confirm(await lastCode())).statusCode).toBe(200);
  expect(await rowOf(first.signed.id)).toMatchObject({ status: 'superseded', signature: first.signed.row.signature });
  const { status, invoices } = await card();
  expect(status).toBe('awaiting_payment');
  expect(invoices.map(({ amount, status: is }) => [amount, is])).toEqual([
    [1000, 'pending'],
    [3000, 'paid'],
  ]);
  const old = await server.app.inject({
    method: 'GET',
    url: `/api/manager/clients/${clientId}/contracts/${first.signed.id}/pdf`,
    headers: manager.headers,
  });
  expect(createHash('sha256').update(old.rawPayload).digest('hex')).toBe(first.signed.signature_hash);
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

describe('AM-24 a payment', () => {
  test('comes after the signature, is of the sum that is due, and is taken once with one receipt', async () => {
    await threeAppliances();
    expect((await ask('/payment/confirm', { amount: 3000 })).json()).toMatchObject({
      status: 409,
      code: 'contracts.not_signed',
    });
    await sign();
    expect((await ask('/payment/confirm', { amount: 2000 })).json()).toMatchObject({
      status: 409,
      code: 'contracts.amount_mismatch',
      due: '3000.00',
    });
    expect((await ask('/payment/confirm', { amount: 2000, force: true })).statusCode).toBe(409);
    const [one, again] = await Promise.all([
      ask('/payment/confirm', { amount: 3000 }),
      ask('/payment/confirm', { amount: 3000 }),
    ]);
    expect([one.statusCode, again.statusCode]).toEqual([200, 200]);
    expect(again.json()).toEqual(one.json());
    const shown = await card();
    expect(shown).toMatchObject({ status: 'processed', contract: { status: 'paid' }, invoices: [{ status: 'paid' }] });
    expect(shown.contract?.payment_confirmed_at).not.toBeNull();
    const printed = await tasks();
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatchObject({ type: 'sale', totalMinor: 300_000, fiscalDeviceId: 'fd-1' });
    expect(printed[0]?.body.receipt?.items[0]?.name).toBe('Обслуживание техники по договору ПЕ-251015-01');
  });

  test('of another sum is taken with a reason, and the receipt is of what was taken', async () => {
    await threeAppliances();
    await sign();
    const body = { amount: 2500, force: true, reason: 'скидка по акции', tender: 'cash' };
    expect((await ask('/payment/confirm', body)).statusCode).toBe(200);
    const [task] = await tasks();
    expect(task?.body.receipt).toMatchObject({ total: 2500, payments: [{ type: 'cash', sum: 2500 }] });
    const { rows } = await server.db.execute<{ details: { reason: string } }>(
      sql`SELECT details FROM audit_log WHERE event = 'PAYMENT_MARKED' AND organization_id = ${organization.organizationId}`,
    );
    expect(rows).toMatchObject([{ details: { reason: 'скидка по акции', dueMinor: 300_000, amountMinor: 250_000 } }]);
  });
});

test('AM-25 a bill for something more is an invoice and one message, whoever asks twice', async () => {
  await addAppliance();
  const bill = { amount: 1500, description: 'Доп. выезд', contract_number: 'ПЕ-251015-01', due_date: '2025-10-20' };
  const notify = (more: object) => ask('/billing/notify', { ...bill, ...more });
  await generate();
  expect((await notify({})).json()).toMatchObject({ code: 'contracts.not_signed' });
  await confirm(await lastCode());
  await ask('/payment/confirm', {});
  const made = await notify({});
  expect(made.json()).toMatchObject({
    amount: 1500,
    status: 'pending',
    description: 'Доп. выезд',
    due_date: '2025-10-20',
  });
  expect((await notify({})).json<ManagerInvoice>().id).toBe(made.json<ManagerInvoice>().id);
  expect((await notify({ amount: 99 })).json()).toMatchObject({ status: 409, code: 'contracts.invoice_pending' });
  const said = (await chat()).filter(({ body }) => body.includes('1500.00'));
  expect(said.map(({ body }) => body)).toEqual([
    'Выставлен счёт по договору ПЕ-251015-01: 1500.00 ₽. Оплатите до 20.10.2025',
  ]);
  expect((await card()).invoices[0]).toMatchObject({ amount: 1500, status: 'pending' });
  for (const refused of [{ amount: 0 }, { amount: -5 }, { due_date: '2025-10-14' }, { due_date: '2025-02-30' }]) {
    expect((await notify(refused)).statusCode, JSON.stringify(refused)).toBe(400);
  }
  expect((await notify({ contract_number: 'ИВ-251015-77' })).statusCode).toBe(404);
});

describe('at the provider', () => {
  const payOnline = async (invoiceId: string) => {
    const reply = await ask(`/invoices/${invoiceId}/pay-online`);
    expect(reply.statusCode, reply.body).toBe(200);
    return reply.json<{ confirmation_url: string; status: string; amount: number }>();
  };
  const payThere = (invoiceId: string) => {
    const payment = [...psp.shop.payments.values()].find(({ description }) => description.includes('ПЕ-251015-01'));
    expect(invoiceId).toBeTruthy();
    psp.shop.pay(payment?.id ?? expect.unreachable('the provider has no such payment'));
  };

  test('an invoice is paid through the payments of kiosks, once, with one receipt', async () => {
    await threeAppliances();
    await sign();
    const [invoice] = (await card()).invoices;
    const id = invoice?.id ?? expect.unreachable('no invoice');
    const bill = await payOnline(id);
    expect(bill).toMatchObject({ status: 'waiting', amount: 3000 });
    expect(await payOnline(id)).toEqual(bill);
    payThere(id);
    server.clock.now += 5 * SECOND;
    expect((await payOnline(id)).status).toBe('paid');
    expect(await card()).toMatchObject({ status: 'processed', invoices: [{ status: 'paid' }] });
    expect(await rowOf(id)).toMatchObject({ payment: { source: 'psp', amountMinor: 300_000 } });
    expect(await tasks()).toHaveLength(1);
    expect((await ask(`/invoices/${id}/pay-online`)).json()).toMatchObject({ code: 'contracts.invoice_not_found' });
  });
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
  const calm = server;
  const url = `http://127.0.0.1:${port}/messages`;
  server = await createTestApp(
    { PASSPORT_KEY, MANAGER_JWT_SECRET, BLOB_DIR: blobs, SUPPORT_WEBHOOK_URL: url },
    calm.opened,
  );
  try {
    server.clock.now = T0;
    await addAppliance();
    const made = await generate();
    expect(made).toMatchObject({ status: 'generated', otp: { delivered_at: null, expires_at: null } });
    await new Promise<void>((listening) => away.listen(port, '127.0.0.1', listening));
    server.clock.now += MINUTE;
    // Another act of the server is as good a turn as that of its clock.
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
    await server.app.close();
    await new Promise((closed) => away.close(closed));
    server = calm;
  }
});
