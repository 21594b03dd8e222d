/** What the link with the server looks like in one word: the worst that is true. Pure. */
import type { SyncStatus } from '#shared/rpc/device.contract.ts';

export type SyncLook =
  | 'not_enrolled'
  | 'revoked'
  | 'upgrade_required'
  /** Nothing answers. */
  | 'offline'
  /** Something answers, and takes nothing. */
  | 'refusing'
  /** Answers lie here that nobody has read. */
  | 'refused'
  | 'sending'
  | 'online';

export function lookOf({ state, fault, refused, unsent }: SyncStatus): SyncLook {
  if (state === 'offline') return fault === undefined || fault === 'device.server_unreachable' ? 'offline' : 'refusing';
  if (state !== 'online') return state;
  if (refused > 0) return 'refused';
  return unsent > 0 ? 'sending' : 'online';
}

/** Older than two idle pulls with their jitter: then the age of the last exchange is said. */
const STALE_MS = 90_000;
export const isStale = ({ lastExchangeAt }: SyncStatus, now: number): boolean =>
  lastExchangeAt !== undefined && now - lastExchangeAt > STALE_MS;
