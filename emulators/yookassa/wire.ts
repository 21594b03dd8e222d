/** The shapes of API v3, both ways, and the limits it enforces. */
import { z } from 'zod';
import { ApiFault, type Payment, type Refund, type ShopEvent } from './model.ts';

const Amount = z.object({ value: z.string().regex(/^\d{1,9}\.\d{2}$/), currency: z.enum(['RUB', 'USD', 'EUR']) });

const NewPayment = z.object({
  amount: Amount,
  capture: z.boolean().default(false),
  confirmation: z.object({ type: z.literal('redirect'), return_url: z.url().max(2048) }),
  description: z.string().max(128).default(''),
  metadata: z
    .record(z.string().max(32), z.string().max(512))
    .refine((all) => Object.keys(all).length <= 16)
    .default({}),
  payment_method_data: z.object({ type: z.enum(['sbp', 'bank_card', 'sberbank', 'yoo_money']) }).optional(),
});
const NewRefund = z.object({ payment_id: z.string(), amount: Amount, description: z.string().max(250).optional() });

export const toMinor = (value: string): number => Number(value.replace('.', ''));
const toAmount = (minor: number, currency: string) => ({
  value: `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}`,
  currency,
});

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiFault(400, 'invalid_request', issue?.message ?? 'wrong', issue?.path.join('.'));
}
export const readNewPayment = (body: unknown) => read(NewPayment, body);
export const readNewRefund = (body: unknown) => read(NewRefund, body);

export const toPayment = (payment: Payment, origin: string) => ({
  id: payment.id,
  status: payment.status,
  paid: payment.status === 'succeeded',
  amount: toAmount(payment.takenMinor ?? payment.amountMinor, payment.currency),
  confirmation: {
    type: 'redirect',
    return_url: payment.returnUrl,
    confirmation_url: `${origin}/checkout?orderId=${payment.id}`,
  },
  created_at: new Date(payment.createdAt).toISOString(),
  description: payment.description,
  metadata: payment.metadata,
  recipient: { account_id: '100500', gateway_id: '100700' },
  refundable: payment.status === 'succeeded',
  test: true,
  ...(payment.capturedAt === undefined ? {} : { captured_at: new Date(payment.capturedAt).toISOString() }),
  ...(payment.refundedMinor === 0 ? {} : { refunded_amount: toAmount(payment.refundedMinor, payment.currency) }),
  ...(payment.reason === undefined
    ? {}
    : { cancellation_details: { party: 'payment_network', reason: payment.reason } }),
});

export const toRefund = (refund: Refund, currency: string) => ({
  id: refund.id,
  payment_id: refund.paymentId,
  status: refund.status,
  amount: toAmount(refund.amountMinor, currency),
  created_at: new Date(refund.createdAt).toISOString(),
  ...(refund.reason === undefined ? {} : { cancellation_details: { party: 'yoo_money', reason: refund.reason } }),
});

export const toNotification = (said: ShopEvent, origin: string, currency: string) => ({
  type: 'notification',
  event: said.event,
  object: said.event === 'refund.succeeded' ? toRefund(said.refund, currency) : toPayment(said.payment, origin),
});
