/** The payment beside the receipt: what it comes to, and what a change of it means for the attempt. */
import { useEffect } from 'react';
import { toCheckout, totals } from '../features/cart/cart.rules.ts';
import { useCart } from '../features/cart/cart.store.ts';
import { useCheckoutStore } from '../features/checkout/checkout.store.ts';
import { PayPanel } from '../features/checkout/pay-panel.tsx';
import type { Settlement } from '../features/checkout/tender.rules.ts';
import type { Checkout } from '../features/checkout/use-checkout.ts';

export function PaySide({
  checkout,
  onContact,
  notice,
}: {
  readonly checkout: Checkout;
  readonly onContact: () => void;
  readonly notice: string | undefined;
}) {
  const lines = useCart((state) => state.lines);
  const discount = useCart((state) => state.discount);
  const choose = useCheckoutStore((state) => state.choose);
  const { forget } = checkout;
  // A changed receipt is another sum: what was handed over for the old one, and its refusal, mean nothing now.
  useEffect(() => {
    if (useCheckoutStore.getState().attempt.phase === 'refused') forget();
  }, [lines, discount, forget]);
  useEffect(() => {
    if (lines.length === 0) choose(undefined);
  }, [lines.length, choose]);
  const pay = (settlement: Settlement) => {
    const { contact } = useCheckoutStore.getState();
    checkout.pay({ ...toCheckout({ lines, discount }), settlement, ...(contact ? { customer: contact } : {}) });
  };
  return (
    <PayPanel
      totalMinor={totals({ lines, discount }).totalMinor}
      checkout={checkout}
      onPay={pay}
      onContact={onContact}
      notice={notice}
    />
  );
}
