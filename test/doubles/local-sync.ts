/** Sync with nobody at the other end: the real mutators, tables and outbox of an enrolled device that has no network. */

import type { Core } from '#main/core.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { createSync } from '#main/sync/sync.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { Writer } from '#shared/sync/scopes.ts';

export interface LocalSync extends SyncPort {
  /** Names of the mutations in the outbox, in order. */
  outbox(): readonly string[];
}

export const TEST_WRITER: Writer = {
  organizationId: '00000000-0000-7000-8000-00000000000a',
  shopId: '00000000-0000-7000-8000-00000000000b',
  deviceId: '00000000-0000-7000-8000-00000000000c',
};

export function createLocalSync(core: Core, mode: Mode, writer: Writer = TEST_WRITER): LocalSync {
  const sync = createSync(core, {
    mode,
    identity: () => ({ ...writer, incarnation: 1 }),
    serverUrl: () => undefined,
    token: () => Promise.resolve(undefined),
    random: () => 0,
    createLive: () => ({ follow: () => undefined, close: () => undefined }),
  });
  return {
    ...sync,
    outbox: () => core.db.$client.prepare<[], string>('SELECT name FROM sync_outbox ORDER BY mid').pluck().all(),
  };
}
