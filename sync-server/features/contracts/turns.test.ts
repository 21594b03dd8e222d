/**
 * What contracts do with nobody asking: two instances of the server listen over one database, and their own loops do it. A
 * process that dies is the state that it leaves on the disk.
 */
import type { AddressInfo } from 'node:net';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ManagerInvoice } from '#shared/clients/manager-contracts.api.ts';
import { MINUTE, openContractsWorld, SECOND } from '#test/doubles/contracts-world.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import { startProvider } from '../../testing/message-carriers.ts';
import { createTestApp, T0, type TestApp } from '../../testing/test-app.ts';
import { fiscalDevices, fiscalTasks } from '../fiscal/fiscal.tables.ts';
import { pspPayments } from '../payments/payments.tables.ts';
import { contractCodeTexts, invoicePayments, invoiceReceipts } from './contracts.tables.ts';

type Provider = Awaited<ReturnType<typeof startProvider>>;
type Answer = ReturnType<Parameters<typeof startProvider>[0]>;
const TAKEN: Answer = { status: 200, body: { id: 1, cnt: 1 } };
const BUSY: Answer = { status: 503 };

/** The client's application, and whoever brings SMS. */
let carriers: Provider;
let chatAnswers: Answer = TAKEN;
let smsAnswers: Answer = TAKEN;
let second: TestApp;

const { world, threeAppliances, addAppliance, ask, generate, card, rowOf, confirm } = openContractsWorld(async () => {
  carriers = await startProvider(({ url }) => (url.includes('send.php') ? smsAnswers : chatAnswers));
  return {
    SUPPORT_WEBHOOK_URL: `${carriers.url}/messages`,
    SMS_PROVIDER: 'smsc',
    SMSC_LOGIN: 'login',
    SMSC_PASSWORD: 'password',
    SMSC_API_URL: carriers.url,
    YOOKASSA_ALLOWED_IPS: '127.0.0.1',
  };
});
const instances = () => [world.server, second];
const after = (ms: number) => {
  for (const one of instances()) one.clock.now += ms;
};
const told = (path: string) => carriers.asked.filter(({ url }) => url.includes(path)).map(({ body }) => body);
const texts = () => told('send.php').map((body) => new URLSearchParams(body).get('mes') ?? '');
const messages = () => told('messages').map((body) => JSON.parse(body) as { message_id: string; body: string });
const codeIn = (text: string | undefined) => /код подтверждения (\d{6})$/.exec(text ?? '')?.[1];
/** Long enough for a turn of both. */
const wait = { timeout: 20_000, interval: 50 };
/** Two whole turns have passed since: each begins with what a dead process left in its hand. */
const turns = async () => {
  for (const contractId of [world.server.newId(), world.server.newId()]) {
    const row = { contractId, id: contractId, organizationId: world.organization.organizationId, nth: 1, secret: '' };
    await world.server.db.insert(contractCodeTexts).values({ ...row, state: 'sending', attempts: 1, dueAt: 0 });
    await vi.waitFor(async () => expect(await textRow(contractId)).toBeUndefined(), wait);
  }
};
const textRow = async (contractId: string) =>
  (await world.server.db.select().from(contractCodeTexts).where(eq(contractCodeTexts.contractId, contractId)))[0];

beforeAll(async () => {
  second = await createTestApp(world.env, world.server.opened);
  for (const { app } of instances()) await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = world.server.app.server.address() as AddressInfo;
  world.psp.setWebhookUrl(`http://127.0.0.1:${port}/api/payments/webhook`);
}, 60_000);
afterAll(async () => {
  await second.app.close();
  await carriers.stop();
});
beforeEach(() => {
  second.clock.now = T0;
  carriers.asked.length = 0;
});
afterEach(() => {
  chatAnswers = TAKEN;
  smsAnswers = TAKEN;
});

const sign = async () => {
  const contract = await generate();
  const code = codeIn(texts().at(-1)) ?? expect.unreachable('no SMS');
  expect((await confirm(code)).statusCode).toBe(200);
  return contract;
};
const pending = async (): Promise<ManagerInvoice> => {
  const found = (await card()).invoices.find(({ status }) => status === 'pending');
  return found ?? expect.unreachable('no invoice');
};
const payments = () =>
  world.server.db
    .select()
    .from(invoicePayments)
    .where(eq(invoicePayments.organizationId, world.organization.organizationId));
