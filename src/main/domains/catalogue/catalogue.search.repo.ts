/** Finding items among 100,000 while somebody types. Each tier of relevance is a short walk over an index of the shelf. */
import type { Db } from '#main/db/db.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { FAVOURITE_MARK } from './catalogue.shelf.repo.ts';
import { foldText, otherLayout, searchWords } from './search.rules.ts';

export interface Shelf {
  readonly category?: string | undefined;
  readonly favourite?: boolean | undefined;
  readonly limit: number;
}

interface Wanted {
  readonly category: string | null;
  readonly favourite: number | null;
  readonly limit: number;
}

/**
 * Of a word that thousands of items bear, the first so many are put in order and no more: ordering them all takes longer
 * than a person waits for a letter, and nobody reads on. Favourites are found apart, so none of them is missed.
 */
const CANDIDATES = 3000;
/** Of items that hold the letters somewhere inside. */
const INNER_CANDIDATES = 500;
const TRIGRAM = 3;
/** After every text that begins with the same letters. */
const LAST = '\u{10FFFF}';

const FILTER = '(:category IS NULL OR category = :category) AND (:favourite IS NULL OR favourite = :favourite)';
const IN_ORDER = `${FILTER} ORDER BY favourite DESC, name_key LIMIT :limit`;

export function createSearch(db: Db) {
  const rowsOf = <P extends object>(sql: string) => {
    const statement = db.$client.prepare<[P & Wanted], number>(sql).pluck();
    return (wanted: Wanted, given: P): number[] => statement.all({ ...wanted, ...given });
  };
  type Range = { readonly from: string; readonly to: string };

  const byCode = rowsOf<{ readonly key: string; readonly text: string }>(
    `SELECT row FROM (
       SELECT row, category, favourite FROM catalogue_shelf WHERE sku_key = :key
       UNION SELECT row, category, favourite FROM catalogue_shelf WHERE barcode = :text
     ) WHERE ${FILTER} LIMIT :limit`,
  );
  const byName = rowsOf<Range & { readonly pinned: number }>(
    `SELECT row FROM catalogue_shelf WHERE favourite = :pinned AND name_key >= :from AND name_key < :to
     AND ${FILTER} ORDER BY name_key LIMIT :limit`,
  );
  const bySku = rowsOf<Range>(
    `SELECT row FROM catalogue_shelf WHERE sku_key >= :from AND sku_key < :to AND ${FILTER} ORDER BY sku_key LIMIT :limit`,
  );
  const byBarcode = rowsOf<Range>(
    `SELECT row FROM catalogue_shelf WHERE barcode >= :from AND barcode < :to AND ${FILTER} ORDER BY barcode LIMIT :limit`,
  );
  const byWords = rowsOf<{ readonly match: string }>(
    `SELECT row FROM catalogue_shelf WHERE row IN (
       SELECT rowid FROM catalogue_words WHERE catalogue_words MATCH :match LIMIT ${CANDIDATES}
     ) AND ${IN_ORDER}`,
  );
  const byLetters = rowsOf<{ readonly match: string; readonly parts: string }>(
    `SELECT row FROM catalogue_shelf WHERE row IN (
       SELECT rowid FROM catalogue_letters WHERE catalogue_letters MATCH :match LIMIT ${INNER_CANDIDATES}
     ) AND NOT EXISTS (SELECT 1 FROM json_each(:parts) WHERE instr(name_key, value) = 0) AND ${IN_ORDER}`,
  );

  /** Each tier only as far as there is room after the ones before it. */
  function* tiers(text: string): Generator<(wanted: Wanted) => number[]> {
    const key = foldText(text);
    const words = searchWords(text);
    if (key === '') return;
    const range: Range = { from: key, to: key + LAST };
    yield (wanted) => byCode(wanted, { key, text: text.trim() });
    yield (wanted) => byName(wanted, { ...range, pinned: 1 });
    yield (wanted) => byName(wanted, { ...range, pinned: 0 });
    yield (wanted) => bySku(wanted, range);
    yield (wanted) => byBarcode(wanted, { from: text.trim(), to: text.trim() + LAST });
    if (words.length === 0) return;
    const match = words.map((word) => `"${word}"*`).join(' AND ');
    yield (wanted) => byWords(wanted, { match: `"${FAVOURITE_MARK}" AND ${match}` });
    yield (wanted) => byWords(wanted, { match });
    const trigrams = words.flatMap(trigramsOf);
    if (trigrams.length === 0) return;
    const letters = trigrams.map((three) => `"${three}"`).join(' AND ');
    yield (wanted) => byLetters(wanted, { match: letters, parts: JSON.stringify(words) });
  }

  const fieldsOf = db.$client
    .prepare<[number], string>(
      'SELECT i.fields FROM catalogue_shelf s JOIN catalogue_items i ON i.id = s.item_id WHERE s.row = ?',
    )
    .pluck();

  /**
   * Items on sale by what was typed: the bearer of exactly this SKU or barcode, then names that begin with it, then those
   * of which every word begins a word of the name or the SKU, then those that hold the letters anywhere. In each tier
   * favourites come first, then names. What was typed in the wrong keyboard layout follows what was typed as it stands.
   */
  return (text: string, shelf: Shelf): CatalogueItem[] => {
    const { category = null, favourite, limit } = shelf;
    const found = new Set<number>();
    for (const typed of [text, otherLayout(text)]) {
      if (typed === undefined) continue;
      for (const tier of tiers(typed)) {
        if (found.size >= limit) break;
        // Rows of earlier tiers come again in later ones.
        const wanted = {
          category,
          favourite: favourite === undefined ? null : Number(favourite),
          limit: limit + found.size,
        };
        for (const row of tier(wanted)) found.add(row);
      }
    }
    return Array.from(found)
      .slice(0, limit)
      .flatMap((row) => {
        const fields = fieldsOf.get(row);
        return fields === undefined ? [] : [JSON.parse(fields) as CatalogueItem];
      });
  };
}

/** Every three letters in a row; of a shorter word none. */
function trigramsOf(word: string): string[] {
  const letters = Array.from(word);
  return letters.slice(TRIGRAM - 1).map((_, at) => letters.slice(at, at + TRIGRAM).join(''));
}
