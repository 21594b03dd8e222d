/** What a domain needs of sync: to make a change that both sides will have, and to know who writes it. */

import type { WriteTx } from '#main/db/db.ts';
import type { ErrorCode } from '#shared/kernel/errors.ts';
import type { LetterKey } from '#shared/rpc/sync.contract.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import type { Writer } from '#shared/sync/scopes.ts';

/** Rows that a deletion took away under changes of this device. */
export interface LostEdits {
  /** Of one kind of row, newest first. `fields` is JSON, `at` Unix ms by the server. */
  list(type: string): readonly { readonly key: string; readonly fields: string; readonly at: number }[];
  find(key: string): { readonly fields: string } | undefined;
  /** It was made anew, or nobody wants it. */
  remove(key: string): void;
}

/** A change that the server refused, and that nobody here has seen to. */
export interface Refusal {
  readonly key: LetterKey;
  readonly name: string;
  /** JSON. */
  readonly args: string;
  /** Unix ms by this device. */
  readonly madeAt: number;
}

export interface Refusals {
  /** Those refused with a code, oldest first. */
  list(code: ErrorCode): readonly Refusal[];
  /** A person has seen to it. Repeating it changes nothing. */
  settle(key: LetterKey, by: { readonly at: number; readonly name: string; readonly isRetried: boolean }): void;
}

export interface SyncPort {
  /**
   * Applies a named mutation to this device's tables and puts it in the outbox, in the caller's transaction. What the
   * server will check is checked here first: bad arguments or a refused decision throw `AppError` and roll everything
   * back. Throws `device.not_enrolled` on a device that has no server yet.
   */
  mutate<N extends MutatorName>(tx: WriteTx, name: N, args: MutatorArgs<N>): void;
  /** This device as a writer. Throws `device.not_enrolled`. */
  writer(): Writer;
  readonly lostEdits: LostEdits;
  readonly refusals: Refusals;
  /** Something was written: push soon. Call after the transaction. */
  wake(): void;
}
