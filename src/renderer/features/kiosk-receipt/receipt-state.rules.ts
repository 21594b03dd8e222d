/** How a receipt that was paid for stands, as far as a guest needs to know. */
import type { FiscalDocument } from '#shared/fiscal/fiscal.schema.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';

export type ReceiptState =
  | { readonly kind: 'printing' }
  | { readonly kind: 'ready'; readonly document: FiscalDocument }
  /** In the fiscal memory, but the paper has not come out. */
  | { readonly kind: 'no_paper'; readonly document: FiscalDocument }
  /** The money is here; a person gives the receipt. Whatever the register knows may still turn it into `ready`. */
  | { readonly kind: 'staff' };

/** A register that prints, prints within seconds; after that a guest is told to turn to a person. */
export const PATIENCE_MS = 40_000;

const STUCK: readonly RegisterView['state'][] = ['not_configured', 'unavailable', 'not_responding', 'blocked'];

/** @param waitedMs since the payment was seen. */
export function receiptState(
  details: OrderDetails | undefined,
  register: RegisterView | undefined,
  waitedMs: number,
): ReceiptState {
  const record = details?.receipts.find((one) => one.type === 'sale');
  if (record?.status === 'done' && record.document) {
    return { kind: record.document.printed ? 'ready' : 'no_paper', document: record.document };
  }
  if (record?.status === 'error' || record?.status === 'unknown') return { kind: 'staff' };
  if (waitedMs >= PATIENCE_MS || (register && STUCK.includes(register.state))) return { kind: 'staff' };
  return { kind: 'printing' };
}
