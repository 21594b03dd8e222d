/** One row of a price list: to the members of an item it states, and back. Pure. */

import type { CatalogueItem } from './catalogue.schema.ts';
import {
  cleanCell,
  isBarcode,
  isSpreadsheetNumber,
  readFlag,
  readPaymentObject,
  readPrice,
  readUnit,
  readVat,
  writeFlag,
  writePaymentObject,
  writePrice,
  writeUnit,
  writeVat,
} from './csv-cells.rules.ts';
import { CSV_COLUMNS, type CsvColumn, headerOf, type Layout } from './csv-columns.rules.ts';
import { planPrice, priceAt } from './prices.rules.ts';

/** What is wrong with a cell, a row or the whole table. Screens turn it into a sentence that says what is allowed. */
export const ROW_PROBLEMS = [
  'required',
  'too_long',
  'not_money',
  'not_vat',
  'not_unit',
  'not_payment_object',
  'not_flag',
  'not_barcode',
  'spreadsheet_number',
  'control_characters',
  'too_many_cells',
  'duplicate_sku',
  'duplicate_barcode',
  'barcode_taken',
  'missing_column',
  'repeated_column',
  'broken_quotes',
  'no_rows',
  'too_many_rows',
] as const;
export type RowProblem = (typeof ROW_PROBLEMS)[number];

export interface CellFault {
  /** The header as the file writes it. */
  readonly column: string;
  readonly value: string;
  readonly problem: RowProblem;
  readonly params?: Readonly<Record<string, string | number>>;
}

/** What a row states. Null takes a member away; an absent one is left as it is, or gets its default in a new item. */
export type StatedItem = Pick<CatalogueItem, 'sku' | 'name' | 'priceMinor' | 'vat'> &
  Partial<Pick<CatalogueItem, 'category' | 'unit' | 'paymentObject' | 'favourite' | 'active'>> & {
    readonly barcode?: string | null;
    readonly shortName?: string | null;
  };

/** What a person sees of a wrong cell. */
const SHOWN_LENGTH = 120;

type Draft = { -readonly [K in keyof StatedItem]?: StatedItem[K] };
type Say = (problem: RowProblem, params?: CellFault['params']) => void;

const text =
  (member: 'sku' | 'name' | 'category', max: number, isRequired: boolean) =>
  (cell: string, item: Draft, say: Say): void => {
    if (cell === '') {
      if (isRequired) say('required');
    } else if (cell.length > max) say('too_long', { max });
    else item[member] = cell;
  };

/** An empty cell of a list of words says nothing; any other must be one of them. */
const word =
  <K extends 'unit' | 'paymentObject' | 'favourite' | 'active'>(
    member: K,
    read: (cell: string) => Draft[K],
    problem: RowProblem,
  ) =>
  (cell: string, item: Draft, say: Say): void => {
    if (cell === '') return;
    const value = read(cell);
    if (value === undefined) say(problem);
    else item[member] = value;
  };

const READERS: Readonly<Record<CsvColumn, (cell: string, item: Draft, say: Say) => void>> = {
  sku: (cell, item, say) => {
    if (isSpreadsheetNumber(cell)) say('spreadsheet_number');
    else text('sku', 64, true)(cell, item, say);
  },
  name: text('name', 128, true),
  category: text('category', 64, false),
  shortName: (cell, item, say) => {
    if (cell.length > 32) say('too_long', { max: 32 });
    else item.shortName = cell === '' ? null : cell;
  },
  barcode: (cell, item, say) => {
    if (cell === '') item.barcode = null;
    else if (isSpreadsheetNumber(cell)) say('spreadsheet_number');
    else if (!isBarcode(cell)) say('not_barcode');
    else item.barcode = cell;
  },
  price: (cell, item, say) => {
    const minor = readPrice(cell);
    if (minor !== undefined) item.priceMinor = minor;
    else say(cell === '' ? 'required' : 'not_money');
  },
  vat: (cell, item, say) => {
    const vat = readVat(cell);
    if (vat !== undefined) item.vat = vat;
    else say(cell === '' ? 'required' : 'not_vat');
  },
  unit: word('unit', readUnit, 'not_unit'),
  paymentObject: word('paymentObject', readPaymentObject, 'not_payment_object'),
  favourite: word('favourite', readFlag, 'not_flag'),
  active: word('active', readFlag, 'not_flag'),
};

