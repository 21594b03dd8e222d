/**
 * YooKassa through the sync server, which alone holds its secrets. The server says how a payment stands; money that came is
 * claimed from it at once, so that the server, which gives back what nobody claims, and this device never both decide.
 */
import axios from 'axios';
import type { z } from 'zod';
import { AppError, type ErrorCode, isErrorCode } from '#shared/kernel/errors.ts';
import { PspIntent, type PspIntentRequest, type PspRefundRequest } from '#shared/payments/psp.schema.ts';
import type { OrderIntent } from './payments.repo.ts';
import type { PaymentProvider, Standing } from './provider.ts';

export interface PspEndpoint {
  readonly serverUrl: string;
  readonly token: string;
}

export interface YooKassaOptions {
  /** Read at every call: neither an enrolment nor a new token needs a restart. */
  readonly endpoint: () => Promise<PspEndpoint | undefined>;
  /** What the payer reads at the bank. */
  readonly describe: (orderId: string) => string;
  /** Ends the call under way when the device stops. */
  readonly signal: AbortSignal;
}

/** AK-23: a guest hears within five seconds that paying is not possible. */
const TIMEOUT_MS = 4800;
/** A provider lets an unpaid payment lie for an hour; a day is for one that is reached only later. */
const FOLLOW_MS = 26 * 3_600_000;
/** What the server says that a caller can do something about; all else means that there is nobody to pay to. */
const PASSED_ON: readonly ErrorCode[] = [
  'app.rate_limited',
  'payments.not_found',
  'payments.provider_refused',
  'payments.illegal_transition',
];

export function createYooKassa({ endpoint, describe, signal }: YooKassaOptions): PaymentProvider {
  const http = axios.create({ maxRedirects: 0, maxContentLength: 65_536, validateStatus: () => true, proxy: false });

  async function call(
    path: string,
    body?: PspIntentRequest | PspRefundRequest | 'none',
  ): Promise<z.infer<typeof PspIntent>> {
    const to = await endpoint();
    if (to === undefined) throw new AppError('payments.provider_unavailable', 'this device has no server');
    const answer = await http
      .request<unknown>({
        method: body === undefined ? 'GET' : 'POST',
        url: `${to.serverUrl.replace(/\/+$/, '')}/psp/intents${path}`,
        headers: { authorization: `Bearer ${to.token}` },
        timeout: TIMEOUT_MS,
        signal,
        // Without any, axios would say that it sends a form.
        ...(body === undefined ? {} : { data: body === 'none' ? {} : body }),
      })
      .catch((cause: unknown) => {
        const reason = axios.isAxiosError(cause) ? (cause.code ?? 'no answer') : 'no answer';
        throw new AppError('payments.provider_unavailable', `the server does not answer: ${reason}`);
      });
    if (answer.status === 200) {
      const parsed = PspIntent.safeParse(answer.data);
      if (parsed.success) return parsed.data;
      throw new AppError('payments.provider_unavailable', 'the server answered what nobody understands');
    }
    const problem = answer.data as { readonly code?: unknown; readonly retryAfterSeconds?: unknown } | undefined;
    const code = problem?.code;
    const wait = problem?.retryAfterSeconds;
    throw new AppError(
      isErrorCode(code) && PASSED_ON.includes(code) ? code : 'payments.provider_unavailable',
      `the server answered ${answer.status} ${String(code)}`,
      typeof wait === 'number' ? { details: { retryAfterSeconds: wait } } : {},
    );
  }

  const taken = async (seen: PspIntent): Promise<Standing> =>
    toStanding(seen.status === 'succeeded' && !seen.isClaimed ? await call(`/${seen.id}/claim`, 'none') : seen);

  const open = async ({ id, orderId, amountMinor, currency }: OrderIntent): Promise<Standing> =>
    taken(await call('', { id, orderId, amountMinor, currency, description: describe(orderId) }));

  /**
   * A server that was put back to a backup knows nothing of a code that was shown since. Asked for anew under its own name it
   * is the same payment at the bank, and whatever came of it is found.
   */
  const known = async (intent: OrderIntent, ask: () => Promise<PspIntent>): Promise<PspIntent> => {
    try {
      return await ask();
    } catch (error) {
      const isForgotten = error instanceof AppError && error.code === 'payments.not_found';
      if (!isForgotten || intent.qrData === undefined) throw error;
      await open(intent);
      return await ask();
    }
  };

  return {
    name: 'yookassa',
    followMs: FOLLOW_MS,
    open,
    look: async (intent) => taken(await known(intent, () => call(`/${intent.id}`))),
    cancel: async (intent) => taken(await known(intent, () => call(`/${intent.id}/cancel`, 'none'))),
    claimAgain: async ({ id }) => taken(await call(`/${id}`)),
    giveBack: async (intent, refundId, reason) => {
      const ask = () => call(`/${intent.id}/refund`, { refundId, reason });
      const seen = await known(intent, ask).catch(async (error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'payments.illegal_transition') throw error;
        // A server that was put back has yet to learn that the money came, and whose it is.
        await taken(await call(`/${intent.id}`));
        return await ask();
      });
      return toStanding({ ...seen, isClaimed: true });
    },
  };
}

function toStanding({ status, confirmationUrl, isClaimed, isFinal, succeededAt }: PspIntent): Standing {
  switch (status) {
    case 'created':
    case 'pending':
      return { kind: 'waiting', qrData: confirmationUrl };
    case 'succeeded':
      // Unclaimed after a claim: the money went its way in between, and the next look says which.
      return isClaimed && succeededAt !== undefined ? { kind: 'paid', at: succeededAt } : { kind: 'waiting' };
    case 'failed':
    case 'expired':
    case 'cancelled':
      return { kind: 'over', why: status, isFinal };
    case 'refunding':
    case 'refunded':
      // What this device never had goes back without it.
      if (!isClaimed) return { kind: 'over', why: 'failed', isFinal: true };
      return { kind: status === 'refunded' ? 'returned' : 'returning' };
  }
}
