/** What sync needs of the rest of the server. */
import type { Mode } from '#shared/kernel/mode.ts';
import { deviceScope, orgScope, type Scope, shopScope, type Writer } from '#shared/sync/scopes.ts';
import type { Grant } from './grants.rules.ts';

/** A device as its token proves it. `incarnation` is the newest that was issued to it. */
export interface SyncActor extends Writer {
  readonly mode: Mode;
  readonly incarnation: number;
  /** What it may see, when that is known already and not to be read: a batch that the journal runs again. */
  readonly grants?: readonly Grant[] | undefined;
}

/** What a device is given when it is made, for a device that stands in this shop. */
export const firstGrants = ({ organizationId, shopId, deviceId }: Writer): { scope: Scope; home: boolean }[] => [
  { scope: deviceScope(deviceId), home: false },
  { scope: orgScope(organizationId), home: false },
  { scope: shopScope(shopId), home: true },
];

export type HqCollection = 'orders' | 'receipts' | 'devices' | 'summary' | 'sync';

/** Hints to whoever is connected. Called after the commit; losing every one of them loses no data. */
export interface SyncLive {
  poke(poke: { readonly scope: Scope; readonly head: number; readonly epoch: string }): void;
  hqChanged(organizationId: string, collections: readonly HqCollection[]): void;
}

export interface SyncLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
