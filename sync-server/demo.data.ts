/** Who and what the demonstration is made of. Names, numbers and PINs are invented; check digits are right. */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { UserRole } from '#shared/hq/hq.api.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';

export const DEMO_ORGANIZATION = {
  name: 'Автомаркет',
  inn: '7704123450',
  timeZone: 'Europe/Moscow',
  currency: 'RUB',
  taxationSystem: 'osn',
} as const;

const MAIN_SHOP = 'Автомаркет на Лесной';
const SECOND_SHOP = 'Автомаркет на Садовой';
export const DEMO_SHOPS = [
  { name: MAIN_SHOP, address: 'Москва, ул. Лесная, 5' },
  { name: SECOND_SHOP, address: 'Москва, ул. Садовая, 12' },
] as const;

/** One person: a user with this address, and a member of the main shop's staff. */
export const DEMO_MANAGER = { email: 'manager@prilavok.example', memberName: 'Орлова М.' } as const;

interface DemoUser {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly [UserRole];
}
export const DEMO_USERS: readonly [DemoUser, ...DemoUser[]] = [
  { email: 'hq@prilavok.example', name: 'Анна Смирнова', roles: ['hq_admin'] },
  { email: 'partner@prilavok.example', name: 'Олег Власов', roles: ['partner'] },
  { email: DEMO_MANAGER.email, name: 'Мария Орлова', roles: ['manager'] },
  { email: 'cashier@prilavok.example', name: 'Иван Иванов', roles: ['cashier'] },
];

/** What the cashier of the server has to sell: dollars in cents, and what each currency was bought for. */
export const DEMO_WALLET = {
  email: 'cashier@prilavok.example',
  cashMinor: 100_000,
  assets: [
    { id: 'bitcoin', quantity: '0.5', unitPrice: '40000' },
    { id: 'ethereum', quantity: '3.25', unitPrice: '2710.40' },
    { id: 'solana', quantity: '40', unitPrice: '118.5' },
    { id: 'tether', quantity: '750', unitPrice: '1' },
  ],
} as const;

export const DEMO_STAFF: readonly (Pick<StaffMember, 'name' | 'role'> & {
  readonly vatin: string;
  readonly pin: string;
})[] = [
  { name: 'Иванов И.', role: 'cashier', vatin: '770412345664', pin: '1234' },
  { name: 'Петрова А.', role: 'supervisor', vatin: '771987654388', pin: '2580' },
  { name: DEMO_MANAGER.memberName, role: 'manager', vatin: '500123456750', pin: '4321' },
];

/** A receipt prints the cashier who made it; this one stands for the kiosk, which has nobody. */
export const DEMO_REGISTERS = [
  {
    id: 'kkt-cashier-1',
    shop: MAIN_SHOP,
    name: 'АТОЛ 27Ф, касса 1',
    kktIp: '127.0.0.1',
    kktPort: 5555,
    operatorName: 'Иванов И.',
    operatorVatin: '770412345664',
  },
  {
    id: 'kkt-kiosk-1',
    shop: MAIN_SHOP,
    name: 'АТОЛ 27Ф, киоск 1',
    kktIp: '127.0.0.1',
    kktPort: 5557,
    operatorName: 'Иванов И.',
    operatorVatin: '770412345664',
  },
] as const;

export const DEMO_DEVICES: readonly {
  readonly shop: string;
  readonly name: string;
  readonly mode: Mode;
  readonly fiscalDeviceId?: string;
}[] = [
  { shop: MAIN_SHOP, name: 'Киоск 1', mode: 'kiosk', fiscalDeviceId: 'kkt-kiosk-1' },
  { shop: MAIN_SHOP, name: 'Касса 1', mode: 'cashier', fiscalDeviceId: 'kkt-cashier-1' },
  { shop: MAIN_SHOP, name: 'Менеджер 1', mode: 'manager' },
];

/** What guests ordered at the kiosk before anybody looked, the earliest first. */
export const DEMO_PHOTO_ORDERS = [
  { name: 'Марина', email: 'marina@prilavok.example', minutesAgo: 26 * 60, printed: true },
  { name: 'Тимур', phone: '+79001112233', minutesAgo: 170, printed: false },
  { name: 'שרה', email: 'sarah@prilavok.example', minutesAgo: 64, printed: false },
  { name: 'Élodie', minutesAgo: 12, printed: true },
  { name: 'Анна', phone: '+79004445566', minutesAgo: 4, printed: false },
] as const;

type DemoItem = Omit<CatalogueItem, 'id' | 'active'>;

const item = (
  of: Pick<DemoItem, 'sku' | 'name' | 'category' | 'priceMinor' | 'icon'> & Partial<DemoItem>,
): DemoItem => ({ vat: 'vat22', paymentObject: 'commodity', unit: 'piece', favourite: false, ...of });
const service = (of: Parameters<typeof item>[0]): DemoItem => item({ paymentObject: 'service', ...of });

const OILS = 'Масла';
const FILTERS = 'Фильтры';
const SERVICES = 'Услуги';
const PARTS = 'Запчасти';
const CARE = 'Уход';
const CAFE = 'Кофе';

