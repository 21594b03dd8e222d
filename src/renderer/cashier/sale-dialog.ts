import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { CheckoutReply, RefundReply } from '#shared/rpc/payments.contract.ts';
import type { OpenSale } from '../features/orders/sales-drawer.tsx';

export type OpenDialog =
  | { readonly is: 'quantity' | 'discount' | 'receipt_discount' | 'held' | 'contact' | 'keys' }
  | { readonly is: 'sales'; readonly open?: OpenSale }
  | { readonly is: 'refund'; readonly details: OrderDetails }
  | { readonly is: 'receipt'; readonly kind: 'sale'; readonly sale: CheckoutReply }
  | { readonly is: 'receipt'; readonly kind: 'refund'; readonly sale: RefundReply };

/** What stands over the sale. */
export type SaleDialog = OpenDialog | { readonly is: 'none' };

export const NO_DIALOG: SaleDialog = { is: 'none' };
