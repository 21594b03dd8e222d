/** How the client's code stands, for the boxes it is typed into. Pure. */
import type { Contract } from '#shared/contracts/contracts.schema.ts';

export type CodeState = 'sending' | 'open' | 'expired' | 'locked';

/** @param now Unix ms. */
export function codeState({ status, code }: Pick<Contract, 'status' | 'code'>, now: number): CodeState {
  if (status === 'otp_locked') return 'locked';
  if (code?.deliveredAt === undefined) return 'sending';
  if (code.attemptsLeft === 0) return 'locked';
  return code.expiresAt !== undefined && code.expiresAt <= now ? 'expired' : 'open';
}
