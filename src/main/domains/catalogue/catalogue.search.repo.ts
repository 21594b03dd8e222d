/**
 * Finding an item by words among 100,000 while somebody types. SQLite's LIKE and lower() fold ASCII only, so the words
 * are in an FTS5 index, whose tokenizer folds Cyrillic too. Beside it stands a shelf: one narrow row for each item on
 * sale, holding what a list is ordered and filtered by, so that a broad word ("м") need not open 30,000 JSON documents.
 *
 * Both are derived from `catalogue_items` by triggers, because the sync engine writes that table without knowing it.
 * drizzle-kit has no words for virtual tables and triggers, so they are made here, at start, and made anew when this
 * text changes or a migration has dropped a trigger with its table.
 */

import type { Db } from '#main/db/db.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';

/** `ё` is typed as `е` by most people; the tokenizer takes them for two letters. */
const FOLD_YO: readonly (readonly [string, string])[] = [
  ['ё', 'е'],
  ['Ё', 'Е'],
];
const foldYo = (expression: string): string =>
  FOLD_YO.reduce((inner, [from, to]) => `replace(${inner}, '${from}', '${to}')`, expression);

/** The shelf has its own integer key: SQLite may renumber the rowids of a table with a text key at a VACUUM. */
const fill = (source: string, where: string): string => `
  INSERT INTO catalogue_shelf (item_id, category, favourite, name)
    SELECT i.id, i.category, i.favourite, i.name FROM ${source} i WHERE i.active = 1 AND ${where};
  INSERT INTO catalogue_search (rowid, words)
    SELECT s.row, ${foldYo("i.name || ' ' || i.sku || ' ' || coalesce(i.barcode, '')")}
    FROM ${source} i JOIN catalogue_shelf s ON s.item_id = i.id WHERE ${where};`;
const clear = (id: string): string => `
  DELETE FROM catalogue_search WHERE rowid = (SELECT row FROM catalogue_shelf WHERE item_id = ${id});
  DELETE FROM catalogue_shelf WHERE item_id = ${id};`;
// The trigger clears before it fills: an INSERT OR REPLACE fires no delete trigger, and imposes its conflict policy inside.
const refill = `${clear('new.id')}${fill('catalogue_items', 'i.id = new.id')}`;

const OBJECTS: readonly (readonly [name: string, kind: 'TABLE' | 'TRIGGER', sql: string])[] = [
  [
    'catalogue_shelf',
    'TABLE',
    `CREATE TABLE catalogue_shelf (
  row INTEGER PRIMARY KEY,
  item_id TEXT NOT NULL UNIQUE,
  category TEXT NOT NULL,
  favourite INTEGER NOT NULL,
  name TEXT NOT NULL
)`,
  ],
  [
    'catalogue_search',
    'TABLE',
    `CREATE VIRTUAL TABLE catalogue_search USING fts5(words, content='', contentless_delete=1, detail=none, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0')`,
  ],
  [
    'catalogue_search_insert',
    'TRIGGER',
    `CREATE TRIGGER catalogue_search_insert AFTER INSERT ON catalogue_items BEGIN${refill}\nEND`,
  ],
  [
    'catalogue_search_update',
    'TRIGGER',
    `CREATE TRIGGER catalogue_search_update AFTER UPDATE ON catalogue_items BEGIN${clear('old.id')}${refill}\nEND`,
  ],
  [
    'catalogue_search_delete',
    'TRIGGER',
    `CREATE TRIGGER catalogue_search_delete AFTER DELETE ON catalogue_items BEGIN${clear('old.id')}\nEND`,
  ],
];

/** Makes the search index if it is missing or of another version. Returns whether it had to be built. */
export function prepareSearch(db: Db): boolean {
  const client = db.$client;
  const find = client.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck();
  if (OBJECTS.every(([name, , sql]) => find.get(name) === sql)) return false;
  client
    .transaction(() => {
      for (const [name, kind] of OBJECTS.toReversed()) client.exec(`DROP ${kind} IF EXISTS ${name}`);
      for (const [, , sql] of OBJECTS) client.exec(sql);
      client.exec(fill('catalogue_items', '1'));
    })
    .immediate();
  return true;
}

/** What the tokenizer takes for words. An FTS5 query is built of nothing else, so no input can be its syntax. */
export function searchWords(text: string): string[] {
  const folded = FOLD_YO.reduce((inner, [from, to]) => inner.replaceAll(from, to), text.normalize('NFC'));
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}

export interface WordSearch {
  /** Each must begin a word of the name, SKU or barcode. At least one. */
  readonly words: readonly string[];
  readonly category?: string | undefined;
  readonly favourite?: boolean | undefined;
  readonly limit: number;
}

/** Items on sale that bear every word, favourites first, then by name. */
export function createWordSearch(db: Db): (search: WordSearch) => CatalogueItem[] {
  const find = db.$client
    .prepare<[Record<string, string | number | null>], string>(
      `SELECT i.fields FROM (
         SELECT s.item_id, s.favourite, s.name
         FROM catalogue_search w JOIN catalogue_shelf s ON s.row = w.rowid
         WHERE w.catalogue_search MATCH :match
           AND (:category IS NULL OR s.category = :category) AND (:favourite IS NULL OR s.favourite = :favourite)
         ORDER BY s.favourite DESC, s.name LIMIT :limit
       ) p JOIN catalogue_items i ON i.id = p.item_id
       ORDER BY p.favourite DESC, p.name`,
    )
    .pluck();
  return ({ words, category, favourite, limit }) =>
    find
      .all({
        match: words.map((word) => `"${word}"*`).join(' AND '),
        category: category ?? null,
        favourite: favourite === undefined ? null : Number(favourite),
        limit,
      })
      .map((fields) => JSON.parse(fields) as CatalogueItem);
}
