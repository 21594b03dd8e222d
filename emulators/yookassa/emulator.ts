/**
 * An emulated YooKassa: API v3 for one shop, the page where a payer pays, notifications, and a control port that makes all
 * of it go wrong. Everything is in memory: a new start is a new shop.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { parseBody, startJsonServer } from '../instrument/json-http.ts';
import { closeServer, listenOnLoopback } from '../instrument/loopback.ts';
import { answerApi, type Keys, sendJson } from './api.ts';
import { createFaults, FAULTS, type Fault, OPERATIONS, type Operation } from './faults.ts';
import { createShop, type Payment, type Refund, type Shop } from './model.ts';
import { checkoutPage } from './page.ts';
import { createWebhooks, type WebhookMode } from './webhooks.ts';
import { toNotification } from './wire.ts';

export interface YooKassaOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly controlPort: number;
  readonly shopId: string;
  readonly secretKey: string;
  readonly webhookUrl?: string | undefined;
  /** Unix ms. */
  readonly now?: () => number;
}

const Behaviour = z.strictObject({
  webhooks: z.enum(['honest', 'lost', 'twice', 'late', 'reversed']).default('honest'),
  lateMs: z.int().min(0).max(3_600_000).default(3000),
  /** How long every answer takes. */
  slowMs: z.int().min(0).max(60_000).default(0),
  /** A payer who pays by himself this long after the payment was made; null: nobody does. */
  payAfterMs: z.int().min(0).max(3_600_000).nullable().default(null),
  /** How many of those who come first are declined. */
  declineFirst: z.int().min(0).max(1000).default(0),
  /** What the provider says it took of everybody; null: what was asked for. */
  takenMinor: z.int().min(1).nullable().default(null),
  refunds: z.enum(['succeeded', 'pending', 'canceled']).default('succeeded'),
  /** What the shop's own settings say of it. */
  shop: z.enum(['enabled', 'disabled']).default('enabled'),
  isTestShop: z.boolean().default(false),
});
export type Behaviour = z.infer<typeof Behaviour>;

export interface YooKassaEmulator {
  readonly port: number;
  readonly controlPort: number;
  /** Of the control port. */
  readonly url: string;
  /** What the server is told as `YOOKASSA_API_URL`. */
  readonly apiUrl: string;
  readonly shop: Shop;
  behave(behaviour: Partial<Behaviour>): void;
  fail(operation: Operation, fault: Fault, times?: number): void;
  /** Nothing that was planned to fail fails any more. */
  heal(): void;
  setWebhookUrl(url: string): void;
  /** How often each operation was asked for. */
  readonly asked: Readonly<Record<Operation, number>>;
  readonly notifications: readonly { readonly notification: unknown; readonly status: number }[];
  notify(payment: Payment): void;
  /** Resolves when no notification is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export async function startYooKassa(options: YooKassaOptions): Promise<YooKassaEmulator> {
  const now = options.now ?? (() => Date.now());
  let behaviour = Behaviour.parse({});
  let { webhookUrl } = options;
  let origin = '';
  const faults = createFaults();
  const asked: Record<Operation, number> = { create: 0, read: 0, refund: 0 };
  const payers = new Set<NodeJS.Timeout>();
  const webhooks = createWebhooks(
    () => webhookUrl,
    (): WebhookMode => behaviour.webhooks,
    () => behaviour.lateMs,
  );
  const shop = createShop(now, (said) => webhooks.send(toNotification(said, origin, 'RUB')));
  const taken = () => behaviour.takenMinor ?? undefined;

  const come = (payment: Payment): void => {
    if (behaviour.payAfterMs === null) return;
    const payer = setTimeout(() => {
      payers.delete(payer);
      if (payment.status !== 'pending') return;
      if (behaviour.declineFirst > 0) {
        behaviour = { ...behaviour, declineFirst: behaviour.declineFirst - 1 };
        shop.decline(payment.id, 'insufficient_funds');
      } else shop.pay(payment.id, taken());
    }, behaviour.payAfterMs);
    payers.add(payer);
  };

  const keys: Keys = new Map();
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    if (pathname === '/checkout') return checkout(request, response, searchParams.get('orderId') ?? '');
    if (behaviour.slowMs > 0) await pause(behaviour.slowMs);
    await answerApi(request, response, pathname, {
      ...options,
      origin,
      now,
      shop,
      keys,
      refunds: () => behaviour.refunds,
      shopStatus: () => behaviour.shop,
      isTestShop: () => behaviour.isTestShop,
      onCreated: come,
      fault: (operation) => {
        asked[operation] += 1;
        return faults.take(operation);
      },
    });
  }

  async function checkout(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const found = shop.payments.get(id);
    if (found === undefined) return sendJson(response, 404, { error: 'no such payment' });
    const payment = shop.payment(id);
    if (request.method === 'POST') {
      let text = '';
      for await (const chunk of request) text += String(chunk).slice(0, 1024);
      if (text === 'act=pay') shop.pay(id, taken());
      else if (text === 'act=decline') shop.decline(id, 'insufficient_funds');
    }
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    });
    response.end(checkoutPage(payment));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => sendJson(response, 500, { error: String(error) }));
  });
  const port = await listenOnLoopback(server, options.port);
  origin = `http://127.0.0.1:${port}`;

  const ById = z.strictObject({ id: z.string() });
  const Decline = ById.extend({ reason: z.string().default('insufficient_funds') });
  const Plan = z.strictObject({
    operation: z.enum(OPERATIONS),
    fault: z.enum(FAULTS),
    times: z.int().min(1).max(1000).default(1),
  });
  const control = await startJsonServer(options.controlPort, {
    'GET /state': () => ({
      api: origin,
      behaviour,
      asked,
      payments: [...shop.payments.values()],
      refunds: [...shop.refunds.values()] satisfies Refund[],
      notifications: webhooks.sent,
    }),
    'POST /behaviour': (body) => {
      behaviour = parseBody(Behaviour, { ...behaviour, ...(body as object) });
      return behaviour;
    },
    'POST /fault': (body) => {
      const { operation, fault, times } = parseBody(Plan, body);
      faults.plan(operation, fault, times);
      return { planned: times };
    },
    'POST /pay': (body) => shop.pay(parseBody(ById, body).id, taken()),
    'POST /decline': (body) => {
      const { id, reason } = parseBody(Decline, body);
      return shop.decline(id, reason);
    },
    'POST /webhook-url': (body) => {
      webhookUrl = parseBody(z.strictObject({ url: z.url() }), body).url;
      return { webhookUrl };
    },
  }).catch(async (error: unknown) => {
    await closeServer(server);
    throw error;
  });

  return {
    port,
    controlPort: control.port,
    url: `http://127.0.0.1:${control.port}`,
    apiUrl: `${origin}/v3`,
    shop,
    asked,
    behave: (wanted) => {
      behaviour = { ...behaviour, ...wanted };
    },
    fail: (operation, fault, times = 1) => faults.plan(operation, fault, times),
    heal: () => faults.forget(),
    setWebhookUrl: (url) => {
      webhookUrl = url;
    },
    notifications: webhooks.sent,
    notify: (payment) =>
      webhooks.send(toNotification({ event: 'payment.succeeded', payment }, origin, payment.currency)),
    idle: () => webhooks.idle(),
    stop: async () => {
      for (const payer of payers) clearTimeout(payer);
      server.closeAllConnections();
      await Promise.all([closeServer(server), control.stop(), webhooks.stop()]);
    },
  };
}
