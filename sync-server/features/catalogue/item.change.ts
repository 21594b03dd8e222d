/** One act of a person on one item: the row that devices pull, the history of its prices and the audit, all or nothing. */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { itemAt } from '#shared/catalogue/prices.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type UserPrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { findItem, lockShops, type StoredItem } from './catalogue.repo.ts';
import { priceChanges } from './catalogue.rules.ts';
import { cancelPrices, insertPrices } from './prices.repo.ts';

export interface ItemAct {
  readonly by: UserPrincipal;
  readonly id: string;
  /** The version that the person saw. */
  readonly ver: number;
  readonly event: 'CATALOGUE_ITEM_CHANGED' | 'CATALOGUE_PRICE_PLANNED' | 'CATALOGUE_PRICE_CANCELLED';
  /** @param item as it is sold at the moment of the act. */
  readonly decide: (tx: Tx, item: CatalogueItem, scope: Scope) => CatalogueItem | Promise<CatalogueItem>;
  readonly details: (before: CatalogueItem, after: CatalogueItem) => Readonly<Record<string, unknown>>;
}

/** @throws AppError `app.not_found`; `app.conflict` somebody changed it since `ver`; what `decide` throws. */
export function changeItem(
  { db, newId, at }: { readonly db: Db; readonly newId: NewId; readonly at: number },
  { by, id, ver, event, decide, details }: ItemAct,
): Promise<{ readonly heads: Readonly<Record<Scope, number>>; readonly changed: StoredItem }> {
  return db.transaction(async (tx) => {
    const known = await findItem(tx, by, id);
    if (known === undefined) throw new AppError('app.not_found', 'there is no such item');
    await lockShops(tx, by, [known.scope.slice('shop:'.length)]);
    const found = await findItem(tx, by, id);
    if (found === undefined || found.ver !== ver) {
      throw new AppError('app.conflict', 'somebody else has changed this item', { details: { ver: found?.ver } });
    }
    const before = itemAt(found.item, at);
    const after = await decide(tx, before, found.scope);
    const written = await writeRows(
      tx,
      by.organizationId,
      [{ type: 'catalogue_item', id, scope: found.scope, fields: after }],
      at,
    );
    if (Object.keys(written.heads).length > 0) {
      const prices = priceChanges(before, after, at);
      await cancelPrices(tx, by, { itemId: id, from: prices.dropped, at, by: by.userId });
      const decided = { organizationId: by.organizationId, itemId: id, decidedAt: at, decidedBy: by.userId };
      await insertPrices(
        tx,
        prices.set.map((price) => ({ id: newId(), ...decided, ...price })),
      );
      const entity = { type: 'catalogue_item', id };
      await appendAudit(tx, by, { at, event, actor: actorOf(by), entity, details: details(before, after) });
    }
    const changed = await findItem(tx, by, id);
    if (changed === undefined) throw new Error('an item vanished under its own transaction');
    return { heads: written.heads, changed };
  });
}
