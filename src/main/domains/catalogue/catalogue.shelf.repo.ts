/**
 * The shelf: one narrow row for each item on sale, with what lists are ordered and found by, so that no list opens a
 * JSON document that it does not show; and beside it two FTS5 indexes, of words and of any three letters in a row.
 *
 * The sync engine writes `catalogue_items` without knowing them, so triggers note whose row was written, and the shelf
 * catches up a part at a time. Filling it inside the triggers made a pull of 100,000 items take fifteen times as long,
 * with the thread held by its transaction all the while.
 *
 * drizzle-kit has no words for virtual tables and triggers, so they are made here, at start, and made anew when this
 * text changes or a migration has dropped a trigger with its table.
 */

import type { Db } from '#main/db/db.ts';
import { foldText } from './search.rules.ts';

/** A word that marks a favourite in the index of words; of private use, so nobody can type it. */
export const FAVOURITE_MARK = '\u{E000}';

// Not INSERT OR IGNORE: the conflict policy of the statement that fires a trigger rules inside it too.
const trigger = (name: string, when: string, id: string) =>
  [
    name,
    'TRIGGER',
    `CREATE TRIGGER ${name} AFTER ${when} ON catalogue_items
WHEN NOT EXISTS (SELECT 1 FROM catalogue_unshelved WHERE item_id = ${id})
BEGIN INSERT INTO catalogue_unshelved VALUES (${id}); END`,
  ] as const;

type Kind = 'TABLE' | 'INDEX' | 'TRIGGER';
const index = (name: string, columns: string) =>
  [name, 'INDEX', `CREATE INDEX ${name} ON catalogue_shelf (${columns})`] as const;
/** The shelf has its own integer key: SQLite may renumber the rowids of a table with a text key at a VACUUM. */
const OBJECTS: readonly (readonly [name: string, kind: Kind, sql: string])[] = [
  [
    'catalogue_shelf',
    'TABLE',
    `CREATE TABLE catalogue_shelf (
  row INTEGER PRIMARY KEY,
  item_id TEXT NOT NULL UNIQUE,
  category TEXT NOT NULL,
  favourite INTEGER NOT NULL,
  name_key TEXT NOT NULL,
  sku_key TEXT NOT NULL,
  barcode TEXT
)`,
  ],
  index('catalogue_shelf_by_name', 'favourite DESC, name_key'),
  index('catalogue_shelf_by_category', 'category, favourite DESC, name_key'),
  index('catalogue_shelf_by_sku', 'sku_key'),
  index('catalogue_shelf_by_barcode', 'barcode'),
  [
    'catalogue_words',
    'TABLE',
    `CREATE VIRTUAL TABLE catalogue_words USING fts5(words, content='', contentless_delete=1, detail=none, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0')`,
  ],
  [
    'catalogue_letters',
    'TABLE',
    `CREATE VIRTUAL TABLE catalogue_letters USING fts5(letters, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')`,
  ],
  ['catalogue_unshelved', 'TABLE', `CREATE TABLE catalogue_unshelved (item_id TEXT PRIMARY KEY) WITHOUT ROWID`],
  trigger('catalogue_note_insert', 'INSERT', 'new.id'),
  trigger('catalogue_note_update', 'UPDATE', 'new.id'),
  trigger('catalogue_note_delete', 'DELETE', 'old.id'),
];

/** Makes the shelf, empty, if it is missing or of another version. Returns whether it has to be filled. */
export function prepareShelf(db: Db): boolean {
  const client = db.$client;
  const find = client.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck();
  if (OBJECTS.every(([name, , sql]) => find.get(name) === sql)) return false;
  remakeShelf(db);
  return true;
}

/** Makes the shelf anew, empty, with everything there is noted: of what it held before nothing is left. */
export function remakeShelf({ $client: client }: Db): void {
  client
    .transaction(() => {
      for (const [name, kind] of OBJECTS.toReversed()) client.exec(`DROP ${kind} IF EXISTS ${name}`);
      for (const [, , sql] of OBJECTS) client.exec(sql);
      client.exec('INSERT INTO catalogue_unshelved SELECT id FROM catalogue_items');
    })
    .immediate();
}

interface OnSale {
  readonly id: string;
  readonly name: string;
  readonly sku: string;
  readonly category: string;
  readonly favourite: number;
  readonly barcode: string | null;
}

/** Answers a function that shelves up to so many of the rows that were written, and tells how many it found. */
export function createShelving({ $client: client }: Db): (most: number) => number {
  const next = client.prepare<[number], string>('SELECT item_id FROM catalogue_unshelved LIMIT ?').pluck();
  const noted = client.prepare<[string]>('DELETE FROM catalogue_unshelved WHERE item_id = ?');
  const onSale = client.prepare<[string], OnSale>(
    'SELECT id, name, sku, category, favourite, barcode FROM catalogue_items WHERE id = ? AND active = 1',
  );
  const place = client.prepare<[string], number>('SELECT row FROM catalogue_shelf WHERE item_id = ?').pluck();
  const takeDown = ['catalogue_words WHERE rowid', 'catalogue_letters WHERE rowid', 'catalogue_shelf WHERE row'].map(
    (where) => client.prepare<[number]>(`DELETE FROM ${where} = ?`),
  );
  const putUp = client.prepare<[string, string, number, string, string, string | null]>(
    `INSERT INTO catalogue_shelf (item_id, category, favourite, name_key, sku_key, barcode) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const putWords = client.prepare<[number | bigint, string]>(
    'INSERT INTO catalogue_words (rowid, words) VALUES (?, ?)',
  );
  const putLetters = client.prepare<[number | bigint, string]>(
    'INSERT INTO catalogue_letters (rowid, letters) VALUES (?, ?)',
  );

  const shelve = client.transaction((ids: readonly string[]) => {
    for (const id of ids) {
      const row = place.get(id);
      if (row !== undefined) for (const step of takeDown) step.run(row);
      const item = onSale.get(id);
      if (item !== undefined) {
        // Folded here, because SQLite's own lower() knows ASCII only.
        const [name, sku] = [foldText(item.name), foldText(item.sku)];
        const placed = putUp.run(id, item.category, item.favourite, name, sku, item.barcode).lastInsertRowid;
        putWords.run(placed, item.favourite === 1 ? `${name} ${sku} ${FAVOURITE_MARK}` : `${name} ${sku}`);
        putLetters.run(placed, name);
      }
      noted.run(id);
    }
  });
  return (most) => {
    const ids = next.all(most);
    if (ids.length > 0) shelve.immediate(ids);
    return ids.length;
  };
}
