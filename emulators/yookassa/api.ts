/** API v3 over HTTP: who asks, the keys that make a call happen once, and the answers in its own words. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Operation } from './faults.ts';
import { ApiFault, type Payment, type Refund, type Shop } from './model.ts';
import { readNewPayment, readNewRefund, toMinor, toPayment, toRefund } from './wire.ts';

/** What a key was used for, and what came of it. */
export type Keys = Map<string, { readonly body: string; readonly answer: unknown; readonly at: number }>;

export interface Api {
  readonly shopId: string;
  readonly secretKey: string;
  readonly origin: string;
  readonly now: () => number;
  readonly shop: Shop;
  readonly keys: Keys;
  readonly refunds: () => Refund['status'];
  readonly shopStatus: () => 'enabled' | 'disabled';
  readonly isTestShop: () => boolean;
  readonly onCreated: (payment: Payment) => void;
  /** Counts a call and says what goes wrong with it. */
  readonly fault: (operation: Operation) => Fault | undefined;
}

const LARGEST_BODY = 65_536;
const KEY_LIVES_MS = 24 * 60 * 60_000;

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  api: Api,
): Promise<void> {
  try {
    const body = await readBody(request);
    authenticate(request, api);
    const [, version, kind, id, ...more] = path.split('/');
    if (request.method === 'GET' && path === '/v3/me') {
      return sendJson(response, 200, { account_id: api.shopId, status: api.shopStatus(), test: api.isTestShop() });
    }
    const isPost = request.method === 'POST';
    if (
      version !== 'v3' ||
      (kind !== 'payments' && kind !== 'refunds') ||
      more.length > 0 ||
      isPost === (id !== undefined)
    ) {
      throw new ApiFault(404, 'not_found', `there is no ${request.method} ${path}`);
    }
    const operation: Operation = isPost ? (kind === 'payments' ? 'create' : 'refund') : 'read';
    const fault = api.fault(operation);
    if (fault === 'error') throw new ApiFault(500, 'internal_server_error', 'on demand');
    if (fault === 'refuse') throw new ApiFault(403, 'forbidden', 'on demand');
    if (fault === 'busy') throw new ApiFault(429, 'too_many_requests', 'on demand');
    const answer = isPost
      ? once(request, body, api, () => (kind === 'payments' ? create(body, api) : refund(body, api)))
      : kind === 'payments'
        ? toPayment(api.shop.payment(id ?? ''), api.origin)
        : toRefund(api.shop.refund(id ?? ''), 'RUB');
    if (fault === 'hang') return;
    if (fault === 'cut') return void request.socket.destroy();
    if (fault === 'error_after') throw new ApiFault(500, 'internal_server_error', 'on demand, after the act');
    sendJson(response, 200, answer);
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    const { status, code, message, parameter } = error;
    sendJson(response, status, { type: 'error', id: randomUUID(), code, description: message, parameter });
  }
}

function create(text: string, { shop, origin, onCreated }: Api): unknown {
  const wanted = readNewPayment(parse(text));
  if (!wanted.capture) throw new ApiFault(400, 'invalid_request', 'this emulator takes money in one step', 'capture');
  const payment = shop.create({
    amountMinor: toMinor(wanted.amount.value),
    currency: wanted.amount.currency,
    description: wanted.description,
    metadata: wanted.metadata,
    returnUrl: wanted.confirmation.return_url,
  });
  onCreated(payment);
  return toPayment(payment, origin);
}

function refund(text: string, { shop, refunds }: Api): unknown {
  const { payment_id: id, amount } = readNewRefund(parse(text));
  return toRefund(shop.giveBack(id, toMinor(amount.value), refunds()), amount.currency);
}

/** The same key with the same body is the same operation; with another body it is a mistake. */
function once(request: IncomingMessage, text: string, { keys, now }: Api, act: () => unknown): unknown {
  const key = request.headers['idempotence-key'];
  if (typeof key !== 'string' || key === '' || key.length > 64) {
    throw new ApiFault(400, 'invalid_request', 'Idempotence key is missing or too long', 'Idempotence-Key');
  }
  const body = createHash('sha256').update(`${request.url}\n${text}`).digest('hex');
  const known = keys.get(key);
  if (known !== undefined && now() - known.at < KEY_LIVES_MS) {
    if (known.body === body) return known.answer;
    throw new ApiFault(400, 'invalid_request', 'Idempotence key was used for another request', 'Idempotence-Key');
  }
  const answer = act();
  keys.set(key, { body, answer, at: now() });
  return answer;
}

function authenticate(request: IncomingMessage, { shopId, secretKey }: Api): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = `Basic ${Buffer.from(`${shopId}:${secretKey}`).toString('base64')}`;
  if (!timingSafeEqual(digest(request.headers.authorization ?? ''), digest(wanted))) {
    throw new ApiFault(401, 'invalid_credentials', 'Basic authentication failed');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LARGEST_BODY) throw new ApiFault(400, 'invalid_request', 'the body is too large');
  }
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiFault(400, 'invalid_request', 'the body is not JSON');
  }
}
