/** A shop for screens to show: plausible names and sums, nothing real. */
import { type CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';

/** Stable ids, so that a test can name them: `fakeId(7)`. */
export const fakeId = (n: number): string => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const ORGANIZATION_ID = fakeId(1);
export const SHOP_ID = fakeId(2);
export const DEVICE_ID = fakeId(3);

export const shop: Shop = {
  id: SHOP_ID,
  organizationId: ORGANIZATION_ID,
  organizationName: 'ООО «Лесной»',
  organizationInn: '7707083893',
  name: 'Автомаркет на Лесной',
  address: 'Москва, Лесная ул., 12',
  timeZone: 'Europe/Moscow',
  currency: 'RUB',
  taxationSystem: 'usn_income',
  defaultLanguage: 'ru',
};

type Extra = Partial<Omit<CatalogueItem, 'id' | 'name' | 'category' | 'priceMinor'>>;
const item = (n: number, name: string, category: string, priceMinor: number, extra: Extra = {}): CatalogueItem => ({
  id: fakeId(100 + n),
  sku: `A-${1000 + n}`,
  barcode: `46000000${String(10_000 + n)}`,
  name,
  category,
  priceMinor,
  vat: 'none',
  paymentObject: 'commodity',
  unit: 'piece',
  favourite: false,
  active: true,
  ...extra,
});
const service = { paymentObject: 'service' } as const;

export const catalogue: readonly CatalogueItem[] = [
  item(1, 'Диагностика автомобиля', 'Услуги', 48_000, {
    ...service,
    shortName: 'Диагностика',
    icon: 'car',
    favourite: true,
    kioskService: 'diagnostics',
  }),
  item(2, 'Толщина краски', 'Услуги', 35_000, { ...service, icon: 'ruler', kioskService: 'thickness' }),
  item(3, 'Фото с печатью', 'Услуги', 25_000, { ...service, icon: 'camera', kioskService: 'photo' }),
  item(4, 'Масло моторное 5W-30, 4 л', 'Масла', 289_000, {
    shortName: 'Масло 5W-30',
    icon: 'droplet',
    favourite: true,
  }),
  item(5, 'Фильтр масляный MANN W 719/45', 'Фильтры', 64_000, { shortName: 'Фильтр', icon: 'filter', favourite: true }),
  item(6, 'Щётки стеклоочистителя, пара', 'Кузов', 115_000, { shortName: 'Дворники', icon: 'wind', favourite: true }),
  item(7, 'Аккумулятор 60 А·ч', 'Электрика', 790_000, { shortName: 'АКБ 60', icon: 'battery', favourite: true }),
  item(8, 'Лампа H7 12 В 55 Вт', 'Электрика', 39_000, { shortName: 'Лампа H7', icon: 'bulb', favourite: true }),
  item(9, 'Жидкость стеклоомывателя, 5 л', 'Кузов', 29_000, { shortName: 'Омыватель', icon: 'spray', favourite: true }),
  item(10, 'Мойка кузова', 'Услуги', 60_000, { ...service, shortName: 'Мойка', icon: 'wash', favourite: true }),
  item(11, 'Работа слесаря, час', 'Услуги', 180_000, {
    ...service,
    shortName: 'Работа, ч',
    icon: 'wrench',
    favourite: true,
    unit: 'hour',
  }),
  item(12, 'Диагностика ходовой', 'Услуги', 120_000, { ...service, icon: 'car' }),
  item(13, 'Салфетки из микрофибры', 'Кузов', 14_900),
  item(14, 'Масло трансмиссионное 75W-90, 1 л', 'Масла', 118_000),
  item(15, 'Фильтр салонный угольный', 'Фильтры', 92_000),
];

export const staff = [
  { id: fakeId(201), name: 'Иванов И.', role: 'cashier', pin: '1111' },
  { id: fakeId(202), name: 'Петрова Анна', role: 'supervisor', pin: '2222' },
  { id: fakeId(203), name: 'Дарья Королёва', role: 'manager', pin: '3333' },
] as const;

const card = (n: number, name: string, status: Client['status'], address: string): Client => ({
  id: fakeId(300 + n),
  shopId: SHOP_ID,
  name,
  phones: [],
  tags: n % 2 === 0 ? ['постоянный', 'скидка 5%'] : [],
  phone: `+7900123450${n}`,
  registrationAddress: address,
  status,
  createdAt: 1_763_600_000_000 + n * 3_600_000,
  updatedAt: 1_763_650_000_000 + n * 3_600_000,
});
export const clients: readonly Client[] = [
  card(1, 'Смирнова Елена Викторовна', 'in_verification', 'Москва, Лесная ул., 12, кв. 40'),
  card(2, 'Тарасов Олег Петрович', 'new', 'Москва, Полевая ул., 3, кв. 7'),
  card(3, 'Левина Мария Сергеевна', 'awaiting_contract', 'Химки, Садовая ул., 18'),
  card(4, 'Белов Олег Николаевич', 'processed', 'Мытищи, Новая ул., 1, кв. 112'),
  card(5, 'דנה כהן', 'new', 'Москва, Озёрная ул., 9'),
];
