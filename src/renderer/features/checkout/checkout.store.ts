/** The payment at hand: its way, what was handed over, where the electronic copy goes, and the attempt that is under way. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { type Attempt, IDLE } from './attempt.ts';
import type { Contact } from './contact.ts';
import type { Method } from './tender.rules.ts';

export interface CheckoutState {
  readonly method: Method | undefined;
  /** As typed; the meaning is `parseAmount`. Cash received, or the cash part of a mixed payment. */
  readonly amount: string;
  readonly contact: Contact | undefined;
  readonly attempt: Attempt;
}

interface CheckoutActions {
  readonly choose: (method: Method | undefined) => void;
  readonly setAmount: (amount: string) => void;
  readonly setContact: (contact: Contact | undefined) => void;
  readonly setAttempt: (change: (attempt: Attempt) => Attempt) => Attempt;
  /** The next buyer. */
  readonly reset: () => void;
}

const FRESH: CheckoutState = { method: undefined, amount: '', contact: undefined, attempt: IDLE };

/** A reload in the middle of a call leaves the question open: it is asked again with the same id. */
export const afterReload = (attempt: Attempt): Attempt =>
  attempt.phase === 'sending' || attempt.phase === 'uncertain'
    ? { phase: 'uncertain', request: attempt.request }
    : IDLE;

export const useCheckoutStore = create<CheckoutState & CheckoutActions>()(
  persist(
    (set, get) => ({
      ...FRESH,
      choose: (method) => set({ method, amount: '' }),
      setAmount: (amount) => set({ amount }),
      setContact: (contact) => set({ contact }),
      setAttempt: (change) => {
        const attempt = change(get().attempt);
        set({ attempt });
        return attempt;
      },
      reset: () => set(FRESH),
    }),
    {
      name: 'prilavok.checkout',
      version: 1,
      partialize: ({ attempt }) => ({ attempt }),
      merge: (saved, current) => ({
        ...current,
        attempt: afterReload((saved as Partial<CheckoutState> | undefined)?.attempt ?? IDLE),
      }),
    },
  ),
);
