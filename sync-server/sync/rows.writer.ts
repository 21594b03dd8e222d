/** The one way into `entities`: versions, digests and tombstones are kept right for whoever writes. */

import { sha256 } from '#node/sha256.ts';
import type { Tx } from '#server/db/db.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { EMPTY_DIGEST, rowDigest, textDigest, xorDigests } from '#shared/sync/digest.ts';
import { isMergedType } from '#shared/sync/entities.ts';
import { CREATED, type FieldClock } from '#shared/sync/merge.rules.ts';
import type { EntityRef, RowPut } from '#shared/sync/mutator.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { RowState } from './effects.rules.ts';
import { type HeadChange, lockEntities, type NewRow, type StoredRow, writeEntities } from './entities.repo.ts';

/** Another transaction made the same new row at the same time: roll back and do the whole work again. */
export class WriteRace extends Error {
  override readonly name = 'WriteRace';
  constructor() {
    super('another transaction wrote one of these rows first');
  }
}

/**
 * Writes rows that the server itself owns (shops, staff, catalogue): every device of the scope gets them with its next
 * pull. Each row at most once in `puts`. A row that already says the same is left as it is.
 *
 * @param now Unix ms by the server.
 * @returns the new heads of the scopes that changed, to be poked after the commit.
 * @throws AppError `sync.deleted` a row is dead; `sync.scope_denied` a row lives in another scope. `WriteRace` when
 * another transaction made one of the rows meanwhile: run the transaction again.
 */
export async function writeRows(
  tx: Tx,
  organizationId: string,
  puts: readonly RowPut[],
  now: number,
): Promise<{ readonly heads: Readonly<Record<Scope, number>> }> {
  const stored = await lockRows(
    tx,
    puts.map(({ type, id }) => ({ type, id })),
  );
  const rows = puts.map((put): RowState => ({ ...put, clock: ownClock(put, now, stored) }));
  return writeFinal(tx, { organizationId, deviceId: null, now }, rows, stored);
}

/** The server's own hand over every field of a row that is merged: an edit before now loses to it. */
function ownClock({ type, id }: RowPut, now: number, stored: ReadonlyMap<RefKey, StoredRow>): FieldClock | null {
  if (!isMergedType(type)) return null;
  const prev = stored.get(refKey({ type, id }))?.ver ?? 0;
  return { [CREATED]: { at: now, deviceId: '', incarnation: 0, mid: now, prev } };
}

export async function lockRows(tx: Tx, refs: readonly EntityRef[]): Promise<Map<RefKey, StoredRow>> {
  const rows = await lockEntities(tx, refs);
  return new Map(rows.map((row) => [refKey(row), row]));
}

/** Writes the final state of rows whose present state is locked and given. One version a row. */
export async function writeFinal(
  tx: Tx,
  by: { readonly organizationId: string; readonly deviceId: string | null; readonly now: number },
  puts: readonly RowState[],
  stored: ReadonlyMap<RefKey, StoredRow>,
): Promise<{ readonly heads: Readonly<Record<Scope, number>> }> {
  const heads = new Map<Scope, { rows: number; digest: string }>();
  const rows: NewRow[] = [];
  for (const put of puts) {
    const known = stored.get(refKey(put));
    if (known?.deleted === true) {
      if (put.fields === null) continue;
      throw new AppError('sync.deleted', `${put.type} ${put.id} is deleted`);
    }
    if (known !== undefined && known.scope !== put.scope) {
      throw new AppError('sync.scope_denied', `${put.type} ${put.id} belongs to another scope`);
    }
    const was = known === undefined ? EMPTY_DIGEST : rowDigest(sha256, known);
    const fields = put.fields === null ? null : canonicalJson(put.fields);
    const is = fields === null ? EMPTY_DIGEST : textDigest(sha256, put, fields);
    // An edit may win with the value that is there: then its stamp must be kept all the same. And a row that was made and
    // deleted at once is dead from now on, though nobody has seen it alive.
    const isSame = known !== undefined && is === was && canonicalJson(put.clock) === canonicalJson(known.clock);
    if (isSame) continue;
    const head = heads.get(put.scope) ?? { rows: 0, digest: EMPTY_DIGEST };
    head.rows += 1;
    head.digest = xorDigests(head.digest, xorDigests(was, is));
    heads.set(put.scope, head);
    rows.push({
      type: put.type,
      id: put.id,
      scope: put.scope,
      nth: head.rows,
      expected: known?.ver ?? null,
      deleted: put.fields === null,
      fields,
      clock: put.clock,
    });
  }
  if (rows.length === 0) return { heads: {} };
  const changes: HeadChange[] = Array.from(heads, ([scope, change]) => ({ scope, ...change }));
  const written = await writeEntities(tx, { ...by, heads: changes, rows });
  if (written.rows !== rows.length) throw new WriteRace();
  return { heads: written.heads };
}
