/** Who pays how: pure sums over minor units. */
import type { Tender, TenderType } from '#shared/fiscal/fiscal.schema.ts';
import { MAX_MINOR } from '#shared/kernel/money.ts';
import { parseDecimal } from '../../app/typed.ts';

/** Notes of the rouble as a cashier takes them in, minor units. */
export const NOTES_MINOR = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000] as const;

/**
 * What a person typed as money: `8000`, `8 000,5`, `8000.50`. Undefined when it is not an amount with at most two
 * decimals; an empty text is not an amount either.
 */
export function parseAmount(text: string): number | undefined {
  const minor = parseDecimal(text, 2);
  return minor !== undefined && minor <= MAX_MINOR ? minor : undefined;
}

/** `800050` → `8000,50`, `800000` → `8000`: what stands in an input, so that typing goes on from it. */
export function amountText(minor: number): string {
  const kopecks = minor % 100;
  return `${Math.floor(minor / 100)}${kopecks === 0 ? '' : `,${String(kopecks).padStart(2, '0')}`}`;
}

/** The same text with its thousands apart, as a till shows a sum; what is not an amount stays as typed. */
export function groupDigits(text: string): string {
  const compact = text.replace(/[\s\u00A0\u202F]/g, '');
  const match = /^(\d+)([.,]\d*)?$/.exec(compact);
  if (!match) return text;
  return `${(match[1] ?? '').replace(/\B(?=(\d{3})+$)/g, '\u00A0')}${match[2] ?? ''}`;
}

export interface Settlement {
  readonly tenders: readonly Tender[];
  readonly changeMinor: number;
}

export type Payment =
  | { readonly method: 'card' }
  /** `receivedMinor` undefined: the exact sum was given. */
  | { readonly method: 'cash'; readonly receivedMinor: number | undefined }
  /** Part in cash, the rest by card. */
  | { readonly method: 'mixed'; readonly cashMinor: number };

export type Method = Payment['method'];

/**
 * What `payments.checkout` is told: the money that was handed over (cash above the total comes back as change), or
 * undefined while it does not cover the total. A mixed payment has both parts: anything else is one of the pure ones.
 */
export function settle(totalMinor: number, payment: Payment): Settlement | undefined {
  if (totalMinor <= 0) return undefined;
  switch (payment.method) {
    case 'card':
      return { tenders: [tender('card', totalMinor)], changeMinor: 0 };
    case 'cash': {
      const received = payment.receivedMinor ?? totalMinor;
      if (received < totalMinor) return undefined;
      return { tenders: [tender('cash', received)], changeMinor: received - totalMinor };
    }
    case 'mixed': {
      const rest = totalMinor - payment.cashMinor;
      if (payment.cashMinor <= 0 || rest <= 0) return undefined;
      return { tenders: [tender('cash', payment.cashMinor), tender('card', rest)], changeMinor: 0 };
    }
  }
}

/** What is typed as a way to pay; undefined while the text is no amount. An empty field of cash is the exact sum. */
export function paymentOf(method: Method, amount: string): Payment | undefined {
  const typed = parseAmount(amount);
  switch (method) {
    case 'card':
      return { method };
    case 'cash':
      return amount.trim() === ''
        ? { method, receivedMinor: undefined }
        : typed === undefined
          ? undefined
          : { method, receivedMinor: typed };
    case 'mixed':
      return typed === undefined ? undefined : { method, cashMinor: typed };
  }
}

const tender = (type: TenderType, sumMinor: number): Tender => ({ type, sumMinor });
