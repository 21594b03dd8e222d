/** Which column of a spreadsheet is which member of an item, by the header's words. Pure. */

export const CSV_COLUMNS = [
  'sku',
  'barcode',
  'name',
  'shortName',
  'category',
  'price',
  'vat',
  'unit',
  'paymentObject',
  'favourite',
  'active',
] as const;
export type CsvColumn = (typeof CSV_COLUMNS)[number];

/** A table without one of these is no catalogue. */
export const REQUIRED_COLUMNS = ['sku', 'name', 'price', 'vat'] as const satisfies readonly CsvColumn[];

/** The first of each is what we write ourselves. */
const HEADERS: Readonly<Record<CsvColumn, readonly string[]>> = {
  sku: ['артикул', 'sku', 'код', 'код товара', 'article'],
  barcode: ['штрихкод', 'штрих-код', 'штрих код', 'barcode', 'ean', 'ean13'],
  name: ['название', 'наименование', 'name', 'товар'],
  shortName: ['короткое название', 'краткое название', 'короткое наименование', 'short name', 'shortname'],
  category: ['категория', 'группа', 'category', 'group'],
  price: ['цена', 'цена, ₽', 'цена, руб', 'цена, руб.', 'price'],
  vat: ['ндс', 'ставка ндс', 'vat', 'tax'],
  unit: ['единица', 'единица измерения', 'ед.', 'ед. изм.', 'unit'],
  paymentObject: ['предмет расчёта', 'признак предмета расчёта', 'payment object', 'paymentobject'],
  favourite: ['избранное', 'favourite', 'favorite'],
  active: ['активен', 'активно', 'в продаже', 'active'],
};

const fold = (header: string): string =>
  header
    .normalize('NFC')
    .replaceAll(/[\s_]+/gu, ' ')
    .trim()
    .toLocaleLowerCase('ru')
    .replaceAll('ё', 'е');

const BY_HEADER: ReadonlyMap<string, CsvColumn> = new Map(
  CSV_COLUMNS.flatMap((column) => HEADERS[column].map((header) => [fold(header), column] as const)),
);

export const columnOf = (header: string): CsvColumn | undefined => BY_HEADER.get(fold(header));
/** The header we write: Russian, its first letter capital. */
export const headerOf = (column: CsvColumn): string => {
  const [header = column] = HEADERS[column];
  return `${header.charAt(0).toLocaleUpperCase('ru')}${header.slice(1)}`;
};

export interface Layout {
  /** For each column of the table its place, counted from 0. */
  readonly places: ReadonlyMap<CsvColumn, number>;
  /** Headers as they are written in the file: a person looks for them there. */
  readonly headers: readonly string[];
  readonly unknown: readonly string[];
  readonly missing: readonly CsvColumn[];
  /** Headers that name a column which an earlier header has named. */
  readonly repeated: readonly string[];
}

export function readLayout(header: readonly string[]): Layout {
  const places = new Map<CsvColumn, number>();
  const unknown: string[] = [];
  const repeated: string[] = [];
  const headers = header.map((cell) => cell.trim());
  for (const [place, text] of headers.entries()) {
    const column = columnOf(text);
    if (column === undefined) {
      if (text !== '') unknown.push(text);
    } else if (places.has(column)) repeated.push(text);
    else places.set(column, place);
  }
  return { places, headers, unknown, repeated, missing: REQUIRED_COLUMNS.filter((column) => !places.has(column)) };
}

const DELIMITERS = [';', ',', '\t'] as const;

/** The separator under which the header line names the most columns; a semicolon, as Excel in Russian, when none does. */
export function guessDelimiter(headerLine: string): string {
  const known = (delimiter: string) =>
    headerLine.split(delimiter).filter((cell) => columnOf(cell.replaceAll('"', '')) !== undefined).length;
  return DELIMITERS.reduce((best, one) => (known(one) > known(best) ? one : best));
}
