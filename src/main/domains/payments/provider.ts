/** Who takes money that no cashier takes. */
import type { Payment, PaymentIntent } from '#shared/payments/payments.schema.ts';

/**
 * A provider inside this process. It may be asked within a transaction, so its effects need no journal of their own: the
 * intent, the money and the receipt are one local commit. A provider on a network is not one of these: its calls stand
 * outside transactions, between journal entries.
 */
export interface PaymentProvider {
  readonly name: Payment['provider'];
  /** What the client's phone reads from the screen. */
  qrData(intentId: string): string;
  /** When the money of an intent came, Unix ms; `undefined` while it has not. Asked again and again, also after a restart. */
  paidAt(intent: PaymentIntent, now: number): number | undefined;
}

export interface DevProviderOptions {
  /** Money comes by itself this long after the intent was made. */
  readonly autoConfirmDelayMs: number;
  /** Money comes only by hand. */
  readonly manualMode: boolean;
}

/**
 * K-46: pretends that every client pays. What it knows follows from the intent's own row, so a restart changes nothing.
 * Never constructed in PROD.
 */
export const createDevProvider = ({ autoConfirmDelayMs, manualMode }: DevProviderOptions): PaymentProvider => ({
  name: 'dev',
  qrData: (intentId) => `DEV_QR_${intentId}`,
  paidAt: ({ createdAt }, now) => {
    const at = createdAt + autoConfirmDelayMs;
    return !manualMode && now >= at ? at : undefined;
  },
});
