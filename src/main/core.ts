/**
 * What every service of a device is built from: plain ports, no Electron, no globals. `device.ts` makes one; tests make
 * their own over an in-memory database with a clock they own.
 */
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { Db } from '#main/db/db.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Change } from '#shared/rpc/device.contract.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Structured log: the message is a constant sentence, facts go in fields, secrets are removed at the sink by key name. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  child(fields: Fields): Logger;
}

/** Tells the screens what to re-read. Call `emit` after the transaction has committed, never inside. */
export interface ChangeBus {
  emit(change: z.infer<typeof Change>): void;
  /** Returns how to stop listening. */
  subscribe(listener: (change: z.infer<typeof Change>) => void): () => void;
}

/** Named secrets, kept out of the database and the configuration. Values are text. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Work that repeats. `tick` does it once, and never runs twice at a time; tests call it, nobody sleeps. */
export interface Loop {
  start(): void;
  /** Resolves when the tick under way has ended. */
  stop(): Promise<void>;
  tick(): Promise<void>;
  /** Asks for a tick soon: what a hint or a change does. */
  wake(): void;
}

export interface Core {
  readonly db: Db;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly newId: NewId;
  /** Cryptographic random bytes. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: Logger;
  readonly changes: ChangeBus;
  readonly metrics: Registry;
  readonly secrets: Secrets;
}
