/** What stands over the sale, one at a time. */
import { useQuery } from '@tanstack/react-query';
import { mayApprove } from '#shared/staff/staff.schema.ts';
import { useApprovalDesk } from '../app/approval.ts';
import { useClock } from '../app/clock.tsx';
import { useApi } from '../app/rpc.tsx';
import { type Draft, isOverLimit } from '../features/cart/cart.rules.ts';
import { takeBack, useCart } from '../features/cart/cart.store.ts';
import { DiscountDialog } from '../features/cart/discount-dialog.tsx';
import { HeldDialog } from '../features/cart/held-dialog.tsx';
import { QuantityDialog } from '../features/cart/quantity-dialog.tsx';
import type { CartEdits } from '../features/cart/use-cart-edits.ts';
import { ContactDialog } from '../features/checkout/contact-dialog.tsx';
import { RefundDialog } from '../features/orders/refund-dialog.tsx';
import { SalesDrawer } from '../features/orders/sales-drawer.tsx';
import type { Member } from '../staffed/staffed-app.tsx';
import { CashierKeys } from './cashier-keys.tsx';
import { ReceiptDialog } from './receipt-dialog.tsx';
import { NO_DIALOG, type OpenDialog, type SaleDialog } from './sale-dialog.ts';

/** Whether the discounts of a receipt are more than whoever works here gives alone. */
export function useOverLimit(member: Member): (draft: Draft) => boolean {
  const api = useApi();
  const policy = useQuery(api.staff.policy.queryOptions()).data;
  return (draft) => policy !== undefined && !mayApprove(member.role) && isOverLimit(draft, policy.discountLimitPercent);
}

export function SaleDialogs({
  dialog,
  member,
  deviceId,
  edits,
  newId,
  onOpen,
  onClose,
}: {
  readonly dialog: OpenDialog;
  readonly member: Member;
  readonly deviceId: string | undefined;
  readonly edits: CartEdits;
  readonly newId: () => string;
  readonly onOpen: (dialog: SaleDialog) => void;
  readonly onClose: () => void;
}) {
  const now = useClock();
  const cart = useCart();
  const { isAsking } = useApprovalDesk();
  const isOver = useOverLimit(member);
  const selected = cart.lines.find((line) => line.item.id === cart.selectedId);
  switch (dialog.is) {
    case 'quantity':
      return selected ? (
        <QuantityDialog
          line={selected}
          onSet={(milli) => edits.setQuantity(selected.item.id, milli)}
          onClose={onClose}
        />
      ) : null;
    case 'discount':
    case 'receipt_discount':
      return (
        <DiscountDialog
          draft={cart}
          line={selected}
          scope={dialog.is === 'discount' ? 'line' : 'receipt'}
          isOverLimit={isOver}
          onSet={(scope, discount) => {
            if (scope === 'receipt') cart.discountReceipt(discount);
            else if (selected) cart.discountLine(selected.item.id, discount);
          }}
          onClose={onClose}
        />
      );
    case 'held':
      return (
        <HeldDialog
          isAsking={isAsking}
          onTake={(id) => {
            cart.change((state) => takeBack(state, id, { now: now(), by: member.name }));
            onClose();
          }}
          onDrop={edits.dropHeld}
          onClose={onClose}
        />
      );
    case 'contact':
      // The focus stays where the payment is.
      return <ContactDialog onClose={() => onOpen(NO_DIALOG)} />;
    case 'keys':
      return <CashierKeys onClose={onClose} />;
    case 'sales':
      return (
        <SalesDrawer
          // Another receipt was scanned: the list begins from it.
          key={JSON.stringify(dialog.open)}
          open={dialog.open}
          deviceId={deviceId}
          onRefund={(details) => onOpen({ is: 'refund', details })}
          onClose={onClose}
        />
      );
    case 'refund':
      return (
        <RefundDialog
          details={dialog.details}
          newId={newId}
          isAsking={isAsking}
          onRefunded={(sale) => onOpen({ is: 'receipt', kind: 'refund', sale })}
          onClose={() => onOpen({ is: 'sales', open: { is: 'order', orderId: dialog.details.order.id } })}
        />
      );
    case 'receipt':
      return <ReceiptDialog sale={dialog.sale} kind={dialog.kind} onClose={onClose} />;
  }
}
