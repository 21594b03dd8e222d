/** Every key of the sale itself; `keys.ts` lists them for the help. */
import { useKeys } from '../app/keys.ts';
import { useCart } from '../features/cart/cart.store.ts';
import type { CartEdits } from '../features/cart/use-cart-edits.ts';
import { useCheckoutStore } from '../features/checkout/checkout.store.ts';
import type { SaleDialog } from './sale-dialog.ts';

export interface SaleKeys {
  readonly edits: CartEdits;
  readonly hasTotal: boolean;
  /** Nothing covers the sale. */
  readonly isFree: boolean;
  /** The receipt may change. */
  readonly canEdit: boolean;
  readonly onOpen: (dialog: SaleDialog) => void;
  readonly onShift: () => void;
  readonly onHold: () => void;
  readonly onSearch: () => void;
}

export function useSaleKeys({ edits, hasTotal, isFree, canEdit, onOpen, onShift, onHold, onSearch }: SaleKeys): void {
  const { lines, selectedId, removed, held, move } = useCart();
  const choose = useCheckoutStore((state) => state.choose);
  const onLine = (run: (itemId: string) => void) =>
    selectedId !== undefined && lines.some((line) => line.item.id === selectedId) ? () => run(selectedId) : undefined;
  const hasLines = lines.length > 0;
  useKeys({ F2: onSearch, F5: onShift, F6: () => onOpen({ is: 'sales' }) }, isFree);
  useKeys(
    {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      '+': onLine((id) => edits.step(id, 1)),
      '-': onLine((id) => edits.step(id, -1)),
      '*': onLine(() => onOpen({ is: 'quantity' })),
      F8: hasLines ? () => onOpen({ is: 'discount' }) : undefined,
      'Shift+F8': hasLines ? () => onOpen({ is: 'receipt_discount' }) : undefined,
      Delete: onLine(edits.remove),
      'Shift+Delete': hasLines ? edits.clearAll : undefined,
      'Ctrl+Z': removed ? edits.undo : undefined,
      // With nothing to put aside the same key shows what was.
      F4: hasLines ? onHold : held.length > 0 ? () => onOpen({ is: 'held' }) : undefined,
      F3: () => onOpen({ is: 'contact' }),
      F7: hasTotal ? () => choose('mixed') : undefined,
      F9: hasTotal ? () => choose('cash') : undefined,
      F10: hasTotal ? () => choose('card') : undefined,
      Escape: () => {
        choose(undefined);
        onSearch();
      },
    },
    canEdit,
  );
}
