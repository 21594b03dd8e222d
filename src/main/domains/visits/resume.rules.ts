/** Where a guest goes on whose screen went dark: decided from what is on the disk, for a screen remembers nothing. */
import type { ResumePoint } from '#shared/visits/visits.schema.ts';

/**
 * A guest who is still here stands before a dark screen this long at most. Whoever comes later is somebody else, and gets
 * neither the service of another nor a sight of what was read.
 */
export const RESUME_WITHIN_MS = 15 * 60_000;

export interface VisitFacts {
  readonly money:
    | { readonly kind: 'none' }
    | { readonly kind: 'paying' }
    | { readonly kind: 'paid'; readonly orderId: string; readonly at: number };
  /** When something was last done for the visit here, Unix ms; `undefined` = nothing was. */
  readonly workedAt: number | undefined;
  readonly reportedAt: number | undefined;
}

/** `undefined`: there is nothing to go on with, and the visit ends; what was paid for and not given is then given back. */
export function decideResume({ money, workedAt, reportedAt }: VisitFacts, now: number): ResumePoint | undefined {
  // Time does not run out under a payment: the guest may be standing there with the bank's page open.
  if (money.kind === 'paying') return { step: 'pay' };
  if (money.kind === 'none') return undefined;
  const lastAt = Math.max(money.at, workedAt ?? 0, reportedAt ?? 0);
  if (now - lastAt > RESUME_WITHIN_MS) return undefined;
  if (reportedAt !== undefined) return { step: 'report' };
  return workedAt === undefined ? { step: 'receipt', orderId: money.orderId } : { step: 'work' };
}
