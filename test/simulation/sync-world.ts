/** What one run's world is: devices, line, server, and the plain record of what each of them has said. */
import type { SyncIdentity } from '#main/sync/store.ts';
import type { Grant } from '#server/sync/grants.rules.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { WriterKey } from '#shared/sync/protocol.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { shopId } from '#test/sync/fixtures.ts';
import type { Seeded } from './seeded.ts';
import type { Life } from './sync-device.ts';
import type { Model, Violation } from './sync-model.ts';
import type { Message, Network } from './sync-network.ts';
import type { Backup, SimServer } from './sync-server.ts';
import type { HeldRow, OutboxLine } from './sync-view.ts';

/** Stands in a field that nobody edits. */
export const POISON = 'a-row-that-cannot-be-written@example.test';
export const SHOPS = [shopId(1), shopId(2)] as const;

/** A place where a device stands: its process may die and come back, its disk may be copied or replaced. */
export interface Slot {
  readonly index: number;
  readonly deviceId: string;
  readonly mode: Mode;
  identity: SyncIdentity;
  life: Life;
  isCut: boolean;
  readonly clock: { offset: number; frozenAt: number | undefined };
  /** What was last seen here, for what may never go back. Forgotten with the disk. */
  memory:
    | {
        epoch: string | null;
        incarnation: number;
        cursors: ReadonlyMap<Scope, number>;
        vers: ReadonlyMap<RefKey, { readonly scope: Scope; readonly ver: number }>;
      }
    | undefined;
  /** Outbox rows last seen, by mid. */
  kept: ReadonlyMap<number, Pick<OutboxLine, 'state' | 'hlc'>>;
}

/** The server's rows at one instant. */
export type Snapshot = ReadonlyMap<RefKey, HeldRow & { readonly deleted: boolean }>;

export interface Promised {
  readonly writer: WriterKey;
  readonly durableMid: number;
}

export interface World {
  readonly network: Network;
  readonly server: SimServer;
  readonly slots: Slot[];
  readonly chance: Seeded;
  readonly findMutator: MutatorLookup;
  readonly violations: Violation[];
  readonly clock: { now: number };
  model: Model;
  /** The model as the disk of the server has it. */
  modelOnDisk: Model;
  backup: (Backup & { readonly model: Model }) | undefined;
  /** The next page loses a row on its way: a fault of the server, or of its disk. */
  isTorn: boolean;
  /** Some page has lost a row: from here on devices may find that they hold other rows than the server. */
  wasTorn: boolean;
  /** Facts that a device has told its user: each must be on the server in the end. */
  readonly facts: Map<RefKey, string>;
  /** Ends of the durable part of each writer that devices have been told, in this epoch. */
  readonly promised: Map<string, Promised>;
  /** By scope: up to where somebody was served, and the rows of that instant. */
  readonly served: Map<Scope, { epoch: string; ver: number; rows: ReadonlyMap<RefKey, number> }>;
  readonly counters: {
    orders: number;
    payments: number;
    clients: number;
    visits: number;
    items: number;
    poisons: number;
  };
  nowAt(slot: Slot): number;
  add(deviceId: string, mode: Mode, identity: SyncIdentity, from?: Slot): Slot;
  /** The process of a slot begins again over what its disk holds, or over an empty one. */
  reboot(slot: Slot, empty?: boolean): void;
  /** The server works on a request; whatever it answers is on its way back. */
  serve(message: Message): Promise<void>;
  snapshot(): Promise<Snapshot>;
  grantsOf(deviceId: string): Promise<readonly Grant[]>;
  /** After a death of the server's process, with or without its power. */
  serverDied(how: 'process' | 'power'): Promise<void>;
  restore(): Promise<void>;
  checkpoint(): Promise<void>;
}
