/** Where the cashier is beside the sale, and whether the drawer is being counted blind. Nothing of it outlives the page. */
import { create } from 'zustand';

export const SECTIONS = ['shift', 'reports', 'cash', 'queue', 'registers', 'events', 'sync', 'exchange'] as const;
export type Section = (typeof SECTIONS)[number];

interface DeskState {
  /** Undefined while the sale is on the screen. */
  readonly section: Section | undefined;
  /** Nothing on the screen may say what the drawer should hold. */
  readonly isCounting: boolean;
  readonly open: (section: Section) => void;
  readonly close: () => void;
  readonly setCounting: (isCounting: boolean) => void;
}

export const useDesk = create<DeskState>()((set) => ({
  section: undefined,
  isCounting: false,
  open: (section) => set((state) => (state.isCounting ? state : { section })),
  close: () => set({ section: undefined, isCounting: false }),
  setCounting: (isCounting) => set({ isCounting }),
}));