/** @returns the item that the row states, or everything that is wrong with it, beside what of it is right. */
export function readRow(
  cells: readonly string[],
  layout: Layout,
): { readonly item: StatedItem } | { readonly faults: readonly CellFault[]; readonly right: Partial<StatedItem> } {
  const faults: CellFault[] = [];
  const item: Draft = {};
  const extra = cells.slice(layout.headers.length).find((cell) => cell.trim() !== '');
  if (extra !== undefined) {
    faults.push({
      column: '',
      value: extra.slice(0, SHOWN_LENGTH),
      problem: 'too_many_cells',
      params: { columns: layout.headers.length },
    });
  }
  for (const [column, place] of layout.places) {
    const cell = cleanCell(cells[place] ?? '');
    const say: Say = (problem, params) =>
      faults.push({
        column: layout.headers[place] ?? '',
        value: cell.slice(0, SHOWN_LENGTH),
        problem,
        ...(params === undefined ? {} : { params }),
      });
    if (/\p{Cc}|\p{Cs}/u.test(cell)) say('control_characters');
    else READERS[column](cell, item, say);
  }
  return faults.length > 0 ? { faults, right: item } : { item: item as StatedItem };
}

/** Where a new item goes whose row names no category. */
export const DEFAULT_CATEGORY = 'Разное';

/**
 * The item as it is after the row. What a table cannot say (icon, service of a kiosk, prices to come) stays. With a moment
 * the price of a known item stays too, and the stated one is asked from then on.
 */
export function mergeRow(
  id: string,
  known: CatalogueItem | undefined,
  stated: StatedItem,
  effectiveFrom?: number,
): CatalogueItem {
  const { priceMinor } = stated;
  if (known !== undefined && effectiveFrom !== undefined) {
    const merged = mergeRow(id, known, { ...stated, priceMinor: known.priceMinor });
    return priceAt(known, effectiveFrom) === priceMinor ? merged : planPrice(merged, { priceMinor, effectiveFrom });
  }
  const { barcode, shortName, ...plain } = stated;
  const item = {
    category: DEFAULT_CATEGORY,
    unit: 'piece',
    paymentObject: 'commodity',
    favourite: false,
    active: true,
    ...known,
    ...plain,
    id,
  } as const;
  return withOptional(withOptional(item, 'barcode', barcode), 'shortName', shortName);
}

function withOptional(item: CatalogueItem, member: 'barcode' | 'shortName', stated: string | null | undefined) {
  if (stated === undefined) return item;
  const { [member]: _before, ...rest } = item;
  return stated === null ? rest : { ...rest, [member]: stated };
}

/** How an item differs from what it was, as a person counts: a price, or anything else. */
export function changeOf(before: CatalogueItem, after: CatalogueItem): 'unchanged' | 'repriced' | 'changed' {
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof CatalogueItem)[];
  const differing = members.filter((member) => before[member] !== after[member]);
  if (differing.length === 0) return 'unchanged';
  return differing.every((member) => member === 'priceMinor' || member === 'coming') ? 'repriced' : 'changed';
}

const CELLS: Readonly<Record<CsvColumn, (item: CatalogueItem) => string>> = {
  sku: ({ sku }) => sku,
  barcode: ({ barcode = '' }) => barcode,
  name: ({ name }) => name,
  shortName: ({ shortName = '' }) => shortName,
  category: ({ category }) => category,
  price: ({ priceMinor }) => writePrice(priceMinor),
  vat: ({ vat }) => writeVat(vat),
  unit: ({ unit }) => writeUnit(unit),
  paymentObject: ({ paymentObject }) => writePaymentObject(paymentObject),
  favourite: ({ favourite }) => writeFlag(favourite),
  active: ({ active }) => writeFlag(active),
};

const quoted = (cell: string): string => (/[;"\r\n]|^\s|\s$/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** One line as Excel in Russian reads it, its line break included. */
export const writeCsvLine = (cells: readonly string[]): string => `${cells.map(quoted).join(';')}\r\n`;
/** The line that stands above items. */
export const csvHeader = (): string => writeCsvLine(CSV_COLUMNS.map(headerOf));
export const writeCsvItem = (item: CatalogueItem): string =>
  writeCsvLine(CSV_COLUMNS.map((column) => CELLS[column](item)));
