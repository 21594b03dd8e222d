/**
 * The catalogue as headquarters sees and edits it. Each shop has its own rows, in the scope `shop:<id>`: a row is in one
 * scope, prices and pinned tiles differ by shop, and a till must not hold the goods of another. An act on the whole
 * organisation is the same act on each shop.
 */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import {
  COMING_PRICE_AHEAD_MS,
  COMING_PRICES_MOST,
  dropPrice,
  itemAt,
  planPrice,
} from '#shared/catalogue/prices.rules.ts';
import type {
  HqCategories,
  HqItem,
  HqItemPatch,
  HqItems,
  HqItemsQuery,
  HqPriceCancel,
  HqPricePlan,
  HqPrices,
} from '#shared/hq/catalogue.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Tenant, UserPrincipal } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { findBarcodeHolder, findItem, listCategories, listItems, type StoredItem } from './catalogue.repo.ts';
import { readItemCursor, writeItemCursor } from './catalogue.rules.ts';
import { changeItem, type ItemAct } from './item.change.ts';
import { listPrices } from './prices.repo.ts';

export interface CataloguePorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly live: Pick<Live, 'hqChanged'>;
  readonly sync: Pick<SyncService, 'announce'>;
}

export type CatalogueService = ReturnType<typeof createCatalogueService>;

export function createCatalogueService({ db, now, newId, live, sync }: CataloguePorts) {
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

  const act = async (given: Omit<ItemAct, 'id' | 'ver'>, id: string, ver: number): Promise<HqItem> => {
    const { heads, changed } = await changeItem({ db, newId, at: now() }, { ...given, id, ver });
    sync.announce(heads);
    live.hqChanged(given.by.organizationId, ['catalogue']);
    return toHqItem(changed);
  };

  /**
   * @throws AppError `app.not_found`; `app.conflict` somebody changed it since `ver`; `app.bad_input` when it would be put
   * on sale with the barcode of another item on sale.
   */
  const edit = (by: UserPrincipal, id: string, { ver, ...stated }: HqItemPatch): Promise<HqItem> =>
    act(
      {
        by,
        event: 'CATALOGUE_ITEM_CHANGED',
        details: (before, after) => ({ sku: after.sku, ...changesOf(before, after) }),
        decide: async (tx, found, scope) => {
          const item: CatalogueItem = { ...found, ...definedOf(stated) };
          if (item.active && !found.active && item.barcode !== undefined) {
            const holder = await findBarcodeHolder(tx, by, { scope, barcode: item.barcode, notId: id });
            if (holder !== undefined) throw barcodeTaken(holder);
          }
          return item;
        },
      },
      id,
      ver,
    );

  /**
   * A price from a moment on; devices have it at once and ask it when the moment comes.
   *
   * @throws AppError as `edit`; `app.bad_input` the moment is past or too far, or too many prices are to come.
   */
  async function planPriceOf(by: UserPrincipal, id: string, { ver, ...price }: HqPricePlan): Promise<HqItem> {
    const ahead = price.effectiveFrom - now();
    if (ahead <= 0) throw wrongMoment('must be later than now');
    if (ahead > COMING_PRICE_AHEAD_MS) throw wrongMoment('must be within two years');
    return act(
      {
        by,
        event: 'CATALOGUE_PRICE_PLANNED',
        details: ({ sku }) => ({ sku, ...price }),
        decide: (_tx, item) => {
          const planned = planPrice(item, price);
          if ((planned.coming?.length ?? 0) > COMING_PRICES_MOST) {
            throw wrongMoment(`no more than ${COMING_PRICES_MOST} prices may be to come`);
          }
          return planned;
        },
      },
      id,
      ver,
    );
  }

  /** @throws AppError as `edit`; `app.not_found` too when no price is to begin then: what has begun is not taken back. */
  const cancelPrice = (by: UserPrincipal, id: string, { ver, effectiveFrom }: HqPriceCancel): Promise<HqItem> =>
    act(
      {
        by,
        event: 'CATALOGUE_PRICE_CANCELLED',
        details: ({ sku, coming }) => ({ sku, ...coming?.find((price) => price.effectiveFrom === effectiveFrom) }),
        decide: (_tx, item) => {
          if (item.coming?.some((price) => price.effectiveFrom === effectiveFrom))
            return dropPrice(item, effectiveFrom);
          throw new AppError('app.not_found', 'no price of this item is to begin then');
        },
      },
      id,
      ver,
    );

  /** @throws AppError `app.not_found` */
  async function prices(tenant: Tenant, id: string): Promise<HqPrices> {
    if ((await findItem(db, tenant, id)) === undefined) throw new AppError('app.not_found', 'there is no such item');
    const rows = await listPrices(db, tenant, id, LISTED_PRICES);
    return {
      prices: rows.map(({ cancelledAt, decidedBy, ...row }) => ({
        ...row,
        ...(decidedBy === null ? {} : { decidedBy }),
        ...(cancelledAt === null ? {} : { cancelledAt }),
      })),
    };
  }

  const toHqItem = ({ item, ver, updatedAt }: StoredItem): HqItem => ({
    item: itemAt(item, now()),
    ver,
    changedAt: updatedAt,
  });

  return { items, categories, edit, planPrice: planPriceOf, cancelPrice, prices };
}

const wrongMoment = (message: string): AppError =>
  new AppError('app.bad_input', `the moment of the price ${message}`, {
    details: { issues: [{ path: 'effectiveFrom', message }] },
  });

/** The newest; nobody reads on. */
const LISTED_PRICES = 100;

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
