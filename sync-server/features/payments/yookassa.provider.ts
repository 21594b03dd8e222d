/** YooKassa, API v3. Money is taken in one step: SBP knows no other. */
import axios from 'axios';
import { z } from 'zod';
import { minorToDecimal } from '#shared/kernel/money.ts';
import { bad, GOOD, probeHttp, readStatus } from '../connections/probe.ts';
import { decimalToMinor } from './amounts.rules.ts';
import {
  type PaymentProvider,
  ProviderFault,
  type ProviderPayment,
  type ProviderRefund,
} from './payment-provider.port.ts';

export interface YooKassaOptions {
  /** As `https://api.yookassa.ru/v3`. */
  readonly apiUrl: string;
  readonly shopId: string;
  readonly secretKey: string;
  /** Where the payer's browser goes afterwards. */
  readonly returnUrl: string;
  /** Whether a shop that takes no real money is a fault: so it is in PROD. */
  readonly isReal?: boolean;
  /** Ends every call when the server stops. */
  readonly signal: AbortSignal;
}

/** The provider itself answers within 30 s; a guest does not wait that long, and the same key may be sent again. */
const TIMEOUT_MS = 4000;

const Amount = z.object({ value: z.string(), currency: z.string() });
const Cancellation = z.object({ reason: z.string() }).optional();
const Payment = z.object({
  id: z.string().max(64),
  status: z.enum(['pending', 'waiting_for_capture', 'succeeded', 'canceled']),
  amount: Amount,
  refunded_amount: Amount.optional(),
  confirmation: z
    .object({ confirmation_url: z.string().optional(), confirmation_data: z.string().optional() })
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  cancellation_details: Cancellation,
});
const Refund = z.object({
  id: z.string().max(64),
  status: z.enum(['pending', 'succeeded', 'canceled']),
  cancellation_details: Cancellation,
});
const Shop = z.object({ status: z.string().max(64), test: z.boolean().default(false) });
const Fault = z.object({ code: z.string().max(64), description: z.string().max(500).optional() });

const STATUS = {
  pending: 'pending',
  waiting_for_capture: 'pending',
  succeeded: 'succeeded',
  canceled: 'cancelled',
} as const;

export function createYooKassa(options: YooKassaOptions): PaymentProvider {
  const own = {
    baseURL: options.apiUrl.replace(/\/+$/, ''),
    auth: { username: options.shopId, password: options.secretKey },
    signal: options.signal,
  };
  const http = axios.create({
    ...own,
    timeout: TIMEOUT_MS,
    maxRedirects: 0,
    maxContentLength: 262_144,
    validateStatus: () => true,
    proxy: false,
  });

  async function call<T>(shape: z.ZodType<T>, path: string, body?: unknown, key?: string): Promise<T> {
    const answer = await http
      .request<unknown>({
        method: body === undefined ? 'GET' : 'POST',
        url: path,
        ...(body === undefined ? {} : { data: body, headers: { 'Idempotence-Key': key } }),
      })
      .catch((error: unknown) => {
        const code = axios.isAxiosError(error) ? (error.code ?? 'NETWORK') : 'NETWORK';
        // The error of axios carries the request, and with it the secret key: it goes no further.
        throw new ProviderFault('unknown', code, `YooKassa does not answer: ${code}`);
      });
    if (answer.status === 200) {
      const parsed = shape.safeParse(answer.data);
      if (parsed.success) return parsed.data;
      throw new ProviderFault('unknown', 'bad_answer', `YooKassa answered what nobody understands to ${path}`);
    }
    const fault = Fault.safeParse(answer.data).data;
    const code = fault?.code ?? `http_${answer.status}`;
    // 202 and 429 ask to come again, and after a 5xx nobody knows.
    const kind = answer.status >= 400 && answer.status < 500 && answer.status !== 429 ? 'refused' : 'unknown';
    throw new ProviderFault(kind, code, `YooKassa answered ${answer.status} ${code}: ${fault?.description ?? ''}`);
  }

  return {
    create: async ({ intentId, amountMinor, currency, description }, key) =>
      toPayment(
        await call(
          Payment,
          '/payments',
          {
            amount: { value: minorToDecimal(amountMinor), currency },
            capture: true,
            confirmation: { type: 'redirect', return_url: options.returnUrl },
            description,
            metadata: { intent_id: intentId },
          },
          key,
        ),
      ),
    read: async (id) => toPayment(await call(Payment, `/payments/${encodeURIComponent(id)}`)),
    refund: async ({ paymentId, amountMinor, currency }, key) =>
      toRefund(
        await call(
          Refund,
          '/refunds',
          { payment_id: paymentId, amount: { value: minorToDecimal(amountMinor), currency } },
          key,
        ),
      ),
    readRefund: async (id) => toRefund(await call(Refund, `/refunds/${encodeURIComponent(id)}`)),
    check: () =>
      probeHttp({ ...own, url: '/me' }, ({ status, data }) => {
        const shop = Shop.safeParse(data).data;
        if (status !== 200) return readStatus(status, Fault.safeParse(data).data?.description);
        if (shop === undefined) return bad('refused', 'HTTP 200');
        if (shop.status !== 'enabled') return bad('inactive', shop.status);
        return shop.test && options.isReal === true ? bad('test_shop') : GOOD;
      }),
  };
}

function toPayment(payment: z.infer<typeof Payment>): ProviderPayment {
  const { id, status, amount, refunded_amount: refunded, confirmation, metadata, cancellation_details: why } = payment;
  const intentId = metadata?.['intent_id'];
  return {
    id,
    status: STATUS[status],
    amountMinor: readAmount(amount.value),
    currency: amount.currency,
    refundedMinor: refunded === undefined ? 0 : readAmount(refunded.value),
    confirmationUrl: confirmation?.confirmation_url ?? confirmation?.confirmation_data,
    intentId: typeof intentId === 'string' ? intentId : undefined,
    reason: why?.reason.slice(0, 64),
  };
}

const toRefund = ({ id, status, cancellation_details: why }: z.infer<typeof Refund>): ProviderRefund => ({
  id,
  status: status === 'canceled' ? 'cancelled' : status,
  reason: why?.reason.slice(0, 64),
});

function readAmount(text: string): number {
  const minor = decimalToMinor(text);
  if (minor === undefined) throw new ProviderFault('unknown', 'bad_answer', `YooKassa names an amount "${text}"`);
  return minor;
}
