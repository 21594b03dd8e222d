/** REST of headquarters' catalogue: the list, one item's edit, and imports of a table. */
import { z } from 'zod';
import { CatalogueItem } from '../catalogue/catalogue.schema.ts';
import { ROW_PROBLEMS } from '../catalogue/csv-row.rules.ts';
import { VatType } from '../fiscal/fiscal.schema.ts';
import { Id, Millis, Minor } from '../kernel/schemas.ts';

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** `GET /hq/catalogue/items?shopId&q&category&active&cursor&limit` by name. `cursor` is what the last page answered as `next`. */
export const HqItemsQuery = z.strictObject({
  shopId: Id,
  /** Part of the name, the SKU or the barcode. */
  q: z.string().trim().max(64).optional(),
  category: z.string().max(64).optional(),
  active: Flag.optional(),
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqItemsQuery = z.infer<typeof HqItemsQuery>;

/** The item as it is sold now. `ver` goes back with an edit: a change that somebody else made meanwhile is not lost. */
export const HqItem = z.strictObject({ item: CatalogueItem, ver: z.int().min(0), changedAt: Millis });
export type HqItem = z.infer<typeof HqItem>;
export const HqItems = z.strictObject({ items: z.array(HqItem), next: z.string().optional() });
export type HqItems = z.infer<typeof HqItems>;

/** `GET /hq/catalogue/categories?shopId`: of items on sale or not, with how many there are. */
export const HqCategories = z.strictObject({
  categories: z.array(z.strictObject({ name: z.string(), items: z.int().min(0) })),
});
export type HqCategories = z.infer<typeof HqCategories>;

/** `PATCH /hq/catalogue/items/:id` */
export const HqItemPatch = z.strictObject({
  ver: z.int().min(0),
  name: z.string().trim().min(1, 'must have a letter').max(128).optional(),
  priceMinor: Minor.optional(),
  vat: VatType.optional(),
  favourite: z.boolean().optional(),
  active: z.boolean().optional(),
});
export type HqItemPatch = z.infer<typeof HqItemPatch>;

/** `POST /hq/catalogue/items/:id/prices`: from a moment on. Another price of that very moment gives way to it. */
export const HqPricePlan = z.strictObject({ ver: z.int().min(0), priceMinor: Minor, effectiveFrom: Millis });
export type HqPricePlan = z.infer<typeof HqPricePlan>;

/** `POST /hq/catalogue/items/:id/prices/cancel`: the price that was to begin then. */
export const HqPriceCancel = z.strictObject({ ver: z.int().min(0), effectiveFrom: Millis });
export type HqPriceCancel = z.infer<typeof HqPriceCancel>;

/** `GET /hq/catalogue/items/:id/prices`: everything that was decided, what begins last first. */
export const HqPrices = z.strictObject({
  prices: z.array(
    z.strictObject({
      priceMinor: Minor,
      effectiveFrom: Millis,
      decidedAt: Millis,
      /** The name of who decided. */
      decidedBy: z.string().optional(),
      cancelledAt: Millis.optional(),
    }),
  ),
});
export type HqPrices = z.infer<typeof HqPrices>;

export const MAX_IMPORT_BYTES = 67_108_864;
export const MAX_IMPORT_ROWS = 200_000;
/** Errors that are kept; the rest are counted. */
export const MAX_IMPORT_ERRORS = 1000;

/**
 * `checking` the table is being read and compared; `ready` to be applied; `invalid` it has errors; `applying`; `applied`;
 * `stale` the catalogue changed after it was compared; `cancelled`; `interrupted` the server stopped at work; `failed` a fault of ours.
 * Only `applied` has changed anything.
 */
export const IMPORT_STATUSES = [
  'checking',
  'ready',
  'invalid',
  'applying',
  'applied',
  'stale',
  'cancelled',
  'interrupted',
  'failed',
] as const;
export const HqImportStatus = z.enum(IMPORT_STATUSES);
export type HqImportStatus = z.infer<typeof HqImportStatus>;

export const HqImportFault = z.strictObject({
  line: z.int().min(1),
  /** The header as the file writes it; empty when the fault is of the row or the whole table. */
  column: z.string(),
  value: z.string(),
  problem: z.enum(ROW_PROBLEMS),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type HqImportFault = z.infer<typeof HqImportFault>;

export const CHANGE_KINDS = ['added', 'repriced', 'changed', 'deactivated'] as const;
export const HqChangeKind = z.enum(CHANGE_KINDS);
export type HqChangeKind = z.infer<typeof HqChangeKind>;

const Count = z.int().min(0);
export const HqImport = z.strictObject({
  id: Id,
  status: HqImportStatus,
  fileName: z.string(),
  replaceMissing: z.boolean(),
  effectiveFrom: Millis.optional(),
  /** Share of the present phase that is done, 0 to 1. */
  progress: z.number().min(0).max(1),
  rowsRead: Count,
  rowsOk: Count,
  errorsTotal: Count,
  errors: z.array(HqImportFault),
  ignoredColumns: z.array(z.string()),
  shops: z.array(
    z.strictObject({
      shopId: Id,
      shopName: z.string(),
      added: Count,
      repriced: Count,
      changed: Count,
      deactivated: Count,
      unchanged: Count,
    }),
  ),
  createdAt: Millis,
  finishedAt: Millis.optional(),
});
export type HqImport = z.infer<typeof HqImport>;

/** `GET /hq/catalogue/imports`: the newest, without their errors. */
export const HqImports = z.strictObject({ imports: z.array(HqImport) });
export type HqImports = z.infer<typeof HqImports>;

/** `POST /hq/catalogue/imports?fileName&shopId&replaceMissing&effectiveFrom`, body: the file as `text/csv`. All shops without `shopId`. */
export const HqImportQuery = z.strictObject({
  fileName: z.string().trim().min(1).max(255).default('catalogue.csv'),
  shopId: Id.optional(),
  replaceMissing: Flag.default(false),
  /** From when the prices of items that are known already are asked; the rest of the table is at once. */
  effectiveFrom: z.coerce.number().pipe(Millis).optional(),
});
export type HqImportQuery = z.infer<typeof HqImportQuery>;

/** `GET /hq/catalogue/imports/:id/changes?kind&cursor&limit`: what would change, in the order of the table. */
export const HqImportChangesQuery = z.strictObject({
  kind: HqChangeKind.optional(),
  cursor: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type HqImportChangesQuery = z.infer<typeof HqImportChangesQuery>;
export const HqImportChanges = z.strictObject({
  changes: z.array(
    z.strictObject({
      nth: Count,
      shopId: Id,
      kind: HqChangeKind,
      before: CatalogueItem.optional(),
      after: CatalogueItem,
    }),
  ),
  next: z.int().optional(),
});
export type HqImportChanges = z.infer<typeof HqImportChanges>;
