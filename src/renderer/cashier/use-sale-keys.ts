/** Every key of the sale itself; `keys.ts` lists them for the help. */
import { useKeys } from '../app/keys.ts';
import { totals } from '../features/cart/cart.rules.ts';
import { useCart } from '../features/cart/cart.store.ts';
import type { CartEdits } from '../features/cart/use-cart-edits.ts';
import { useCheckoutStore } from '../features/checkout/checkout.store.ts';
import type { SaleDialog } from './sale-dialog.ts';

export interface SaleKeys {
  readonly edits: CartEdits;
  /** Nothing covers the sale. */
  readonly isFree: boolean;
  /** The receipt may change. */
  readonly canEdit: boolean;
  readonly onOpen: (dialog: SaleDialog) => void;
  readonly onShift: () => void;
  readonly onHold: () => void;
  readonly onSearch: () => void;
}

export function useSaleKeys({ edits, isFree, canEdit, onOpen, onShift, onHold, onSearch }: SaleKeys): void {
  const choose = useCheckoutStore((state) => state.choose);
  useKeys({ F2: onSearch, F5: onShift, F6: () => onOpen({ is: 'sales' }) }, isFree);
  useKeys(() => {
    const cart = useCart.getState();
    const { lines, selectedId, removed, held, move } = cart;
    const hasLines = lines.length > 0;
    const withLine = (run: (itemId: string) => void) =>
      selectedId !== undefined && lines.some((line) => line.item.id === selectedId) ? () => run(selectedId) : undefined;
    const toPay = (method: 'mixed' | 'cash' | 'card') =>
      totals(cart).totalMinor > 0 ? () => choose(method) : undefined;
    return {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      '+': withLine((id) => edits.step(id, 1)),
      '-': withLine((id) => edits.step(id, -1)),
      '*': withLine(() => onOpen({ is: 'quantity' })),
      F8: hasLines ? () => onOpen({ is: 'discount' }) : undefined,
      'Shift+F8': hasLines ? () => onOpen({ is: 'receipt_discount' }) : undefined,
      Delete: withLine(edits.remove),
      'Shift+Delete': hasLines ? edits.clearAll : undefined,
      'Ctrl+Z': removed ? edits.undo : undefined,
      // With nothing to put aside the same key shows what was.
      F4: hasLines ? onHold : held.length > 0 ? () => onOpen({ is: 'held' }) : undefined,
      F3: () => onOpen({ is: 'contact' }),
      F7: toPay('mixed'),
      F9: toPay('cash'),
      F10: toPay('card'),
      Escape: () => {
        choose(undefined);
        onSearch();
      },
    };
  }, canEdit);
}
