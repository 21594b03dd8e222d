/** Who takes money that no cashier takes. */
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { OrderIntent } from './payments.repo.ts';

/** How an intent stands where the money is. Times are Unix ms. */
export type Standing =
  | { readonly kind: 'waiting'; readonly qrData?: string | undefined }
  /** The money is here, and ours: only this device gives it back. */
  | { readonly kind: 'paid'; readonly at: number }
  /** `isFinal`: no money can come of it any more. */
  | { readonly kind: 'over'; readonly why: 'expired' | 'cancelled' | 'failed'; readonly isFinal: boolean }
  | { readonly kind: 'returning' }
  | { readonly kind: 'returned' };

export type GiveBackReason = 'not_served' | 'late' | 'twice';

/**
 * Every call may be lost on the way or made again after a restart: it names the intent, and for one intent it happens once.
 * It stands outside transactions, after the row that asks for it was committed. Calls throw an `AppError` when nobody
 * answered or the answer was no.
 */
export interface PaymentProvider {
  readonly name: Payment['provider'];
  /** For how long after its end money of an intent may still come, ms. */
  readonly followMs: number;
  /** Asks for the money; answers what the client's phone reads from the screen. */
  open(intent: OrderIntent): Promise<Standing>;
  /** Money that is there is taken in the same breath. */
  look(intent: OrderIntent, now: number): Promise<Standing>;
  /** The client wants no more of it. Money that was faster is taken as by `look`. */
  cancel(intent: OrderIntent, now: number): Promise<Standing>;
  /**
   * Money that is here already is claimed once more, from a server that may have been put back to before the first claim and
   * would give it back. Absent where nobody else decides. Throws `payments.not_found` where nothing is known of it at all.
   */
  claimAgain?(intent: OrderIntent): Promise<Standing>;
  /** Gives all of it back. */
  giveBack(intent: OrderIntent, refundId: string, reason: GiveBackReason): Promise<Standing>;
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
export function createDevProvider({ autoConfirmDelayMs, manualMode }: DevProviderOptions): PaymentProvider {
  const look = async ({ createdAt }: OrderIntent, now: number): Promise<Standing> => {
    const at = createdAt + autoConfirmDelayMs;
    return !manualMode && now >= at ? { kind: 'paid', at } : { kind: 'waiting' };
  };
  return {
    name: 'dev',
    followMs: 0,
    open: async ({ id }) => ({ kind: 'waiting', qrData: `DEV_QR_${id}` }),
    look,
    cancel: async (intent, now) => {
      const standing = await look(intent, now);
      return standing.kind === 'paid' ? standing : { kind: 'over', why: 'cancelled', isFinal: true };
    },
    giveBack: async () => ({ kind: 'returned' }),
  };
}
