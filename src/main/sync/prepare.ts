/**
 * Pulled rows made ready to be shown: their text is canonical and hashed, and so is that of the state they take the place
 * of. All of it is done as a page comes, so that the transaction that shows a month of rows only lays them down.
 */
import { sha256 } from '#node/sha256.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { type Digest, EMPTY_DIGEST, textDigest } from '#shared/sync/digest.ts';
import type { PulledRow } from '#shared/sync/protocol.ts';
import { parseRefKey, type RefKey, refKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { BaseRow } from './replica.repo.ts';
import type { SyncStore } from './store.ts';

/** A state of a row as the server gave it, and its hash. */
export interface KnownState {
  readonly scope: Scope;
  readonly ver: number;
  readonly digest: Digest;
}

export interface PreparedRow extends KnownState {
  readonly type: string;
  readonly id: string;
  /** It left this scope for another. */
  readonly moved: boolean;
  /** Canonical JSON; null for a deleted row, which counts for nothing. */
  readonly fields: string | null;
  /** What it takes the place of, as far as that was there when it was made ready. */
  readonly was: KnownState | null;
}

/** @param store where there may be something in their place; none for the first rows of all */
export function prepareRows(store: SyncStore | undefined, rows: readonly PulledRow[]): PreparedRow[] {
  return rows.map((row) => {
    const { scope, type, id, ver } = row;
    const fields = row.fields === null ? null : canonicalJson(row.fields);
    const digest = fields === null ? EMPTY_DIGEST : textDigest(sha256, row, fields);
    const was = store === undefined ? null : knownState(row, baseOf(store, refKey(row)));
    return { scope, type, id, ver, moved: row.moved === true, fields, digest, was };
  });
}

const knownState = (row: { readonly type: string; readonly id: string }, base: BaseRow | undefined) =>
  base === undefined || base.fields === null || base.ver === 0
    ? null
    : { scope: base.scope, ver: base.ver, digest: textDigest(sha256, row, base.fields) };

/** The hash of a state of a row, which the server gave. Worked out when it is not the one that was known. */
export const digestOfBase = (
  row: { readonly type: string; readonly id: string },
  base: { readonly scope: Scope; readonly ver: number; readonly fields: string },
  was: KnownState | null,
): Digest =>
  was !== null && was.scope === base.scope && was.ver === base.ver ? was.digest : textDigest(sha256, row, base.fields);

/** The server's state of a row: kept aside where a change of ours lies over it, else what is on show. */
export function baseOf({ replica }: SyncStore, key: RefKey): BaseRow | undefined {
  const aside = replica.findBase(key);
  const ref = parseRefKey(key);
  return aside ?? (ref === undefined ? undefined : replica.find(ref));
}
