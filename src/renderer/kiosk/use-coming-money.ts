import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import { useNow } from '../app/clock.tsx';
import { useApi } from '../app/rpc.tsx';
import { type PaymentState, paymentState } from '../features/kiosk-payment/payment-state.rules.ts';
import { useKiosk } from './kiosk.store.ts';

export interface ComingMoney {
  readonly intent: PaymentIntent | undefined;
  readonly state: PaymentState | undefined;
  readonly isBeginning: boolean;
  /** Why there is no intent. */
  readonly error: Error | null;
  readonly again: () => void;
  readonly refetch: () => void;
}

/**
 * Money of a visit, from the asking to the receipt, to which it leads by itself.
 *
 * @param begin answers the open intent again, so that a second run makes no second payment.
 * @param onBusy tells whether money is being waited for: then nobody may be sent away.
 */
export function useComingMoney(
  visitId: string,
  begin: (visit: { readonly visitId: string }) => Promise<PaymentIntent>,
  onBusy: (busy: boolean) => void,
): ComingMoney {
  const api = useApi();
  const now = useNow(500);
  const move = useKiosk((state) => state.move);
  const { mutate, data, error, isPending } = useMutation({ mutationFn: begin });
  useEffect(() => mutate({ visitId }), [mutate, visitId]);
  const live = useQuery({
    ...api.payments.intent.queryOptions({ input: { id: data?.id ?? '' } }),
    enabled: data !== undefined,
    // Should a change be lost on the way, money is still noticed.
    refetchInterval: 5000,
  });
  const intent = live.data ?? data;
  const state = intent ? paymentState(intent, now) : undefined;
  const orderId = state?.kind === 'paid' ? state.orderId : undefined;
  useEffect(() => {
    if (orderId !== undefined) move({ kind: 'paid', orderId });
  }, [orderId, move]);
  const busy = isPending || state?.kind === 'waiting' || state?.kind === 'paid';
  useEffect(() => {
    onBusy(busy);
    return () => onBusy(false);
  }, [busy, onBusy]);
  return {
    intent,
    state,
    isBeginning: isPending,
    error,
    again: () => mutate({ visitId }),
    refetch: () => void live.refetch(),
  };
}
