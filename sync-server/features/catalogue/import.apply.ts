/** Applies what an import has prepared: in one transaction all of it, or nothing. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { lockShops, readBase } from './catalogue.repo.ts';
import { priceChanges } from './catalogue.rules.ts';
import { type ImportRow, listChanges, moveImport } from './imports.repo.ts';
import { insertPrices } from './prices.repo.ts';

/** The catalogue is no longer what the changes were prepared against. */
export class StaleImport extends Error {
  override readonly name = 'StaleImport';
}

/** Somebody cancelled it while it was at work. */
export class CancelledImport extends Error {
  override readonly name = 'CancelledImport';
}

export interface ApplyOptions {
  readonly db: Db;
  readonly tenant: Tenant;
  readonly row: ImportRow;
  /** The user who applies it. */
  readonly userId: string;
  readonly now: () => number;
  readonly newId: NewId;
  /** 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** On an embedded database a statement holds the thread, so it has to be short. */
const ROWS_A_TURN = 250;

/**
 * Shops are locked first, then each turn takes the heads of their scopes: pushes of these shops wait from the first turn
 * to the commit, and nobody can be waiting for us with an item in hand, because whoever writes items locks the shop too.
 *
 * @returns the heads to announce.
 * @throws StaleImport, CancelledImport; then nothing was changed.
 */
export function applyImport(options: ApplyOptions): Promise<Readonly<Record<Scope, number>>> {
  const { db, tenant, row, now, newId, signal } = options;
  const total = row.changes.reduce(
    (sum, { added, repriced, changed, deactivated }) => sum + added + repriced + changed + deactivated,
    0,
  );
  return db.transaction(async (tx) => {
    await lockShops(tx, tenant, row.shopIds);
    for (const { shopId, base } of row.changes) {
      const present = await readBase(tx, tenant, shopId);
      if (present.items !== base.items || present.ver !== base.ver) throw new StaleImport('the catalogue has changed');
    }
    const heads: Record<Scope, number> = {};
    let after = 0;
    let done = 0;
    for (;;) {
      signal.throwIfAborted();
      const changes = await listChanges(tx, row.id, { after, limit: ROWS_A_TURN });
      const last = changes.at(-1);
      if (last === undefined) break;
      const written = await writeRows(
        tx,
        tenant.organizationId,
        changes.map(({ itemId, shopId, fields }) => ({
          type: 'catalogue_item',
          id: itemId,
          scope: shopScope(shopId),
          fields,
        })),
        now(),
      );
      const decided = { organizationId: tenant.organizationId, decidedAt: now(), decidedBy: options.userId };
      await insertPrices(
        tx,
        changes.flatMap(({ itemId, before, fields }) =>
          priceChanges(before ?? undefined, fields, now()).set.map((price) => ({
            id: newId(),
            itemId,
            ...decided,
            ...price,
          })),
        ),
      );
      Object.assign(heads, written.heads);
      after = last.nth;
      done += changes.length;
      options.onProgress(done / Math.max(1, total));
      await breathe();
    }
    const isOurs = await moveImport(tx, tenant, row.id, ['applying'], { status: 'applied', finishedAt: now() });
    if (!isOurs) throw new CancelledImport('the import was cancelled');
    // Last, since everybody who audits an act of the organisation waits for it.
    await appendAudit(tx, tenant, {
      at: now(),
      event: 'CATALOGUE_IMPORTED',
      actor: { kind: 'user', id: options.userId },
      entity: { type: 'catalogue_import', id: row.id },
      details: {
        fileName: row.fileName,
        replaceMissing: row.replaceMissing,
        ...(row.effectiveFrom === null ? {} : { effectiveFrom: row.effectiveFrom }),
        shops: row.changes.map(({ base: _base, ...counts }) => counts),
      },
    });
    return heads;
  });
}
