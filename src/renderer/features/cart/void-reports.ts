/** Tells the audit what was taken off receipts, until it has heard. */
import type { VoidReport } from './cart.store.ts';

export interface Reporting {
  /** What is still to be told, oldest first. */
  readonly queue: () => readonly VoidReport[];
  /** Rejects when it has to be told once more. */
  readonly tell: (report: VoidReport) => Promise<void>;
  readonly forget: (report: VoidReport) => void;
}

/** One after the other, what comes meanwhile too; one that is not taken holds up no other. @returns whether all are. */
export async function tellAll({ queue, tell, forget }: Reporting): Promise<boolean> {
  const tried = new Set<VoidReport>();
  for (;;) {
    const next = queue().find((report) => !tried.has(report));
    if (next === undefined) return queue().length === 0;
    tried.add(next);
    try {
      await tell(next);
      forget(next);
    } catch {
      // It stays in the queue.
    }
  }
}

const RETRY_MS = [1000, 2000, 5000, 15_000] as const;

/** How long to wait after so many rounds in which something was not taken. */
export const retryMs = (rounds: number): number => RETRY_MS[rounds - 1] ?? 30_000;
