/** Sends the attempt to the core and keeps asking while the answer is open. */
import { useCallback, useEffect } from 'react';
import type { CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { useApproved } from '../../app/approval.ts';
import { toFault } from '../../app/error-text.ts';
import { useConnectionState, useDeviceClient } from '../../app/rpc.tsx';
import { type Attempt, begin, type CheckoutDraft, failWith, IDLE, isUnderWay, resume, succeed } from './attempt.ts';
import { useCheckoutStore } from './checkout.store.ts';

export interface Checkout {
  readonly attempt: Attempt;
  readonly isUnderWay: boolean;
  readonly pay: (draft: CheckoutDraft) => void;
  /** Asks again what became of the attempt. */
  readonly ask: () => void;
  /** Forgets a refused attempt, or one whose fate a person looked up in the list of sales. */
  readonly forget: () => void;
}

export function useCheckout({
  newId,
  onMade,
}: {
  readonly newId: () => string;
  readonly onMade: (reply: CheckoutReply) => void;
}): Checkout {
  const client = useDeviceClient();
  const approved = useApproved();
  const connection = useConnectionState();
  const attempt = useCheckoutStore((state) => state.attempt);
  const setAttempt = useCheckoutStore((state) => state.setAttempt);

  const send = useCallback(
    async (next: Attempt) => {
      if (next.phase !== 'sending') return;
      const { request } = next;
      try {
        const reply = await approved((approvalId) =>
          client.payments.checkout({ ...request, ...(approvalId === undefined ? {} : { approvalId }) }),
        );
        if (setAttempt((now) => succeed(now, request.id, reply)).phase === 'made') onMade(reply);
      } catch (error) {
        setAttempt((now) => failWith(now, request.id, toFault(error).code, error));
      }
    },
    [client, approved, setAttempt, onMade],
  );

  const ask = useCallback(() => {
    const before = useCheckoutStore.getState().attempt;
    const next = setAttempt(resume);
    if (next !== before) void send(next);
  }, [send, setAttempt]);

  const pay = (draft: CheckoutDraft) => {
    const next = setAttempt((now) => begin(now, draft, newId));
    if (next !== attempt) void send(next);
  };

  // The line is back, or the page was loaded anew in the middle of a call.
  useEffect(() => {
    if (connection === 'open') ask();
  }, [connection, ask]);

  const forget = useCallback(() => {
    setAttempt(() => IDLE);
  }, [setAttempt]);

  return { attempt, isUnderWay: isUnderWay(attempt), pay, ask, forget };
}
