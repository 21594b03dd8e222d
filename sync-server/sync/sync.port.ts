/** What sync needs of the rest of the server. */
import type { Mode } from '#shared/kernel/mode.ts';
import { deviceScope, orgScope, type Scope, shopScope, type Writer } from '#shared/sync/scopes.ts';

/** A device as its token proves it. `incarnation` is the newest that was issued to it. */
export interface SyncActor extends Writer {
  readonly mode: Mode;
  readonly incarnation: number;
}

/** Everything a device may see and write, in sorted order: the order in which heads are locked. */
export const grantsOf = ({ organizationId, shopId, deviceId }: Writer): readonly Scope[] =>
  [deviceScope(deviceId), orgScope(organizationId), shopScope(shopId)].toSorted();

export type HqCollection = 'orders' | 'receipts' | 'devices' | 'summary';

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
