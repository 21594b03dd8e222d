/** What the link with the server looks like: one word, the worst that is true, and its colour and sign. Pure. */
import {
  type Icon,
  IconCloudCheck,
  IconCloudDown,
  IconCloudExclamation,
  IconCloudOff,
  IconCloudUp,
  IconCloudX,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import type { Tone } from './status-tag.tsx';

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
  /** The first pull is under way: the screens do not show all there is yet. */
  | 'hydrating'
  | 'sending'
  | 'online';

export const SYNC_LOOKS: Readonly<Record<SyncLook, readonly [Tone, Icon]>> = {
  online: ['good', IconCloudCheck],
  hydrating: ['info', IconCloudDown],
  sending: ['info', IconCloudUp],
  refused: ['bad', IconCloudExclamation],
  offline: ['warn', IconCloudOff],
  refusing: ['warn', IconCloudExclamation],
  not_enrolled: ['warn', IconPlugConnectedX],
  revoked: ['bad', IconCloudX],
  upgrade_required: ['bad', IconCloudX],
};

export function lookOf({ state, fault, refused, unsent, hydrating }: SyncStatus): SyncLook {
  // The link is only said to stand when the whole first pull is here.
  if (hydrating === true && fault === undefined && (state === 'offline' || state === 'online')) return 'hydrating';
  if (state === 'offline') return fault === undefined || fault === 'device.server_unreachable' ? 'offline' : 'refusing';
  if (state !== 'online') return state;
  if (refused > 0) return 'refused';
  return unsent > 0 ? 'sending' : 'online';
}

/** Older than two idle pulls with their jitter: then the age of the last exchange is said. */
const STALE_MS = 90_000;
export const isStale = ({ lastExchangeAt }: SyncStatus, now: number): boolean =>
  lastExchangeAt !== undefined && now - lastExchangeAt > STALE_MS;
