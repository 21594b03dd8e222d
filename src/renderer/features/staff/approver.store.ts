/** Which supervisor was asked last at this till: most days it is the same one. The PIN is never kept. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface ApproverState {
  readonly memberId: string | undefined;
  readonly choose: (memberId: string) => void;
}

export const useApprover = create<ApproverState>()(
  persist((set) => ({ memberId: undefined, choose: (memberId) => set({ memberId }) }), {
    name: 'prilavok.approver',
    version: 1,
    partialize: ({ memberId }) => ({ memberId }),
  }),
);