const receipts = () =>
  world.server.db.select().from(fiscalTasks).where(eq(fiscalTasks.organizationId, world.organization.organizationId));
const marks = async () => {
  const rows = await world.server.db.select().from(auditLog).where(eq(auditLog.event, 'PAYMENT_MARKED'));
  return rows.filter(({ organizationId }) => organizationId === world.organization.organizationId).length;
};

test('AM-13 the code goes by SMS too, the same as in the chat, and is in no answer, no log and no table', async () => {
  await addAppliance();
  const made = await generate();
  expect(texts()).toHaveLength(1);
  const code = codeIn(texts()[0]) ?? expect.unreachable('no code');
  expect(codeIn(messages().at(-1)?.body)).toBe(code);
  expect(new URLSearchParams(told('send.php')[0]).get('phones')).toBe('+79991234567');
  expect(made.otp?.delivered_at).not.toBeNull();
  const { rows } = await world.server.db.execute(sql`
    SELECT t.text FROM (SELECT e::text AS text FROM entities e UNION ALL SELECT m::text FROM support_messages m
    UNION ALL SELECT c::text FROM contract_codes c UNION ALL SELECT c::text FROM contract_code_texts c
    UNION ALL SELECT a::text FROM audit_log a) AS t`);
  for (const seen of [made, await card(), rows, world.server.logged, second.logged]) {
    expect(JSON.stringify(seen)).not.toMatch(new RegExp(`(?<![\\d.])${code}(?!\\d)`));
  }
  expect(await textRow(made.id)).toBeUndefined();
  expect((await confirm(code)).statusCode).toBe(200);
});

test('AM-26 an SMS that the provider does not take is sent by a later turn, once, while the chat is away', async () => {
  await addAppliance();
  [chatAnswers, smsAnswers] = [BUSY, BUSY];
  const made = await generate();
  expect(made).toMatchObject({ status: 'generated', otp: { delivered_at: null } });
  expect(texts()).toHaveLength(1);
  smsAnswers = TAKEN;
  after(5 * SECOND);
  await vi.waitFor(() => expect(texts()).toHaveLength(2), wait);
  await vi.waitFor(async () => expect((await card()).contract?.status).toBe('otp_sent'), wait);
  expect((await card()).contract?.otp?.expires_at).toBe(new Date(T0 + 5 * SECOND + 10 * MINUTE).toISOString());
  after(2 * MINUTE);
  await turns();
  expect(texts()).toHaveLength(2);
  expect((await confirm(codeIn(texts()[1]))).statusCode).toBe(200);
});

test('an SMS that may have been sent is not sent again, nor one of a code that was replaced', async () => {
  await addAppliance();
  smsAnswers = { status: 500 };
  const made = await generate();
  expect(await textRow(made.id)).toBeUndefined();
  smsAnswers = BUSY;
  after(MINUTE);
  await ask('/contract/request-otp');
  const replaced = codeIn(texts().at(-1));
  after(MINUTE);
  smsAnswers = TAKEN;
  await ask('/contract/request-otp');
  expect(texts()).toHaveLength(3);
  const code = codeIn(texts().at(-1));
  after(2 * MINUTE);
  await turns();
  expect(texts()).toHaveLength(3);
  if (replaced !== code) expect((await confirm(replaced)).statusCode).toBe(400);
  expect((await confirm(code)).statusCode).toBe(200);
});

test('a payment that only its notification tells of settles the invoice once, with one receipt', async () => {
  await threeAppliances();
  await sign();
  const invoice = await pending();
  expect((await ask(`/invoices/${invoice.id}/pay-online`)).statusCode).toBe(200);
  const [asked] = await payments();
  world.psp.shop.pay([...world.psp.shop.payments.values()].at(-1)?.id ?? expect.unreachable('no payment'));
  await vi.waitFor(async () => expect((await payments())[0]?.state).toBe('settled'), wait);
  await vi.waitFor(async () => expect(await receipts()).toHaveLength(1), wait);
  await turns();
  expect(await rowOf(invoice.id)).toMatchObject({ status: 'paid', payment: { source: 'psp', amountMinor: 300_000 } });
  expect((await card()).status).toBe('processed');
  expect([await marks(), (await receipts()).length, (await payments()).map(({ id }) => id)]).toEqual([
    1,
    1,
    [asked?.id],
  ]);
  expect(world.psp.asked.refund).toBe(0);
});

