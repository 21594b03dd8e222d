/**
 * The catalogue as headquarters sees and edits it. Each shop has its own rows, in the scope `shop:<id>`: a row is in one
 * scope, prices and pinned tiles differ by shop, and a till must not hold the goods of another. An act on the whole
 * organisation is the same act on each shop.
 */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { HqCategories, HqItem, HqItemPatch, HqItems, HqItemsQuery } from '#shared/hq/catalogue.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import {
  findBarcodeHolder,
  findItem,
  listCategories,
  listItems,
  lockShops,
  type StoredItem,
} from './catalogue.repo.ts';
import { readItemCursor, writeItemCursor } from './catalogue.rules.ts';

export interface CataloguePorts {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Pick<Live, 'hqChanged'>;
  readonly sync: Pick<SyncService, 'announce'>;
}

export type CatalogueService = ReturnType<typeof createCatalogueService>;

export function createCatalogueService({ db, now, live, sync }: CataloguePorts) {
  async function items(tenant: Tenant, query: HqItemsQuery): Promise<HqItems> {
    const { cursor, limit, ...filter } = query;
    const rows = await listItems(db, tenant, {
      ...filter,
      cursor: cursor === undefined ? undefined : readItemCursor(cursor),
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(toHqItem),
      ...(rows.length > limit && last ? { next: writeItemCursor({ name: last.foldedName, id: last.item.id }) } : {}),
    };
  }

  const categories = async (tenant: Tenant, shopId: string): Promise<HqCategories> => ({
    categories: [...(await listCategories(db, tenant, shopId))],
  });

  /**
   * @throws AppError `app.not_found`; `app.conflict` somebody changed it since `ver`; `app.bad_input` when it would be put
   * on sale with the barcode of another item on sale.
   */
  async function edit(by: UserPrincipal, id: string, patch: HqItemPatch): Promise<HqItem> {
    const { ver, ...stated } = patch;
    const at = now();
    const { heads, changed } = await db.transaction(async (tx) => {
      const known = await findItem(tx, by, id);
      if (known === undefined) throw new AppError('app.not_found', 'there is no such item');
      await lockShops(tx, by, [known.scope.slice('shop:'.length)]);
      const found = await findItem(tx, by, id);
      if (found === undefined || found.ver !== ver) {
        throw new AppError('app.conflict', 'somebody else has changed this item', { details: { ver: found?.ver } });
      }
      const item: CatalogueItem = { ...found.item, ...definedOf(stated) };
      if (item.active && !found.item.active && item.barcode !== undefined) {
        const holder = await findBarcodeHolder(tx, by, { scope: found.scope, barcode: item.barcode, notId: id });
        if (holder !== undefined) throw barcodeTaken(holder);
      }
      const written = await writeRows(
        tx,
        by.organizationId,
        [{ type: 'catalogue_item', id, scope: found.scope, fields: item }],
        at,
      );
      if (Object.keys(written.heads).length > 0) {
        await appendAudit(tx, by, {
          at,
          event: 'CATALOGUE_ITEM_CHANGED',
          actor: actorOf(by),
          entity: { type: 'catalogue_item', id },
          details: { sku: item.sku, ...changesOf(found.item, item) },
        });
      }
      const after = await findItem(tx, by, id);
      if (after === undefined) throw new Error('an item vanished under its own transaction');
      return { heads: written.heads, changed: after };
    });
    sync.announce(heads);
    live.hqChanged(by.organizationId, ['catalogue']);
    return toHqItem(changed);
  }

  return { items, categories, edit };
}

const toHqItem = ({ item, ver, updatedAt }: StoredItem): HqItem => ({ item, ver, changedAt: updatedAt });

/** A member that is undefined was not stated. */
const definedOf = <T extends object>(stated: T) =>
  Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

const barcodeTaken = ({ sku, barcode }: CatalogueItem): AppError =>
  new AppError('app.bad_input', 'another item on sale has this barcode', {
    details: { issues: [{ path: 'active', message: `barcode ${barcode} is of ${sku}, which is on sale` }] },
  });

/** For the audit: each member that changed, before and after. */
const changesOf = (before: CatalogueItem, after: CatalogueItem): Record<string, readonly [unknown, unknown]> =>
  Object.fromEntries(
    (Object.keys(after) as (keyof CatalogueItem)[])
      .filter((member) => before[member] !== after[member])
      .map((member) => [member, [before[member] ?? null, after[member] ?? null]]),
  );
