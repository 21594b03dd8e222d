/** Who takes money for us on a network. Amounts are minor units. */
import type { Currency } from '#shared/kernel/money.ts';
import type { Probe } from '../connections/probe.ts';

export interface ProviderPayment {
  readonly id: string;
  readonly status: 'pending' | 'succeeded' | 'cancelled';
  readonly amountMinor: number;
  readonly currency: string;
  readonly refundedMinor: number;
  readonly confirmationUrl?: string | undefined;
  /** Our own id, as we gave it when the payment was made. */
  readonly intentId?: string | undefined;
  /** Why it was cancelled. */
  readonly reason?: string | undefined;
}

export interface ProviderRefund {
  readonly id: string;
  readonly status: 'pending' | 'succeeded' | 'cancelled';
  readonly reason?: string | undefined;
}

export interface NewProviderPayment {
  readonly intentId: string;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly description: string;
}

export interface NewProviderRefund {
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly currency: Currency;
}

/** Every call throws `ProviderFault`. What changes something has a key: the same key and contents happen once. */
export interface PaymentProvider {
  create(payment: NewProviderPayment, key: string): Promise<ProviderPayment>;
  read(id: string): Promise<ProviderPayment>;
  refund(refund: NewProviderRefund, key: string): Promise<ProviderRefund>;
  readRefund(id: string): Promise<ProviderRefund>;
  /** Whether it knows us and takes money for us. Resolves always. */
  check(): Promise<Probe>;
}

export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
  /** `unknown`: nobody knows whether it took effect, so ask again with the same key. `refused`: it did not happen. */
  readonly kind: 'unknown' | 'refused';
  /** The provider's word, or the network's. */
  readonly code: string;

  constructor(kind: 'unknown' | 'refused', code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code;
  }
}
