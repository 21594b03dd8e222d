/** The whole shop as processes, the plug of one pulled while a guest pays: the money ends in a refund, with both receipts, once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios, { type AxiosInstance } from 'axios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDevice } from '#cli/device-client.ts';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import { startTestWorld } from '#test/doubles/test-world.ts';
import { until } from '../../scripts/processes.ts';
import { FREE_PORTS, type World } from '../../scripts/world.ts';

type Rpc = Awaited<ReturnType<typeof connectDevice>>['rpc'];
interface BankState {
  readonly payments: {
    readonly id: string;
    readonly refundedMinor: number;
    readonly metadata: Record<string, string>;
  }[];
  readonly refunds: { readonly paymentId: string }[];
}

let folder: string;
let world: World;
let bank: AxiosInstance;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-payments-'));
  world = await startTestWorld({ dataDir: folder, ports: FREE_PORTS, payments: 'yookassa' });
  bank = axios.create({ baseURL: world.bank().ready.url });
  await as(async (rpc) =>
    until('the catalogue', async () => ((await rpc.catalogue.services()).length > 0 ? true : undefined)),
  );
}, 120_000);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function as<T>(work: (rpc: Rpc) => Promise<T>): Promise<T> {
  const client = await connectDevice(world.device('kiosk').ready.url);
  try {
    return await work(client.rpc);
  } finally {
    client.close();
  }
}
const begin = (): Promise<PaymentIntent> =>
  as(async (rpc) => {
    const { id } = await rpc.visits.start({ kind: 'diagnostics', language: 'ru' });
    return rpc.payments.createIntent({ visitId: id });
  });
const state = async (): Promise<BankState> => (await bank.get<BankState>('/state')).data;
const paymentOf = async ({ id }: PaymentIntent) => {
  const payment = (await state()).payments.find(({ metadata }) => metadata['intent_id'] === id);
  if (payment === undefined) throw new Error('the bank has no such payment');
  return payment;
};
const pay = async (intent: PaymentIntent) => bank.post('/pay', { id: (await paymentOf(intent)).id });
const untilStatus = (intent: PaymentIntent, wanted: PaymentIntent['status'], timeoutMs = 40_000) =>
  until(
    `the intent to be ${wanted}`,
    () => as(async (rpc) => ((await rpc.payments.intent({ id: intent.id })).status === wanted ? true : undefined)),
    timeoutMs,
    500,
  );
/** Types of the order's receipts that the register has printed. */
const printed = (intent: PaymentIntent) =>
  until(
    'both receipts',
    () =>
      as(async (rpc) => {
        const { receipts } = await rpc.orders.get({ id: intent.orderId ?? '' });
        return receipts.filter(({ status }) => status === 'done').length === 2
          ? receipts.map(({ type }) => type)
          : undefined;
      }),
    40_000,
    500,
  );
async function judge(intent: PaymentIntent): Promise<void> {
  const payment = await paymentOf(intent);
  expect(payment.refundedMinor).toBe(intent.amountMinor);
  expect((await state()).refunds.filter(({ paymentId }) => paymentId === payment.id)).toHaveLength(1);
  expect((await printed(intent)).toSorted()).toEqual(['refund', 'sale']);
}

test('AK-15 a kiosk killed while its guest pays sees the money when it is back, and gives it back to who has left', async () => {
  const intent = await begin();
  await world.device('kiosk').kill();
  await pay(intent);
  await world.startDevice('kiosk');
  await untilStatus(intent, 'confirmed');
  await as((rpc) => rpc.visits.expire({ id: intent.visitId ?? '' }));
  await untilStatus(intent, 'refunded');
  await judge(intent);
}, 120_000);

test('AK-19 a guest who left while the server was away and paid all the same is paid back', async () => {
  const intent = await begin();
  await world.stopServer();
  await pay(intent);
  expect((await as((rpc) => rpc.payments.cancelIntent({ id: intent.id }))).status).toBe('cancelled');
  await as((rpc) => rpc.visits.expire({ id: intent.visitId ?? '' }));
  await world.startServer();
  await untilStatus(intent, 'refunded', 60_000);
  await judge(intent);
}, 120_000);

test('a kiosk and a server killed in the middle of a refund give the money back once', async () => {
  const intent = await begin();
  await pay(intent);
  await untilStatus(intent, 'confirmed');
  await bank.post('/fault', { operation: 'refund', fault: 'hang' });
  const asked = as((rpc) => rpc.payments.giveBack({ visitId: intent.visitId ?? '' })).catch(() => undefined);
  await until('the bank to give it back', async () => ((await paymentOf(intent)).refundedMinor > 0 ? true : undefined));
  await Promise.all([world.device('kiosk').kill(), world.server().kill()]);
  await asked;
  await world.startServer();
  await world.startDevice('kiosk');
  await untilStatus(intent, 'refunded', 60_000);
  await judge(intent);
}, 120_000);