test('money that was claimed for an invoice which is paid another way goes back, whoever died between', async () => {
  await threeAppliances();
  await sign();
  const invoice = await pending();
  await ask(`/invoices/${invoice.id}/pay-online`);
  const [asked] = await payments();
  const id = asked?.id ?? expect.unreachable('no payment');
  // Claimed, and dead before the invoice was settled; meanwhile its manager took cash.
  world.psp.behave({ webhooks: 'lost' });
  const there = [...world.psp.shop.payments.values()].at(-1)?.id ?? expect.unreachable('no payment');
  expect((await ask('/payment/confirm', { amount: 3000, tender: 'cash' })).statusCode).toBe(200);
  world.psp.shop.pay(there);
  world.psp.behave({ webhooks: 'honest' });
  await world.server.db.update(pspPayments).set({ claimedAt: T0 }).where(eq(pspPayments.id, id));
  world.psp.notify(world.psp.shop.payments.get(there) ?? expect.unreachable('no payment'));
  await vi.waitFor(async () => expect((await payments())[0]?.state).toBe('over'), wait);
  await vi.waitFor(() => expect(world.psp.asked.refund).toBe(1), wait);
  await turns();
  expect([world.psp.asked.refund, await marks(), (await receipts()).length]).toEqual([1, 1, 1]);
  expect(await rowOf(invoice.id)).toMatchObject({ payment: { source: 'manual' } });
});

test('a receipt that was promised by a process that died is printed once; another register prints it where its own is gone', async () => {
  await threeAppliances();
  await sign();
  const db = world.server.db;
  // Dead after the commit of the payment: the promise is there, and its task is not.
  expect((await ask('/payment/confirm', {})).statusCode).toBe(200);
  const [task] = await receipts();
  await db.transaction(async (tx) => {
    await tx.delete(fiscalTasks).where(eq(fiscalTasks.id, task?.id ?? ''));
    await tx
      .update(fiscalDevices)
      .set({ archivedAt: T0 })
      .where(
        sql`${fiscalDevices.organizationId} = ${world.organization.organizationId} AND ${fiscalDevices.id} = 'fd-1'`,
      );
    await tx
      .update(invoiceReceipts)
      .set({ queuedAt: null })
      .where(eq(invoiceReceipts.id, task?.id ?? ''));
  });
  await vi.waitFor(async () => expect(await receipts()).toHaveLength(1), wait);
  await turns();
  expect(await receipts()).toMatchObject([{ id: task?.id, fiscalDeviceId: 'fd-2', totalMinor: 300_000 }]);
});

test('an invoice’s message that was not taken is brought by a later turn, once by its key, and says what it said', async () => {
  await threeAppliances();
  await generate();
  const code = codeIn(texts().at(-1));
  chatAnswers = BUSY;
  expect((await confirm(code)).statusCode).toBe(200);
  const bills = () => messages().filter(({ body }) => body.startsWith('Выставлен счёт'));
  const tries = bills().length;
  chatAnswers = TAKEN;
  after(30 * SECOND);
  await vi.waitFor(() => expect(bills()).toHaveLength(tries + 1), wait);
  after(5 * MINUTE);
  await turns();
  expect(bills()).toHaveLength(tries + 1);
  expect(new Set(bills().map(({ message_id: id }) => id)).size).toBe(1);
  expect((await card()).invoices).toHaveLength(1);
});

test('a contract of data that changed is void as soon as another is made, and its code signs nothing', async () => {
  await addAppliance();
  const first = await generate();
  const code = codeIn(texts().at(-1));
  smsAnswers = BUSY;
  after(MINUTE);
  await ask('/contract/request-otp');
  await addAppliance({ title: 'Ещё один' });
  smsAnswers = TAKEN;
  const made = await generate();
  after(MINUTE);
  await turns();
  expect(await rowOf(first.id)).toMatchObject({ status: 'void' });
  expect(await textRow(first.id)).toBeUndefined();
  // The SMS of the void one waited for its turn, and went no more.
  expect(texts().at(-1)).toContain(made.number);
  expect((await confirm(code)).statusCode).toBe(400);
  expect((await confirm(codeIn(texts().at(-1)))).statusCode).toBe(200);
  expect((await card()).status).toBe('awaiting_payment');
});
