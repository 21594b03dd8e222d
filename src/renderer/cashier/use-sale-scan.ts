/** What a scan means at a till: an item for the receipt, or the receipt of a sale that somebody brings back. */
import { readReceiptQr } from '#shared/fiscal/fiscal-qr.rules.ts';
import { useDeviceClient } from '../app/rpc.tsx';
import { toCartItem } from '../features/cart/cart.rules.ts';
import { add, useCart } from '../features/cart/cart.store.ts';
import { useScanner } from '../features/cart/use-scanner.ts';
import type { SaleDialog } from './sale-dialog.ts';

export interface ScanPlace {
  readonly dialog: SaleDialog;
  /** Nothing is to be touched now: a sale is being made, or something else covers the screen. */
  readonly isClosed: boolean;
  /** A PIN is being typed, which may be as fast as a scanner. */
  readonly isAsking: boolean;
  readonly newId: () => string;
  readonly onOpen: (dialog: SaleDialog) => void;
  /** The receipt of the last sale goes away by itself when the next buyer's first item is scanned. */
  readonly onNext: () => void;
  /** No item bears the code; undefined when one did. */
  readonly onUnknown: (barcode: string | undefined) => void;
}

export function useSaleScan({ dialog, isClosed, isAsking, newId, onOpen, onNext, onUnknown }: ScanPlace): void {
  const client = useDeviceClient();
  const scan = async (code: string): Promise<void> => {
    const isOpen = dialog.is === 'none' || dialog.is === 'receipt' || dialog.is === 'sales';
    if (isClosed || !isOpen) return;
    const receipt = readReceiptQr(code);
    if (receipt) {
      const { fnNumber, fiscalDocumentNumber, fiscalSign } = receipt;
      const found = await client.orders.findByReceipt({ fnNumber, fiscalDocumentNumber, fiscalSign });
      const isReturn = receipt.operation === 'sell_return';
      onOpen({
        is: 'sales',
        open: found ? { is: 'order', orderId: found.order.id, isReturn } : { is: 'missing', receipt },
      });
      return;
    }
    if (dialog.is === 'sales') return;
    const item = await client.catalogue.byBarcode({ barcode: code });
    if (dialog.is === 'receipt') onNext();
    onUnknown(item ? undefined : code);
    if (item) useCart.getState().change((state) => add(state, toCartItem(item), newId));
  };
  useScanner((code) => {
    // A core that does not answer covers the screen by itself.
    scan(code).catch(() => undefined);
  }, !isAsking);
}
