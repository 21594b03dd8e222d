/**
 * Takes rows from one scope into another. To whoever sees only the old one a row is gone; it is not dead: elsewhere it
 * lives on, and it may come back.
 */

import { sha256 } from '#node/sha256.ts';
import type { Tx } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { EMPTY_DIGEST, rowDigest, xorDigests } from '#shared/sync/digest.ts';
import type { Put } from '#shared/sync/mutator.ts';
import { refKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { type MovingRow, moveEntities } from './departures.repo.ts';
import { lockRows, WriteRace } from './rows.writer.ts';

/**
 * The rows in their new scopes, with what their fields say there. One transaction: nobody who sees both scopes ever sees
 * a row twice or not at all.
 *
 * @param now Unix ms by the server.
 * @returns the new heads, to be announced after the commit.
 * @throws AppError `app.not_found` there is no such row; `sync.deleted`. `WriteRace`: run the transaction again.
 */
export async function moveRows(
  tx: Tx,
  organizationId: string,
  puts: readonly Put[],
  now: number,
): Promise<{ readonly heads: Readonly<Record<Scope, number>> }> {
  const stored = await lockRows(
    tx,
    puts.map(({ type, id }) => ({ type, id })),
  );
  const heads = new Map<Scope, { rows: number; digest: string }>();
  const raise = (scope: Scope, digest: string): number => {
    const head = heads.get(scope) ?? { rows: 0, digest: EMPTY_DIGEST };
    const next = { rows: head.rows + 1, digest: xorDigests(head.digest, digest) };
    heads.set(scope, next);
    return next.rows;
  };
  const rows: MovingRow[] = [];
  for (const put of puts) {
    const known = stored.get(refKey(put));
    if (known === undefined) throw new AppError('app.not_found', `there is no ${put.type} ${put.id}`);
    if (known.deleted) throw new AppError('sync.deleted', `${put.type} ${put.id} is deleted`);
    if (known.scope === put.scope) continue;
    rows.push({
      type: put.type,
      id: put.id,
      from: known.scope,
      to: put.scope,
      nthFrom: raise(known.scope, rowDigest(sha256, known)),
      nthTo: raise(put.scope, rowDigest(sha256, put)),
      expected: known.ver,
      fields: put.fields,
    });
  }
  if (rows.length === 0) return { heads: {} };
  const changes = Array.from(heads, ([scope, change]) => ({ scope, ...change }));
  const moved = await moveEntities(tx, { organizationId, now, heads: changes, rows });
  if (moved.rows !== rows.length) throw new WriteRace();
  return { heads: moved.heads };
}
