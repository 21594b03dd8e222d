import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { CheckoutReply, RefundReply } from '#shared/rpc/payments.contract.ts';
import type { OpenSale } from '../features/orders/sales-drawer.tsx';

/** What stands over the sale. */
export type SaleDialog =
  | {
      readonly is: 'none' | 'quantity' | 'discount' | 'receipt_discount' | 'held' | 'contact' | 'keys';
    }
  | { readonly is: 'sales'; readonly open?: OpenSale }
  | { readonly is: 'refund'; readonly details: OrderDetails }
  | { readonly is: 'receipt'; readonly kind: 'sale'; readonly sale: CheckoutReply }
  | { readonly is: 'receipt'; readonly kind: 'refund'; readonly sale: RefundReply };

export const NO_DIALOG: SaleDialog = { is: 'none' };