export const DEMO_CATALOGUE: readonly DemoItem[] = [
  service({
    sku: 'S-001',
    name: 'Диагностика автомобиля',
    shortName: 'Диагностика',
    category: SERVICES,
    priceMinor: 48_000,
    icon: 'car',
    favourite: true,
    kioskService: 'diagnostics',
  }),
  item({
    sku: 'M-530-4',
    barcode: '4600000000015',
    name: 'Масло моторное 5W-30, 4 л',
    shortName: 'Масло 5W-30',
    category: OILS,
    priceMinor: 289_000,
    icon: 'droplet',
    favourite: true,
  }),
  item({
    sku: 'F-719-45',
    barcode: '4600000000022',
    name: 'Фильтр масляный W 719/45',
    shortName: 'Фильтр',
    category: FILTERS,
    priceMinor: 64_000,
    icon: 'filter',
    favourite: true,
  }),
  item({
    sku: 'P-WIPE-60',
    barcode: '4600000000039',
    name: 'Щётки стеклоочистителя 60/45 см',
    shortName: 'Дворники',
    category: PARTS,
    priceMinor: 115_000,
    icon: 'wind',
    favourite: true,
  }),
  item({
    sku: 'P-AKB-60',
    barcode: '4600000000046',
    name: 'Аккумулятор 60 А·ч, 540 А',
    shortName: 'АКБ 60',
    category: PARTS,
    priceMinor: 790_000,
    icon: 'battery',
    favourite: true,
  }),
  item({
    sku: 'P-H7',
    barcode: '4600000000053',
    name: 'Лампа H7 12 В 55 Вт',
    shortName: 'Лампа H7',
    category: PARTS,
    priceMinor: 39_000,
    icon: 'bulb',
    favourite: true,
  }),
  item({
    sku: 'C-WASH-5',
    barcode: '4600000000060',
    name: 'Омыватель стёкол зимний, 5 л',
    shortName: 'Омыватель',
    category: CARE,
    priceMinor: 29_000,
    icon: 'spray',
    favourite: true,
  }),
  service({
    sku: 'S-002',
    name: 'Мойка кузова',
    shortName: 'Мойка',
    category: SERVICES,
    priceMinor: 60_000,
    icon: 'wash',
    favourite: true,
  }),
  service({
    sku: 'S-003',
    name: 'Работа мастера, час',
    shortName: 'Работа, ч',
    category: SERVICES,
    priceMinor: 180_000,
    icon: 'wrench',
    favourite: true,
    unit: 'hour',
  }),
  service({
    sku: 'S-004',
    name: 'Замер толщины покрытия',
    shortName: 'Толщина ЛКП',
    category: SERVICES,
    priceMinor: 35_000,
    icon: 'ruler',
    kioskService: 'thickness',
  }),
  service({
    sku: 'S-005',
    name: 'Фото автомобиля с печатью',
    shortName: 'Фото',
    category: SERVICES,
    priceMinor: 25_000,
    icon: 'camera',
    kioskService: 'photo',
  }),
  service({ sku: 'S-006', name: 'Диагностика ходовой', category: SERVICES, priceMinor: 120_000, icon: 'engine' }),
  service({
    sku: 'S-007',
    name: 'Шиномонтаж, 4 колеса',
    shortName: 'Шиномонтаж',
    category: SERVICES,
    priceMinor: 240_000,
    icon: 'wheel',
  }),
  item({
    sku: 'M-540-4',
    barcode: '4600000000077',
    name: 'Масло моторное 5W-40, 4 л',
    shortName: 'Масло 5W-40',
    category: OILS,
    priceMinor: 269_000,
    icon: 'droplet',
  }),
  item({
    sku: 'M-ATF-1',
    barcode: '4600000000084',
    name: 'Масло для АКПП ATF, 1 л',
    shortName: 'ATF',
    category: OILS,
    priceMinor: 94_000,
    icon: 'droplet',
  }),
  item({
    sku: 'F-AIR-2',
    barcode: '4600000000091',
    name: 'Фильтр воздушный C 25 114',
    shortName: 'Воздушный',
    category: FILTERS,
    priceMinor: 82_000,
    icon: 'filter',
  }),
  item({
    sku: 'F-CAB-1',
    barcode: '4600000000107',
    name: 'Фильтр салона угольный',
    shortName: 'Салонный',
    category: FILTERS,
    priceMinor: 73_000,
    icon: 'filter',
  }),
  item({
    sku: 'F-FUEL-1',
    barcode: '4600000000114',
    name: 'Фильтр топливный',
    shortName: 'Топливный',
    category: FILTERS,
    priceMinor: 98_000,
    icon: 'filter',
  }),
  item({
    sku: 'P-PADS-F',
    barcode: '4600000000121',
    name: 'Колодки тормозные передние',
    shortName: 'Колодки',
    category: PARTS,
    priceMinor: 345_000,
    icon: 'wheel',
  }),
  item({
    sku: 'P-PLUG-4',
    barcode: '4600000000138',
    name: 'Свечи зажигания, 4 шт.',
    shortName: 'Свечи',
    category: PARTS,
    priceMinor: 156_000,
    icon: 'engine',
  }),
  item({
    sku: 'C-CLOTH-3',
    barcode: '4600000000145',
    name: 'Салфетки из микрофибры',
    shortName: 'Салфетки',
    category: CARE,
    priceMinor: 14_900,
    icon: 'sparkles',
  }),
  item({
    sku: 'C-FRESH',
    barcode: '4600000000152',
    name: 'Ароматизатор в салон',
    shortName: 'Ароматизатор',
    category: CARE,
    priceMinor: 19_900,
    icon: 'wind',
  }),
  item({
    sku: 'C-SEAL',
    barcode: '4600000000169',
    name: 'Герметик прокладок, 85 г',
    shortName: 'Герметик',
    category: CARE,
    priceMinor: 42_000,
    icon: 'spray',
  }),
  item({
    sku: 'K-AMER',
    name: 'Кофе американо, 0,3 л',
    shortName: 'Американо',
    category: CAFE,
    priceMinor: 15_000,
    icon: 'coffee',
  }),
];
