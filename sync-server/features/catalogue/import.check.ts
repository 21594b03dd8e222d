/** What a table would change in the catalogue of a shop. Reads the database; writes nothing but the list of changes. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { changeOf, mergeRow } from '#shared/catalogue/csv-row.rules.ts';
import { itemAt } from '#shared/catalogue/prices.rules.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { findBySkus, foldSku, listItemsAfter, readBase, type StoredItem } from './catalogue.repo.ts';
import type { ItemCursor } from './catalogue.rules.ts';
import type { ShopChanges } from './catalogue.tables.ts';
import type { ReadTable, RowFault } from './import.reader.ts';
import { type ChangeRow, insertChanges } from './imports.repo.ts';

export interface CheckOptions {
  readonly db: Db;
  readonly newId: NewId;
  readonly tenant: Tenant;
  readonly importId: string;
  readonly shopIds: readonly string[];
  readonly replaceMissing: boolean;
  /** Prices are compared as they are asked now. Unix ms. */
  readonly at: number;
  /** From when the prices of the table are asked of what is known already; at once without it. */
  readonly effectiveFrom: number | undefined;
  readonly onFault: (fault: RowFault) => void;
  /** 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Rows compared in one turn: on an embedded database a statement holds the thread, so it has to be short. */
const ROWS_A_TURN = 250;

/** Compares the table with every shop. Two shops get two items of one row: their ids differ. */
export async function checkTable(table: ReadTable, options: CheckOptions): Promise<readonly ShopChanges[]> {
  const found: ShopChanges[] = [];
  const counter = { nth: 0 };
  for (const [index, shopId] of options.shopIds.entries()) {
    const onProgress = (share: number) => options.onProgress((index + share) / options.shopIds.length);
    found.push(await checkShop(table, shopId, counter, { ...options, onProgress }));
  }
  return found;
}

async function checkShop(
  table: ReadTable,
  shopId: string,
  counter: { nth: number },
  options: CheckOptions,
): Promise<ShopChanges> {
  const { db, tenant, importId, newId, signal, at, effectiveFrom } = options;
  const base = await readBase(db, tenant, shopId);
  const counts = { added: 0, repriced: 0, changed: 0, deactivated: 0, unchanged: 0 };
  const steps = table.rows.length + base.items;
  let done = 0;

  const turn = async (rows: number, changes: readonly ChangeRow[]): Promise<void> => {
    signal.throwIfAborted();
    if (changes.length > 0) await insertChanges(db, changes);
    done += rows;
    options.onProgress(steps === 0 ? 1 : Math.min(1, done / steps));
    await breathe();
  };
  const change = (kind: ChangeRow['kind'], fields: CatalogueItem, before: CatalogueItem | null): ChangeRow => {
    counts[kind] += 1;
    counter.nth += 1;
    return { importId, nth: counter.nth, shopId, kind, itemId: fields.id, before, fields };
  };

  /** Of what the table leaves on sale: the line and the barcode's owner. */
  const byBarcode = new Map<string, { readonly line: number; readonly sku: string; readonly name: string }>();
  const tellTaken = (line: number, barcode: string, by: { readonly sku: string; readonly name: string }): void =>
    options.onFault({
      line,
      column: table.barcodeHeader,
      value: barcode,
      problem: 'barcode_taken',
      params: { sku: by.sku, name: by.name },
    });

  for (let from = 0; from < table.rows.length; from += ROWS_A_TURN) {
    const rows = table.rows.slice(from, from + ROWS_A_TURN);
    const known = await findBySkus(
      db,
      tenant,
      shopId,
      rows.map(({ item }) => item.sku),
    );
    const changes: ChangeRow[] = [];
    for (const { item: stated, line } of rows) {
      const found = known.get(foldSku(stated.sku));
      const before = found && itemAt(found, at);
      const after = mergeRow(before?.id ?? newId(), before, stated, effectiveFrom);
      if (after.active && after.barcode !== undefined) {
        const other = byBarcode.get(after.barcode);
        if (other === undefined) byBarcode.set(after.barcode, { line, sku: after.sku, name: after.name });
        else tellTaken(line, after.barcode, other);
      }
      const kind = before === undefined ? 'added' : changeOf(before, after);
      if (kind === 'unchanged') counts.unchanged += 1;
      else changes.push(change(kind, after, before ?? null));
    }
    await turn(rows.length, changes);
  }

  const stated = new Set(table.rows.map(({ item }) => foldSku(item.sku)));
  for (let after: ItemCursor | undefined = { name: '', id: '' }; after !== undefined; ) {
    const items: readonly StoredItem[] = await listItemsAfter(db, tenant, shopId, after, ROWS_A_TURN);
    const changes: ChangeRow[] = [];
    for (const { item } of items) {
      if (!item.active || stated.has(foldSku(item.sku))) continue;
      if (options.replaceMissing) {
        changes.push(change('deactivated', { ...item, active: false }, item));
        continue;
      }
      const row = item.barcode === undefined ? undefined : byBarcode.get(item.barcode);
      if (row !== undefined && item.barcode !== undefined) tellTaken(row.line, item.barcode, item);
    }
    await turn(items.length, changes);
    const last = items.at(-1);
    after = last && { name: last.foldedName, id: last.item.id };
  }
  return { shopId, ...counts, base };
}
