/** A catalogue as a shop of car parts and household goods has it: seeded, so that every run measures the same. */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const KINDS = [
  ['Масло моторное', 'Масла'],
  ['Масло трансмиссионное', 'Масла'],
  ['Фильтр масляный', 'Фильтры'],
  ['Фильтр воздушный', 'Фильтры'],
  ['Фильтр салона угольный', 'Фильтры'],
  ['Щётки стеклоочистителя', 'Запчасти'],
  ['Колодки тормозные передние', 'Запчасти'],
  ['Колодки тормозные задние', 'Запчасти'],
  ['Диск тормозной вентилируемый', 'Запчасти'],
  ['Амортизатор газомасляный', 'Запчасти'],
  ['Подшипник ступицы', 'Запчасти'],
  ['Ремень ГРМ', 'Запчасти'],
  ['Свеча зажигания иридиевая', 'Запчасти'],
  ['Аккумулятор', 'Запчасти'],
  ['Лампа галогенная', 'Свет'],
  ['Лампа светодиодная', 'Свет'],
  ['Омыватель стёкол зимний', 'Уход'],
  ['Шампунь автомобильный бесконтактный', 'Уход'],
  ['Полироль кузова', 'Уход'],
  ['Салфетки из микрофибры', 'Уход'],
  ['Ароматизатор в салон', 'Уход'],
  ['Коврик резиновый', 'Салон'],
  ['Чехол сиденья', 'Салон'],
  ['Болт крепёжный', 'Метизы'],
  ['Гайка самоконтрящаяся', 'Метизы'],
  ['Хомут червячный', 'Метизы'],
  ['Кофе зерновой', 'Кафе'],
  ['Ёлочка для салона', 'Уход'],
] as const;
const MAKERS = [
  'Лукойл',
  'Роснефть',
  'Bosch',
  'Mann',
  'Mahle',
  'Denso',
  'Шааз',
  'Fenox',
  'Trialli',
  'Brembo',
  'Kayaba',
  'Sachs',
  'Philips',
  'Osram',
  'Грасс',
  'Химик',
  'Тосол-Синтез',
  'АвтоВАЗ',
  'КамАЗ',
  'Белебей',
];
const MARKS = [
  'Лада Веста',
  'Лада Гранта',
  'УАЗ Патриот',
  'ГАЗель Next',
  'Kia Rio',
  'Hyundai Solaris',
  'Renault Logan',
  'Toyota Camry',
  'Skoda Octavia',
  'Volkswagen Polo',
  'Haval Jolion',
  'Chery Tiggo',
  'Geely Monjaro',
  'Nissan Qashqai',
  'Ford Focus',
];
const SIZES = [
  '5W-30, 4 л',
  '5W-40, 1 л',
  '10W-40, 5 л',
  '60/45 см',
  'W 719/45',
  'H7 12 В 55 Вт',
  '60 А·ч',
  'М8×40',
  'М10×1,25',
  '0,5 л',
  '2 шт.',
  '4 шт.',
  '205/55 R16',
  '1 кг',
];

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** The barcode of the n-th item: EAN-13, its check digit right. */
export function barcodeOf(n: number): string {
  const digits = `461${String(n).padStart(9, '0')}`;
  const sum = Array.from(digits, (digit, place) => Number(digit) * (place % 2 === 0 ? 1 : 3)).reduce(
    (a, b) => a + b,
    0,
  );
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
export const skuOf = (n: number): string =>
  `${'ABCDEFGH'[n % 8]}${String(n % 97).padStart(2, '0')}-${String(n).padStart(6, '0')}`;

export function catalogueOf(count: number, seed = 20_261_121): CatalogueItem[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, n) => {
    const [kind, category] = pick(random, KINDS);
    const name = `${kind} ${pick(random, MAKERS)} ${pick(random, MARKS)} ${pick(random, SIZES)} арт. ${1000 + (n % 9000)}`;
    return {
      id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
      sku: skuOf(n),
      barcode: barcodeOf(n),
      name,
      ...(n % 5 === 0 ? { shortName: name.slice(0, 28).trim() } : {}),
      category,
      priceMinor: 5000 + Math.floor(random() * 900_000),
      vat: 'vat22',
      paymentObject: 'commodity',
      unit: 'piece',
      favourite: n % 5000 === 7,
      active: true,
    };
  });
}
