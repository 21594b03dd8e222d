import { create } from 'zustand';
import { ATTRACT, advance, type Flow, type Move } from './kiosk.flow.ts';

interface KioskState {
  readonly flow: Flow;
  readonly move: (move: Move) => void;
}

/** The flow of the guest at the screen. Nothing that the core knows is copied in. */
export const useKiosk = create<KioskState>()((set) => ({
  flow: ATTRACT,
  move: (move) => set(({ flow }) => ({ flow: advance(flow, move) })),
}));
