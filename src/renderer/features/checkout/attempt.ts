/**
 * One attempt to make a sale. Its id is made once, before the first call, and every repetition carries the same id and the
 * same content, so a double press, a dropped line or a reload of the page end in one sale. Pure.
 */
import type { ErrorCode } from '#shared/kernel/errors.ts';
import type { Discount } from '#shared/orders/orders.schema.ts';
import type { CartLine, CheckoutReply } from '#shared/rpc/payments.contract.ts';
import type { Settlement } from './tender.rules.ts';

export interface CheckoutRequest {
  readonly id: string;
  readonly lines: CartLine[];
  readonly discount?: Discount;
  readonly tenders: { readonly type: 'cash' | 'card'; readonly sumMinor: number }[];
  readonly customer?: { readonly email?: string; readonly phone?: string };
}

export type Attempt =
  | { readonly phase: 'idle' }
  | { readonly phase: 'sending'; readonly request: CheckoutRequest }
  /** The line dropped meanwhile: the sale may have been made. Only repeating the very same request tells. */
  | { readonly phase: 'uncertain'; readonly request: CheckoutRequest }
  | { readonly phase: 'refused'; readonly error: unknown }
  | { readonly phase: 'made'; readonly reply: CheckoutReply };

export const IDLE: Attempt = { phase: 'idle' };

export interface CheckoutDraft {
  readonly lines: CartLine[];
  /** Off the whole receipt. */
  readonly discount?: Discount;
  readonly settlement: Settlement;
  readonly customer?: CheckoutRequest['customer'];
}

/** A press of the button. Whatever is under way stays as it is: the second of two presses does nothing. */
export function begin(attempt: Attempt, draft: CheckoutDraft, newId: () => string): Attempt {
  if (isUnderWay(attempt)) return attempt;
  return {
    phase: 'sending',
    request: {
      id: newId(),
      lines: draft.lines,
      ...(draft.discount ? { discount: draft.discount } : {}),
      tenders: draft.settlement.tenders.map(({ type, sumMinor }) => ({ type, sumMinor })),
      ...(draft.customer ? { customer: draft.customer } : {}),
    },
  };
}

/** While true the receipt must not change: it may already be a sale. */
export const isUnderWay = (attempt: Attempt): attempt is Extract<Attempt, { phase: 'sending' | 'uncertain' }> =>
  attempt.phase === 'sending' || attempt.phase === 'uncertain';

/** The same request again, after the line came back or the page was loaded anew. */
export const resume = (attempt: Attempt): Attempt =>
  attempt.phase === 'uncertain' ? { phase: 'sending', request: attempt.request } : attempt;

/** The core answered. An answer to another attempt than this one is none of its business. */
export const succeed = (attempt: Attempt, id: string, reply: CheckoutReply): Attempt =>
  isUnderWay(attempt) && attempt.request.id === id ? { phase: 'made', reply } : attempt;

/** Codes that do not say whether the core did it. */
const UNCERTAIN: ReadonlySet<ErrorCode> = new Set(['app.unavailable', 'app.internal']);

export function failWith(attempt: Attempt, id: string, code: ErrorCode, error: unknown): Attempt {
  if (!isUnderWay(attempt) || attempt.request.id !== id) return attempt;
  return UNCERTAIN.has(code) ? { phase: 'uncertain', request: attempt.request } : { phase: 'refused', error };
}
