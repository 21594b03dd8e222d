/** What an import shows, and its errors as a table that can be worked through. Pure. */
import { csvHeader, writeCsvItem, writeCsvLine } from '#shared/catalogue/csv-row.rules.ts';
import {
  CHANGE_KINDS,
  type HqChangeKind,
  type HqImport,
  type HqImportChanges,
  type HqImportFault,
} from '#shared/hq/catalogue.api.ts';

export const isAtWork = ({ status }: Pick<HqImport, 'status'>): boolean =>
  status === 'checking' || status === 'applying';

/** One that somebody left open: the dialog shows it again instead of asking for a file. */
export const isOpen = (one: Pick<HqImport, 'status'>): boolean => isAtWork(one) || one.status === 'ready';

export type Counts = Readonly<Record<HqChangeKind | 'unchanged', number>>;

export function countsOf({ shops }: Pick<HqImport, 'shops'>): Counts {
  const counts = { added: 0, repriced: 0, changed: 0, deactivated: 0, unchanged: 0 };
  for (const shop of shops) for (const kind of [...CHANGE_KINDS, 'unchanged'] as const) counts[kind] += shop[kind];
  return counts;
}

export const changesIn = (counts: Counts): number => CHANGE_KINDS.reduce((sum, kind) => sum + counts[kind], 0);

/** A cell that a spreadsheet would run as a formula is shown as text. */
const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);

/** With the byte order mark that tells Excel that this is UTF-8. */
export const errorsCsv = (
  head: readonly string[],
  errors: readonly HqImportFault[],
  explain: (fault: HqImportFault) => string,
): string =>
  `\uFEFF${writeCsvLine(head)}${errors
    .map((fault) => writeCsvLine([String(fault.line), fault.column, fault.value, explain(fault)].map(harmless)))
    .join('')}`;

/** A table with every column and one row, to begin from. */
export const sampleCsv = (): string =>
  `\uFEFF${csvHeader()}${writeCsvItem({
    id: '',
    sku: 'M-530-4',
    barcode: '4600000000015',
    name: 'Масло моторное 5W-30, 4 л',
    shortName: 'Масло 5W-30',
    category: 'Масла',
    priceMinor: 289_000,
    vat: 'vat22',
    unit: 'piece',
    paymentObject: 'commodity',
    favourite: true,
    active: true,
  })}`;

/** The price that a change gives, at once or from a later moment; and the one before it, where there was another. */
export function pricesIn({ before, after }: HqImportChanges['changes'][number]): {
  readonly was: number | undefined;
  readonly is: number;
} {
  const planned = after.coming?.find(
    (price) =>
      !before?.coming?.some((one) => one.effectiveFrom === price.effectiveFrom && one.priceMinor === price.priceMinor),
  );
  const is = planned?.priceMinor ?? after.priceMinor;
  return { was: before?.priceMinor === is ? undefined : before?.priceMinor, is };
}
