/** Every key of the sale itself; `keys.ts` lists them for the help. */
import { useShallow } from 'zustand/react/shallow';
import { useKeys } from '../app/keys.ts';
import { totals } from '../features/cart/cart.rules.ts';
import { type CartState, useCart } from '../features/cart/cart.store.ts';
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

/** What a key may act upon. The screen is drawn again when one of these turns, and not at every item of a receipt. */
const possible = (state: CartState) => ({
  onLine: state.lines.some((line) => line.item.id === state.selectedId),
  hasLines: state.lines.length > 0,
  hasTotal: totals(state).totalMinor > 0,
  hasRemoved: state.removed !== undefined,
  hasHeld: state.held.length > 0,
});

export function useSaleKeys({ edits, isFree, canEdit, onOpen, onShift, onHold, onSearch }: SaleKeys): void {
  const { onLine, hasLines, hasTotal, hasRemoved, hasHeld } = useCart(useShallow(possible));
  const move = useCart((state) => state.move);
  const choose = useCheckoutStore((state) => state.choose);
  const withLine = (run: (itemId: string) => void) =>
    onLine
      ? () => {
          const { selectedId } = useCart.getState();
          if (selectedId !== undefined) run(selectedId);
        }
      : undefined;
  useKeys({ F2: onSearch, F5: onShift, F6: () => onOpen({ is: 'sales' }) }, isFree);
  useKeys(
    {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      '+': withLine((id) => edits.step(id, 1)),
      '-': withLine((id) => edits.step(id, -1)),
      '*': withLine(() => onOpen({ is: 'quantity' })),
      F8: hasLines ? () => onOpen({ is: 'discount' }) : undefined,
      'Shift+F8': hasLines ? () => onOpen({ is: 'receipt_discount' }) : undefined,
      Delete: withLine(edits.remove),
      'Shift+Delete': hasLines ? edits.clearAll : undefined,
      'Ctrl+Z': hasRemoved ? edits.undo : undefined,
      // With nothing to put aside the same key shows what was.
      F4: hasLines ? onHold : hasHeld ? () => onOpen({ is: 'held' }) : undefined,
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
