/** The receipt being built at this till, and the ones put aside. A reload of the page must not lose twenty scanned lines. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import {
  addItem,
  type CartItem,
  changeQuantity,
  type Discount,
  type Line,
  neighbour,
  removeLine,
  reprice,
  restoreLine,
  selectionAfterRemoval,
  setDiscount,
  setQuantity,
} from './cart.rules.ts';

export interface ParkedCart {
  readonly id: string;
  readonly parkedAt: number;
  readonly lines: readonly Line[];
}

export interface CartState {
  readonly lines: readonly Line[];
  readonly selectedId?: string | undefined;
  /** The last line taken off, for as long as it can be put back. */
  readonly removed?: { readonly line: Line; readonly index: number } | undefined;
  readonly parked: readonly ParkedCart[];
}

export const EMPTY_CART: CartState = { lines: [], parked: [] };

export const add = (state: CartState, item: CartItem): CartState => ({
  ...state,
  lines: addItem(state.lines, item),
  selectedId: item.id,
});

export function remove(state: CartState, itemId: string): CartState {
  const index = state.lines.findIndex((line) => line.item.id === itemId);
  const line = state.lines[index];
  if (!line) return state;
  const lines = removeLine(state.lines, itemId);
  return { ...state, lines, removed: { line, index }, selectedId: selectionAfterRemoval(lines, index) };
}

export function undoRemove(state: CartState): CartState {
  if (!state.removed) return state;
  const { line, index } = state.removed;
  return { ...state, lines: restoreLine(state.lines, line, index), selectedId: line.item.id, removed: undefined };
}

/** Puts the receipt aside and begins a new one. An empty receipt is not worth keeping. */
export function park(state: CartState, id: string, parkedAt: number): CartState {
  if (state.lines.length === 0) return state;
  return { ...EMPTY_CART, parked: [...state.parked, { id, parkedAt, lines: state.lines }] };
}

/** Takes a receipt back; the one on the screen takes its place aside, so nothing is ever lost by a wrong choice. */
export function unpark(state: CartState, id: string, asideId: string, now: number): CartState {
  const found = state.parked.find((one) => one.id === id);
  if (!found) return state;
  const { parked } = park(state, asideId, now);
  return { lines: found.lines, selectedId: found.lines.at(-1)?.item.id, parked: parked.filter((one) => one.id !== id) };
}

/** The sale is made: the next receipt begins. */
export const clear = (state: CartState): CartState => ({ ...EMPTY_CART, parked: state.parked });

interface CartActions {
  readonly add: (item: CartItem) => void;
  readonly select: (itemId: string) => void;
  readonly move: (by: 1 | -1) => void;
  readonly step: (itemId: string, by: 1 | -1) => void;
  readonly setQuantity: (itemId: string, quantityMilli: number) => void;
  readonly setDiscount: (itemId: string, discount: Discount | undefined) => void;
  readonly remove: (itemId: string) => void;
  readonly undoRemove: () => void;
  readonly forgetRemoved: () => void;
  readonly reprice: (items: ReadonlyMap<string, CartItem>) => void;
  readonly park: (id: string, now: number) => void;
  readonly unpark: (id: string, asideId: string, now: number) => void;
  readonly clear: () => void;
}

export const useCart = create<CartState & CartActions>()(
  persist(
    (set) => ({
      ...EMPTY_CART,
      add: (item) => set((state) => add(state, item)),
      select: (selectedId) => set({ selectedId }),
      move: (by) => set((state) => ({ selectedId: neighbour(state.lines, state.selectedId, by) })),
      step: (itemId, by) => set((state) => ({ lines: changeQuantity(state.lines, itemId, by) })),
      setQuantity: (itemId, milli) => set((state) => ({ lines: setQuantity(state.lines, itemId, milli) })),
      setDiscount: (itemId, discount) => set((state) => ({ lines: setDiscount(state.lines, itemId, discount) })),
      remove: (itemId) => set((state) => remove(state, itemId)),
      undoRemove: () => set(undoRemove),
      forgetRemoved: () => set({ removed: undefined }),
      reprice: (items) => set((state) => ({ lines: reprice(state.lines, items) })),
      park: (id, now) => set((state) => park(state, id, now)),
      unpark: (id, asideId, now) => set((state) => unpark(state, id, asideId, now)),
      clear: () => set(clear),
    }),
    {
      name: 'prilavok.cart',
      version: 1,
      partialize: ({ lines, selectedId, parked }) => ({ lines, selectedId, parked }),
    },
  ),
);
