/** The receipt being built at this till, and the ones put aside. A reload of the page must not lose twenty scanned lines. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Discount } from '#shared/orders/orders.schema.ts';
import {
  addItem,
  type CartItem,
  type Draft,
  type Line,
  neighbour,
  removeLine,
  reprice,
  restoreLine,
  selectionAfterRemoval,
  setDiscount,
  setQuantity,
} from './cart.rules.ts';

/** A receipt put aside. It belongs to the till: whoever works there may take it back. */
export interface HeldCart extends Draft {
  readonly id: string;
  readonly heldAt: number;
  /** Who put it aside. */
  readonly heldBy?: string | undefined;
  readonly voidedMinor: number;
}

/** A line taken off, for as long as it can be put back. */
export interface Removed {
  readonly line: Line;
  readonly index: number;
  /** What the audit knows the removal by. */
  readonly voidId: string;
  /** A supervisor allowed it: then it is not counted against the cashier. */
  readonly isAllowed: boolean;
  readonly amountMinor: number;
}

/** What the audit has yet to hear of: something taken off a receipt, or a line put back. */
export type VoidReport = {
  /** The void it is about. */
  readonly id: string;
  readonly receiptId: string;
  /** The cashier's name, and when it was done, Unix ms. */
  readonly by: string;
  readonly at: number;
} & (
  | { readonly act: 'void'; readonly what: 'line' | 'receipt' | 'held'; readonly lines: readonly VoidedLine[] }
  | { readonly act: 'restore' }
);

export interface VoidedLine {
  readonly itemId: string;
  readonly name: string;
  readonly quantityMilli: number;
  readonly totalMinor: number;
}

export interface CartState extends Draft {
  /** The receipt's own name, by which what is taken off it adds up; absent while it is empty. */
  readonly id?: string | undefined;
  readonly selectedId?: string | undefined;
  readonly removed?: Removed | undefined;
  /** What the cashier took off this receipt alone. */
  readonly voidedMinor: number;
  readonly held: readonly HeldCart[];
  /** Kept beside the change itself: neither a reload nor a core that is away loses what was taken off. */
  readonly unreported: readonly VoidReport[];
}

export const EMPTY_CART: CartState = {
  id: undefined,
  lines: [],
  discount: undefined,
  selectedId: undefined,
  removed: undefined,
  voidedMinor: 0,
  held: [],
  unreported: [],
};

/** The next receipt begins; what belongs to the till stays. */
const nextReceipt = ({ held, unreported }: CartState): CartState => ({ ...EMPTY_CART, held, unreported });

export const add = (state: CartState, item: CartItem, newId: () => string): CartState => ({
  ...state,
  id: state.id ?? newId(),
  lines: addItem(state.lines, item),
  selectedId: item.id,
});

export function remove(state: CartState, itemId: string, how: Omit<Removed, 'line' | 'index'>): CartState {
  const index = state.lines.findIndex((line) => line.item.id === itemId);
  const line = state.lines[index];
  if (!line) return state;
  const lines = removeLine(state.lines, itemId);
  return {
    ...state,
    lines,
    removed: { ...how, line, index },
    selectedId: selectionAfterRemoval(lines, index),
    voidedMinor: state.voidedMinor + (how.isAllowed ? 0 : how.amountMinor),
  };
}

/** Puts the last line back. */
export function undoRemove(state: CartState): CartState {
  if (!state.removed) return state;
  const { line, index, isAllowed, amountMinor } = state.removed;
  return {
    ...state,
    lines: restoreLine(state.lines, line, index),
    selectedId: line.item.id,
    removed: undefined,
    voidedMinor: Math.max(0, state.voidedMinor - (isAllowed ? 0 : amountMinor)),
  };
}

export interface Holder {
  readonly now: number;
  readonly by?: string | undefined;
}

/** Puts the receipt aside and begins a new one. An empty receipt is not worth keeping. */
export function hold(state: CartState, { now, by }: Holder): CartState {
  const { id, lines, discount, voidedMinor, held } = state;
  if (lines.length === 0 || id === undefined) return state;
  return { ...nextReceipt(state), held: [...held, { id, heldAt: now, heldBy: by, lines, discount, voidedMinor }] };
}

/** Takes a receipt back; the one on the screen takes its place aside, so nothing is ever lost by a wrong choice. */
export function takeBack(state: CartState, id: string, holder: Holder): CartState {
  const found = state.held.find((one) => one.id === id);
  if (!found) return state;
  const { held } = hold(state, holder);
  const { lines, discount, voidedMinor } = found;
  return {
    ...nextReceipt(state),
    id,
    lines,
    discount,
    voidedMinor,
    selectedId: lines.at(-1)?.item.id,
    held: held.filter((one) => one.id !== id),
  };
}

export const dropHeld = (state: CartState, id: string): CartState => ({
  ...state,
  held: state.held.filter((one) => one.id !== id),
});

/** The sale is made, or given up. */
export const clear = (state: CartState): CartState => nextReceipt(state);

export const report = (state: CartState, said: VoidReport): CartState => ({
  ...state,
  unreported: [...state.unreported, said],
});

export const forgetReports = (state: CartState, isHeard: (said: VoidReport) => boolean): CartState => ({
  ...state,
  unreported: state.unreported.filter((said) => !isHeard(said)),
});

interface CartActions {
  /** For changes that are more than one member: the functions above. */
  readonly change: (by: (state: CartState) => CartState) => void;
  readonly select: (itemId: string) => void;
  readonly move: (by: 1 | -1) => void;
  readonly setQuantity: (itemId: string, quantityMilli: number) => void;
  readonly discountLine: (itemId: string, discount: Discount | undefined) => void;
  readonly discountReceipt: (discount: Discount | undefined) => void;
  readonly forgetRemoved: () => void;
  readonly reprice: (items: ReadonlyMap<string, CartItem>) => void;
}

/** What a reload keeps. */
const saved = ({ id, lines, discount, selectedId, voidedMinor, held, unreported }: CartState) => ({
  id,
  lines,
  discount,
  selectedId,
  voidedMinor,
  held,
  unreported,
});

export const useCart = create<CartState & CartActions>()(
  persist<CartState & CartActions, [], [], ReturnType<typeof saved>>(
    (set) => ({
      ...EMPTY_CART,
      change: (by) => set(by),
      select: (selectedId) => set({ selectedId }),
      move: (by) => set((state) => ({ selectedId: neighbour(state.lines, state.selectedId, by) })),
      setQuantity: (itemId, milli) => set((state) => ({ lines: setQuantity(state.lines, itemId, milli) })),
      discountLine: (itemId, discount) => set((state) => ({ lines: setDiscount(state.lines, itemId, discount) })),
      discountReceipt: (discount) => set({ discount }),
      forgetRemoved: () => set({ removed: undefined }),
      reprice: (items) => set((state) => ({ lines: reprice(state.lines, items) })),
    }),
    {
      name: 'prilavok.cart',
      version: 1,
      partialize: saved,
    },
  ),
);
