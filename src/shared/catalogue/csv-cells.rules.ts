/** What people write into the cells of a price list, and what it means. Pure; nothing is guessed where two readings fit. */
import type { MeasurementUnit, PaymentObject, VatType } from '../fiscal/fiscal.schema.ts';
import { MAX_MINOR, minorToDecimal } from '../kernel/money.ts';

/** Line breaks and runs of blanks inside a cell are one blank. */
export const cleanCell = (cell: string): string => cell.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();

const PRICE = /^(\d{1,3}(?:[\s']\d{3})+|\d{1,13})(?:[.,](\d{1,2}))?\s?(?:₽|руб\.?|р\.?)?$/iu;

/**
 * Roubles to kopecks: `1 234,50`, `1234.5`, `99 ₽`. Blanks and apostrophes part thousands. `1,234.50` and `1.234` are
 * refused, since they may be read in two ways.
 */
export function readPrice(cell: string): number | undefined {
  const [, whole, part = ''] = PRICE.exec(cell) ?? [];
  if (whole === undefined) return undefined;
  const minor = Number(whole.replaceAll(/[\s']/gu, '')) * 100 + Number(part.padEnd(2, '0'));
  return minor <= MAX_MINOR ? minor : undefined;
}
/** Kopecks as roubles with a comma: `1234,50`. */
export const writePrice = (minor: number): string => minorToDecimal(minor).replace('.', ',');

type Words<T extends string> = Readonly<Record<T, readonly string[]>>;

/** The first of each is what we write; the value's own name is always understood. */
const VAT: Words<VatType> = {
  none: ['без ндс', 'нет', 'не облагается'],
  vat0: ['0%', '0'],
  vat5: ['5%', '5'],
  vat7: ['7%', '7'],
  vat10: ['10%', '10'],
  vat20: ['20%', '20'],
  vat22: ['22%', '22'],
  vat105: ['5/105'],
  vat107: ['7/107'],
  vat110: ['10/110'],
  vat120: ['20/120'],
  vat122: ['22/122'],
};
const UNITS: Words<MeasurementUnit> = {
  piece: ['шт', 'шт.', 'штука', 'pcs'],
  gram: ['г', 'г.', 'гр', 'грамм', 'g'],
  kilogram: ['кг', 'кг.', 'килограмм', 'kg'],
  liter: ['л', 'л.', 'литр', 'l'],
  meter: ['м', 'м.', 'метр', 'm'],
  square_meter: ['м²', 'м2', 'кв. м', 'кв.м', 'кв. м.', 'm2'],
  hour: ['час', 'ч', 'ч.', 'h'],
  day: ['сутки', 'день', 'сут', 'сут.', 'day'],
  other: ['иная', 'иное', 'другая'],
};
const OBJECTS: Words<PaymentObject> = {
  commodity: ['товар'],
  excise: ['подакцизный товар'],
  job: ['работа'],
  service: ['услуга'],
  payment: ['платёж', 'платеж'],
  composite: ['составной предмет расчёта', 'составной'],
  another: ['иной предмет расчёта', 'иной', 'иное'],
};
const FLAGS: Words<'yes' | 'no'> = {
  yes: ['да', '1', 'true', '+', 'истина'],
  no: ['нет', '0', 'false', '-', 'ложь'],
};

const foldWord = (cell: string): string => cell.toLocaleLowerCase('ru').replaceAll('ё', 'е');
const reader = <T extends string>(words: Words<T>) => {
  const meanings = new Map<string, T>();
  for (const value of Object.keys(words) as T[]) {
    for (const word of [value, ...words[value]]) meanings.set(foldWord(word), value);
  }
  return (cell: string): T | undefined => meanings.get(foldWord(cell));
};

const readVatWord = reader(VAT);
/** `22%`, `22`, `НДС 22%`, `22 %`, `без НДС`, `20/120`, `vat22`. Excel's `0,22` is refused: it hides what was meant. */
export const readVat = (cell: string): VatType | undefined =>
  readVatWord(cell) ?? readVatWord(cell.replace(/^ндс\s*/iu, '').replace(/(?<!\s)\s*%$/u, '%'));
export const writeVat = (vat: VatType): string => VAT[vat][0] ?? vat;

export const readUnit = reader(UNITS);
export const writeUnit = (unit: MeasurementUnit): string => UNITS[unit][0] ?? unit;
export const readPaymentObject = reader(OBJECTS);
export const writePaymentObject = (object: PaymentObject): string => OBJECTS[object][0] ?? object;

const readFlagWord = reader(FLAGS);
export function readFlag(cell: string): boolean | undefined {
  const word = readFlagWord(cell);
  return word === undefined ? undefined : word === 'yes';
}
export const writeFlag = (flag: boolean): string => (flag ? 'да' : 'нет');

/** `4,60123E+12`: a spreadsheet took a code for a number and lost its last digits. */
export const isSpreadsheetNumber = (cell: string): boolean => /^\d+(?:[.,]\d+)?e\+?\d+$/iu.test(cell);

/** What scanners read: printable ASCII without blanks. */
export const isBarcode = (cell: string): boolean => /^[!-~]{1,32}$/.test(cell);
